import { expect, test } from 'vitest';
import { segmentOf } from '#hl7/message';
import { parseMessage } from '#hl7/parse-message';
import { personIn } from './read-person.js';

const personOf = (fields: string) => {
  const read = parseMessage(Buffer.from(`MSH|^~\\&|HIS\rPID|||||${fields}`), {
    characterSet: 'UNICODE UTF-8',
  });
  const segment = read.ok ? segmentOf(read.message, 'PID') : undefined;
  return segment && personIn(segment);
};

test('names are read in each script, with further given names', () =>
  expect(personOf('Sato^Hana^Mei Lin^^^^L^A~佐藤^花^^^^^L^I||19700102|F')).toEqual({
    names: [
      { script: 'alphabetic', family: 'Sato', given: ['Hana', 'Mei', 'Lin'] },
      { script: 'ideographic', family: '佐藤', given: ['花'] },
    ],
    birthDate: '19700102',
    sex: 'F',
  }));

test.each([
  ['', undefined],
  ['""', ''],
  ['1970', '1970'],
  ['197001', '197001'],
  ['19700102', '19700102'],
  ['197001021530', '19700102'],
])('the day of birth %j is kept as far as it is known', (text, birthDate) =>
  expect(personOf(`A||${text}`)?.birthDate).toBe(birthDate),
);

test.each(['19701302', '19700132', '197', 'unknown'])('%s is no day', (text) =>
  expect(personOf(`A||${text}`)).toBeUndefined(),
);

test.each([
  ['M', 'M'],
  ['f', 'F'],
  ['A', 'O'],
  ['U', ''],
  ['', undefined],
])('the sex %j is %j', (text, sex) => expect(personOf(`A||1970|${text}`)?.sex).toBe(sex));
