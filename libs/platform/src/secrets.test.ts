import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { derivationKeyOf } from './derived-key.js';
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

const inKeys = (name: string) => join(data, 'keys', name);

test('the first start makes two different keys that only their owner can read, and the next finds them', async () => {
  const made = await ensureSecrets(data, db.pool);
  expect(made.derivationKey).toHaveLength(32);
  expect(made.lookupKey).not.toEqual(made.derivationKey);
  for (const name of ['derivation.key', 'lookup.key'])
    expect((await stat(inKeys(name))).mode & 0o777).toBe(0o600);
  expect((await stat(join(data, 'keys'))).mode & 0o777).toBe(0o700);
  expect(await ensureSecrets(data, db.pool)).toEqual(made);
  expect(await readSecrets(data)).toEqual(made);
});
test('a start that was killed between the two keys is finished by the next', async () => {
  const { lookupKey } = await ensureSecrets(data, db.pool);
  await db.pool.query('delete from platform_state');
  await rm(inKeys('derivation.key'));
  expect((await ensureSecrets(data, db.pool)).lookupKey).toEqual(lookupKey);
});
test.each(['derivation.key', 'lookup.key'])(
  'data without its %s is refused, and no new key is made',
  async (name) => {
    await ensureSecrets(data, db.pool);
    await rm(inKeys(name));
    await expect(ensureSecrets(data, db.pool)).rejects.toThrow('bring them back from the backup');
    await expect(stat(inKeys(name))).rejects.toThrow('ENOENT');
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
  await truncate(inKeys('lookup.key'), 16);
  await expect(readSecrets(data)).rejects.toThrow('16 bytes instead of 32');
});
test('a program that does not make keys says that there are none', async () =>
  expect(readSecrets(data)).rejects.toThrow('start the archive there first'));

/** What an archive left that had one master key, from which all was derived. */
async function archiveFromBefore() {
  const [master, lookup] = [randomBytes(32), randomBytes(32)];
  await mkdir(join(data, 'keys'));
  await writeFile(inKeys('master.key'), master);
  await writeFile(inKeys('lookup.key'), lookup);
  const hash = createHash('sha256').update('arkim keys 1\0').update(master).update(lookup);
  await db.pool.query("insert into platform_state (key, value) values ('keys', $1)", [
    hash.digest('hex'),
  ]);
  return { master, lookup };
}

test('an archive from before keeps what was derived, also when its first master key is gone', async () => {
  const { master, lookup } = await archiveFromBefore();
  const secrets = { lookupKey: lookup, derivationKey: derivationKeyOf(master) };
  expect(await readSecrets(data)).toEqual(secrets);
  expect(await ensureSecrets(data, db.pool)).toEqual(secrets);
  await rm(inKeys('master.key'));
  expect(await ensureSecrets(data, db.pool)).toEqual(secrets);
});
test('an archive from before with another master key is refused', async () => {
  await archiveFromBefore();
  await writeFile(inKeys('master.key'), randomBytes(32));
  await expect(ensureSecrets(data, db.pool)).rejects.toThrow('not those of this database');
});
