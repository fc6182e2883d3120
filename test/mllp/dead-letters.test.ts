import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hl7 } from '../../apps/archive-cli/src/hl7.js';
import { TEST_SECRETS } from '../support/archive-core.js';
import {
  AUTHORITIES,
  header,
  lines,
  pid,
  sender,
  type TestGateway,
  testGateway,
} from './gateway.js';

let gateway: TestGateway;
let folder: string;
beforeAll(async () => {
  gateway = await testGateway();
  folder = await mkdtemp(join(tmpdir(), 'arkim-hl7-'));
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys', 'master.key'), TEST_SECRETS.masterKey);
  await writeFile(join(folder, 'keys', 'lookup.key'), TEST_SECRETS.lookupKey);
  vi.stubEnv('ARKIM_DATA', folder);
  vi.stubEnv('ARKIM_POSTGRES_URL', gateway.archive.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await gateway.close();
  await rm(folder, { recursive: true });
});

const run = async (...args: readonly string[]): Promise<readonly string[]> => {
  const said: string[] = [];
  await hl7.run(args, { answer: (line) => said.push(line), progress: () => undefined });
  return said;
};

/** One message that couldn't be applied because an identifier's person would have too much; its cause is taken away before a replay. */
async function deadMessage(number: string): Promise<string> {
  const his = await sender(gateway.port);
  await his.ask(lines(header('ADT^A28'), pid(number, { name: 'Verborgen^Vera' })));
  await his.close();
  const { pool } = gateway.archive;
  await pool.query(`update hl7_messages set attempts = 11 where state = 'received'`);
  await pool.query('alter table patient_ids add constraint broken check (false) not valid');
  await gateway.apply();
  await pool.query('alter table patient_ids drop constraint broken');
  const row = (await gateway.rows()).at(-1);
  expect(row).toMatchObject({ state: 'dead', reason: 'fault' });
  return row.id;
}

test('dead messages are listed without anything of patients', async () => {
  const id = await deadMessage('4711-list');
  const said = await run('list');
  expect(said.join('\n')).toContain(id);
  expect(said.join('\n')).not.toMatch(/Verborgen|Vera|4711/);
  expect(await run('list', '--hospital', 'HOSP-B')).toEqual([]);
  expect((await run('show', id)).at(-1)).toContain('Verborgen^Vera');
});

test('a dead message is applied when it is replayed, once its cause is gone', async () => {
  const id = await deadMessage('4711-replay');
  await run('replay', id);
  await gateway.apply();
  expect((await gateway.rows()).find((row) => row.id === id)).toMatchObject({
    state: 'applied',
    body: null,
  });
  const patient = gateway.archive.ingest.ids.patient(AUTHORITIES['HOSP-A'], '4711-replay');
  const known = await gateway.archive.pool.query('select from patient_ids where patient = $1', [
    patient,
  ]);
  expect(known.rowCount).toBe(1);
  await expect(run('replay', id)).rejects.toThrow('no dead message');
});

test('of a message that is discarded nothing is kept', async () => {
  const id = await deadMessage('4711-discard');
  await run('discard', id);
  expect((await gateway.rows()).find((row) => row.id === id)).toMatchObject({
    state: 'discarded',
    body: null,
  });
  await expect(run('show', id)).rejects.toThrow('nothing of such a message');
});
