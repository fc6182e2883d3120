import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { ensureSecrets, readSecrets } from './secrets.js';

let db: TestDatabase;
let data: string;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'arkim-secrets-'));
  await db.pool.query('delete from platform_state');
});
afterEach(() => rm(data, { recursive: true }));
afterAll(() => db.close());

test('the first start makes two different keys that only their owner can read, and the next finds them', async () => {
  const made = await ensureSecrets(data, db.pool);
  expect(made.masterKey).toHaveLength(32);
  expect(made.lookupKey).not.toEqual(made.masterKey);
  for (const name of ['master.key', 'lookup.key'])
    expect((await stat(join(data, 'keys', name))).mode & 0o777).toBe(0o600);
  expect((await stat(join(data, 'keys'))).mode & 0o777).toBe(0o700);
  expect(await ensureSecrets(data, db.pool)).toEqual(made);
  expect(await readSecrets(data)).toEqual(made);
});
test('a start that was killed between the two keys is finished by the next', async () => {
  await ensureSecrets(data, db.pool);
  await db.pool.query('delete from platform_state');
  const master = await readFile(join(data, 'keys', 'master.key'));
  await rm(join(data, 'keys', 'lookup.key'));
  expect((await ensureSecrets(data, db.pool)).masterKey).toEqual(master);
});
test.each(['master.key', 'lookup.key'])(
  'data without its %s is refused, and no new key is made',
  async (name) => {
    await ensureSecrets(data, db.pool);
    await rm(join(data, 'keys', name));
    await expect(ensureSecrets(data, db.pool)).rejects.toThrow('bring them back from the backup');
    await expect(stat(join(data, 'keys', name))).rejects.toThrow('ENOENT');
  },
);
test('the keys of another archive are refused', async () => {
  await ensureSecrets(data, db.pool);
  await rm(join(data, 'keys'), { recursive: true });
  await db.pool.query("update platform_state set key = 'aside'");
  await ensureSecrets(data, db.pool);
  await db.pool.query("delete from platform_state where key = 'keys'");
  await db.pool.query("update platform_state set key = 'keys'");
  await expect(ensureSecrets(data, db.pool)).rejects.toThrow('not those of this database');
});
test('a key that lost bytes is refused', async () => {
  await ensureSecrets(data, db.pool);
  await truncate(join(data, 'keys', 'master.key'), 16);
  await expect(readSecrets(data)).rejects.toThrow('16 bytes instead of 32');
});
test('a program that does not make keys says that there are none', async () =>
  expect(readSecrets(data)).rejects.toThrow('start the archive there first'));
