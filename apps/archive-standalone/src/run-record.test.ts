import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { settlePreviousRun } from './previous-run.js';
import { isOurs, readRunRecord, writeRunRecord } from './run-record.js';
import { createRunRecorder } from './run-recorder.js';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'arkim-run-'));
});
afterEach(() => rm(data, { recursive: true }));

const RECORD = { pid: 1, port: 8080, state: 'running', children: [2, 3] } as const;

test('a record is read as it was written', async () => {
  await writeRunRecord(data, RECORD);
  expect(await readRunRecord(data)).toEqual(RECORD);
});
test.each([
  '',
  '{',
  'null',
  '{"pid":1}',
  '{"pid":"x","children":[]}',
  '{"pid":1,"children":["x"]}',
])('a record that is torn or foreign («%s») counts as none', async (text) => {
  await writeFile(join(data, 'run.json'), text);
  expect(await readRunRecord(data)).toBeUndefined();
});
test('quick changes of a record end with the last of them', async () => {
  const recorder = createRunRecorder(data, 8080, (error) => expect(error).toBeUndefined());
  for (let child = 1; child <= 50; child++) recorder.note({ children: [child] });
  recorder.note({ state: 'draining' });
  await expect.poll(() => readRunRecord(data)).toMatchObject({ state: 'draining', children: [50] });
  await recorder.remove();
  expect(await readRunRecord(data)).toBeUndefined();
});
test('a process number that another program has by now is not ours', async () => {
  expect(isOurs(process.ppid, 'archive-standalone/')).toBe(false);
  expect(isOurs(2 ** 30, 'archive-standalone/')).toBe(false);
  await writeRunRecord(data, { ...RECORD, pid: process.ppid, children: [process.ppid] });
  await settlePreviousRun(data);
});
