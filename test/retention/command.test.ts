import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RETENTION_TABLE } from '#retention/built-in-policies';
import { UsageFault } from '../../apps/archive-cli/src/command.js';
import { type Operator, operatorOf } from '../rebuild/operator.js';
import { type RetentionArchive, retentionArchive } from './retention-archive.js';

let archive: RetentionArchive;
let operator: Operator;
let folder: string;
let claim: string;
beforeAll(async () => {
  archive = await retentionArchive({ 'HOSP-A': 'LU', 'HOSP-B': '' });
  claim = await archive.hold({
    ...{ hospital: 'HOSP-A', study: '1.1', patient: 'ann', date: '20100510' },
  });
  await archive.hold({ hospital: 'HOSP-B', study: '1.2', patient: 'ann', date: '20100510' });
  await archive.work();
  operator = await operatorOf(archive.database.url);
  folder = await mkdtemp(join(tmpdir(), 'arkim-retention-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await operator.leave();
  await archive.close();
});

const retention = (...args: readonly string[]) => operator.arkim('retention', ...args);

test('R-006: what is due is told with its law', async () => {
  const law = 'Loi du 28 août 1998 sur les établissements hospitaliers, art. 36';
  const line = ['2020-05-11', claim, 'HOSP-A', 'lu-hospital-record/treatment-10y', law].join('\t');
  expect(await retention('due')).toEqual({ code: 0, lines: [line] });
  expect((await retention('due', '--before', '2020-05-11')).lines).toEqual([]);
  expect((await retention('due', '--hospital', 'HOSP-B')).lines).toEqual([]);
});
test('how studies stand is told, hospital by hospital', async () =>
  expect((await retention('status')).lines).toEqual([
    'HOSP-A\tscheduled\t2020-05-11\t1',
    'HOSP-B\tundecided\tno-policy\t1',
  ]));
test('a dry run tells which rule lets studies go, by the policies in force or by others', async () => {
  expect((await retention('dry-run', '--on', '2020-05-10')).lines).toEqual([
    '-\tundecided\tno-policy\t1\t0',
    'LU\tscheduled\tlu-hospital-record/treatment-10y\t1\t0',
  ]);
  const [first, ...others] = RETENTION_TABLE.policies;
  const rules = [{ ...first!.rules[0]!, keep: 'P9Y' }];
  const file = join(folder, 'policies.json');
  const table = { version: 'next', policies: [{ ...first!, rules }, ...others] };
  await writeFile(file, JSON.stringify(table));
  const tried = await retention('dry-run', '--on', '2020-05-10', '--policies', file, '--json');
  expect(JSON.parse(tried.lines[0]!)).toMatchObject({
    ...{ studies: 2, dueBefore: 0, dueAfter: 1, earlier: 1 },
    newlyDue: [{ claim, dueOn: '2019-05-11' }],
  });
  await writeFile(file, JSON.stringify({ ...table, policies: [{ ...first!, rules: [] }] }));
  await expect(retention('dry-run', '--policies', file)).rejects.toThrow('without-rules');
});
test('what makes no sense is refused', async () => {
  await expect(retention('shred')).rejects.toThrow(UsageFault);
  await expect(retention('due', '--before', 'soon')).rejects.toThrow(UsageFault);
});
