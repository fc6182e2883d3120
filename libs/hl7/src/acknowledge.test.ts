import { expect, test } from 'vitest';
import { type Acknowledgement, acknowledge, type MessageProblem } from './acknowledge.js';
import type { Segment } from './message.js';
import { parseMessage } from './parse-message.js';
import { writeMessage } from './write-message.js';

const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const OK: Acknowledgement = { verdict: 'accept', controlId: 'ARKIM1', atMs: AT_MS };
const MISSING: MessageProblem = { code: '101', segment: 'PID', field: 3, reason: 'no-identifier' };

const headerOf = (text: string): Segment | undefined => {
  const read = parseMessage(Buffer.from(text));
  return read.ok ? read.message.segments[0] : read.header;
};
const written = (header: Segment | undefined, said: Acknowledgement) => {
  const message = acknowledge(header, said);
  return message === undefined ? undefined : writeMessage(message, 'ASCII').toString('latin1');
};
const ask = (version: string, more = '') =>
  headerOf(`MSH|^~\\&|HIS|NORTH|ARKIM|NATION|20260102||ADT^A01^ADT_A01|M-1|P|${version}${more}`);

test('what is accepted is told to whom it came from', () =>
  expect(written(ask('2.5'), OK)).toBe(
    'MSH|^~\\&|ARKIM|NATION|HIS|NORTH|20260102030405+0000||ACK^A01^ACK|ARKIM1|P|2.5\rMSA|AA|M-1\r',
  ));

test('what is wrong is told with its place, since version 2.5 in fields of its own', () => {
  const said = { ...OK, verdict: 'error', problem: MISSING } as const;
  expect(written(ask('2.5'), said)).toContain(
    '\rMSA|AE|M-1\rERR||PID^1^3|101^Required field missing^HL70357|E|no-identifier^^L\r',
  );
  expect(written(ask('2.3.1'), said)).toContain(
    '\rMSA|AE|M-1\rERR|PID^1^3^101&Required field missing&HL70357\r',
  );
});

test('who can’t be read is told so all the same', () =>
  expect(written(undefined, { ...OK, verdict: 'reject' })).toBe(
    'MSH|^~\\&|||||20260102030405+0000||ACK|ARKIM1|P|2.3\rMSA|AR\r',
  ));

test.each([
  ['', 'AA', 'AR'],
  ['|||AL|NE', 'CA', 'CR'],
  ['|||AL|AL', 'CA', 'CR'],
  ['|||ER|NE', undefined, 'CR'],
  ['|||SU|NE', 'CA', undefined],
  ['|||NE|AL', 'AA', 'AR'],
  ['||||ER', undefined, 'AR'],
  ['|||NE|NE', undefined, undefined],
  ['|||??|', 'CA', 'CR'],
])('asked for by MSH-15 and 16 as %j: %s when it is kept, %s when not', (more, kept, refused) => {
  const codeOf = (verdict: 'accept' | 'reject') =>
    /MSA\|(\w\w)/.exec(written(ask('2.5', more), { ...OK, verdict }) ?? '')?.[1];
  expect([codeOf('accept'), codeOf('reject')]).toEqual([kept, refused]);
});

test('what the sender named itself can’t break the answer', () => {
  const header = headerOf('MSH|^~\\&|A\\F\\B|C&D|||2026||ADT^A\\R\\1|M\\X0D\\1|P|2.5');
  const answer = written(header, OK) ?? '';
  const read = parseMessage(Buffer.from(answer));
  expect(read.ok && read.message.segments.map(({ name }) => name)).toEqual(['MSH', 'MSA']);
});
