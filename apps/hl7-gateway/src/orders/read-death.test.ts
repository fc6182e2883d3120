import { expect, test } from 'vitest';
import { MESSAGE_LIMITS } from '#hl7/limits';
import { segmentOf } from '#hl7/message';
import { parseMessage } from '#hl7/parse-message';
import { deathIn } from './read-death.js';

const patient = { authority: '1.2.3', value: '1' };

function told(day: string, isDead: string) {
  const bytes = Buffer.from(
    `MSH|^~\\&|A|B|C|D|20261122||ADT^A08|1|P|2.5\rPID|1||1${'|'.repeat(26)}${day}|${isDead}\r`,
  );
  const read = parseMessage(bytes, { limits: MESSAGE_LIMITS });
  if (!read.ok) throw new Error(read.fault);
  return deathIn(segmentOf(read.message, 'PID'), patient);
}
const death = (on: string | undefined) => [{ act: 'tell-death', patient, on }];

test.each([
  ['20201231', 'Y', death('2020-12-31')],
  ['20201231', '', death('2020-12-31')],
  ['20201231235959+0100', 'Y', death('2020-12-31')],
  ['', 'N', death(undefined)],
  ['20201231', 'N', death(undefined)],
  ['""', '', death(undefined)],
  ['', '', []],
  ['', 'Y', []],
  ['2020', 'Y', undefined],
  ['20200230', 'Y', undefined],
  ['00010101', 'Y', undefined],
])('PID-29 %j with PID-30 %j', (day, isDead, expected) =>
  expect(told(day, isDead)).toEqual(expected),
);
