import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { known, ordered, type TellingGateway, tellingGateway } from '../mllp/duplicate-answers.js';

/** Debian's python3-hl7 belongs to Debian's Python. */
const PYTHON = '/usr/bin/python3';

type Path = readonly [string, number, number, number, number, number];

const judged = (message: string, paths: readonly Path[]): readonly string[] => {
  const input = JSON.stringify([{ message, paths }]);
  const read = execFileSync(PYTHON, ['test/hl7/read_messages.py'], { input, encoding: 'utf8' });
  return JSON.parse(read)[0];
};

let at: TellingGateway;
beforeAll(async () => {
  at = await tellingGateway();
  await at.store('1.2.840.96.1', 'J1');
  await at.ask(known('J1'));
});
afterAll(() => at.close());

const TEXT = 'CT chest done 6 days ago at CH Nord: images available';

test('another implementation reads the duplicate in an acknowledgement as a warning for the user', async () => {
  const answer = await at.ask(ordered('J1', 'J-1'));
  const paths: readonly Path[] = [
    ['MSH', 1, 9, 1, 1, 1],
    ['MSA', 1, 1, 1, 1, 1],
    ['ERR', 1, 2, 1, 1, 1],
    ['ERR', 1, 3, 1, 1, 1],
    ['ERR', 1, 4, 1, 1, 1],
    ['ERR', 1, 5, 1, 1, 1],
    ['ERR', 1, 8, 1, 1, 1],
  ];
  expect(judged(answer, paths)).toEqual(['ACK', 'AA', 'ORC', '0', 'W', 'DUPLICATE-SAME', TEXT]);
});

test('and in the response to an order, of today and of before 2.5', async () => {
  const today = await at.ask(ordered('J1', 'J-2', { application: 'RIS' }));
  const structure: readonly Path[] = [1, 2, 3].map((part) => ['MSH', 1, 9, 1, part, 1]);
  expect(judged(today, [...structure, ['ERR', 1, 8, 1, 1, 1]])).toEqual([
    ...['ORI', 'O24', 'ORI_O24', TEXT],
  ]);
  const before = { application: 'RIS', type: 'ORM^O01', version: '2.3.1' };
  const noted = await at.ask(ordered('J1', 'J-3', before));
  const note: Path = ['NTE', 1, 3, 1, 1, 1];
  expect(judged(noted, [...structure, note])).toEqual(['ORR', 'O02', 'ORR_O02', TEXT]);
});
