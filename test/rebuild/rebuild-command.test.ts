import { afterAll, beforeAll, expect, test } from 'vitest';
import { TABLE_NAMES } from '#index/postgres/table-projections';
import { UsageFault } from '../../apps/archive-cli/src/command.js';
import { type FilledArchive, filledArchive } from './filled-archive.js';

let filled: FilledArchive;
beforeAll(async () => {
  filled = await filledArchive();
});
afterAll(() => filled.close());

const rebuild = (...args: readonly string[]) => filled.operator.arkim('rebuild', ...args);

test('a table that is right is told with exit code 0', async () => {
  const { code, lines } = await rebuild('reservations');
  expect([code, lines]).toEqual([
    0,
    [expect.stringMatching(/^reservations: what is in use is right: 6 rows, made of \d+ events$/)],
  ]);
});

test('a difference is told by row and number with exit code 1, and with 0 when it is repaired', async () => {
  await filled.archive.pool.query(`delete from hospitals where hospital = 'HOSP-B'`);
  const found = ['hospitals: HOSP-B is missing', 'hospitals: 1 rows missing, 0 extra, 0 changed'];
  expect(await rebuild('hospitals')).toEqual({
    code: 1,
    lines: [...found, 'hospitals: stays as it is'],
  });
  expect(await rebuild('hospitals', '--repair')).toEqual({
    code: 0,
    lines: [...found, 'hospitals: repaired'],
  });
  expect(await rebuild('hospitals')).toMatchObject({ code: 0 });
});

const FINDABLE_TABLES = [
  ...['studies', 'series', 'segments', 'packs'],
  ...['rejected', 'unseen_studies', 'unseen_series'],
];

test('all of them are rebuilt with one command', async () => {
  const { code, lines } = await rebuild('--all');
  const told = lines.map((line) => line.replace(/\d+/g, 'n'));
  expect([code, told]).toEqual([
    0,
    [
      ...TABLE_NAMES.map((table) => `${table}: what is in use is right: n rows, made of n events`),
      ...FINDABLE_TABLES.map((table) => `findable: ${table}: n rows differ`),
      'findable: n rows compared; stores waited n ms, for n events and n rows',
      'findable: version n is in use, made of n events',
    ],
  ]);
});

test('rows of a destroyed key are told', async () => {
  await filled.archive.ingest.keys.destroy(filled.claimOf(2));
  const { code, lines } = await rebuild('reservations');
  expect([code, lines[0]]).toEqual([
    0,
    'reservations: 3 rows stay as they are: their key is destroyed',
  ]);
});

test.each([[[]], [['nothing']], [['hospitals', 'quarantine']], [['--all', 'hospitals']]])(
  'wrong arguments are refused: %j',
  async (args) => {
    await expect(rebuild(...args)).rejects.toThrow(UsageFault);
  },
);
