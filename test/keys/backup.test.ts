import { createPrivateKey, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KEY_IDS_MAX, type KeyState } from '#events/key-ring';
import { openMasterKey } from '#events/open-master-key';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { masterKeyFiles } from '#platform/master-key-files';
import { prepareDatabase } from '../../apps/archive-standalone/src/archive-standalone.module.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { restoringOperator } from './restoring.js';

let database: TestDatabase;
let operator: Awaited<ReturnType<typeof restoringOperator>>;
let data: string;
beforeEach(async () => {
  database = await testDatabase();
  operator = await restoringOperator();
  data = join(operator.root, 'data');
  operator.at(database.url, data);
  await start();
});
afterEach(async () => {
  await operator.leave();
  await database.close();
});

const start = () =>
  prepareDatabase({
    url: database.url,
    migrationsFolder: 'infra/postgres',
    dataFolder: data,
    keys: { ledgerFile: operator.ledgerFile, pkcs11: undefined },
  });
const ring = () =>
  postgresKeyRing(database.pool, {
    ...openMasterKey({ files: masterKeyFiles(data) }, randomBytes),
    random: randomBytes,
  });
const hex = (key: KeyState | undefined) =>
  key === undefined || key === 'destroyed' ? key : key.secret.export().toString('hex');
const secretsOf = async (ids: readonly string[]) => {
  const found = await ring().find(ids);
  return ids.map((id) => hex(found.get(id)));
};
const ids = Array.from({ length: KEY_IDS_MAX / 2 + 7 }, (_, n) => `key-${n}`);
const backup = async (...more: readonly string[]) => {
  const { to, recipient } = { to: operator.backups, recipient: operator.recipient };
  const { lines } = await operator.arkim(
    'keys',
    'backup',
    '--to',
    to,
    '--recipient',
    recipient,
    ...more,
  );
  return lines[0] ?? '';
};
const restore = (from: string, identity = operator.identity) =>
  operator.arkim('keys', 'restore', '--from', from, '--identity', identity);

test('a backup brings every key back to a database and a folder that lost all of them', async () => {
  await ring().ensure(ids);
  await ring().destroy('key-3');
  const kept = await secretsOf(ids);
  const from = await backup();
  await database.pool.query('truncate sealing_keys');
  await rm(join(data, 'keys'), { recursive: true });
  expect((await restore(from)).lines.slice(1)).toEqual([
    `${ids.length - 1} keys put back, 1 destroyed as the backup tells`,
    '0 destroyed again as the ledger tells',
  ]);
  expect(await secretsOf(ids)).toEqual(kept);
  expect(await readdir(join(data, 'keys'))).toEqual(['derivation.key', 'lookup.key', 'master.key']);
  await start();
});

test('what the database knows stays: newer keys, newer versions, what was destroyed since', async () => {
  await ring().ensure(['a', 'b']);
  const from = await backup();
  await operator.arkim('keys', 'rotate');
  await ring().ensure(['new']);
  await ring().destroy('a');
  const kept = await secretsOf(['a', 'b', 'new']);
  expect((await restore(from)).lines[1]).toBe('0 keys put back, 0 destroyed as the backup tells');
  expect(await secretsOf(['a', 'b', 'new'])).toEqual(kept);
  expect(kept[0]).toBe('destroyed');
});

test('keys of an old copy of the database, whose version is gone, are put back from a newer backup', async () => {
  await ring().ensure(['a', 'b']);
  await database.pool.query('create table old as select * from sealing_keys');
  await operator.arkim('keys', 'rotate');
  expect((await operator.arkim('keys', 'drop', '--version', '1')).code).toBe(0);
  const kept = await secretsOf(['a', 'b']);
  const from = await backup();
  await database.pool.query('truncate sealing_keys');
  await database.pool.query('delete from master_keys');
  await database.pool.query(
    "insert into master_keys (version, keeper, proof) values (1, 'file', '\\x00')",
  );
  await database.pool.query(
    'insert into sealing_keys (key_id, wrapped, created_at, master) select key_id, wrapped, created_at, master from old',
  );
  await expect(start()).rejects.toThrow('bring it back from the backup');
  expect((await restore(from)).lines[1]).toBe('2 keys put back, 0 destroyed as the backup tells');
  await start();
  expect(await secretsOf(['a', 'b'])).toEqual(kept);
  expect((await operator.arkim('keys', 'status')).lines).toEqual([
    expect.stringMatching(/^version 2 {2}file {2}made \S+ {2}wraps 2 keys$/),
    '0 keys destroyed, 0 not in the ledger yet',
  ]);
});

test('a backup opens for its recipient only, and not when a byte of it was changed or is missing', async () => {
  await ring().ensure(ids);
  const from = await backup();
  const other = join(operator.root, 'other.pem');
  await operator.openssl('genpkey', '-algorithm', 'X25519', '-out', other);
  await expect(restore(from, other)).rejects.toThrow('does not open');
  await expect(restore(from, operator.recipient)).rejects.toThrow('private half');
  const bytes = await readFile(from);
  const changed = async (content: Buffer) => {
    const file = join(operator.root, 'changed.backup');
    await writeFile(file, content);
    return restore(file);
  };
  for (const place of [0, 30, 60, 70, bytes.length - 1]) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(place) ^ 1, place);
    await expect(changed(flipped)).rejects.toThrow('backup');
  }
  for (const length of [0, 10, 55, 60, bytes.length / 2, bytes.length - 1])
    await expect(changed(bytes.subarray(0, length))).rejects.toThrow('backup');
  await expect(changed(Buffer.concat([bytes, Buffer.of(0)]))).rejects.toThrow('something follows');
});

test('a restore that fails leaves the keys of the database as they were', async () => {
  await ring().ensure(ids);
  const from = await backup();
  const bytes = await readFile(from);
  await writeFile(from, bytes.subarray(0, bytes.length - 1));
  await database.pool.query("delete from sealing_keys where key_id like 'key-1%'");
  const before = await database.pool.query('select count(*) from sealing_keys');
  await expect(restore(from)).rejects.toThrow('cut off');
  expect((await database.pool.query('select count(*) from sealing_keys')).rows).toEqual(
    before.rows,
  );
});

test('no key stands in a backup in clear, and nobody else may read its file', async () => {
  const key = hex((await ring().ensure(['a'])).get('a')) ?? '';
  const bytes = (await readFile(await backup())).toString('hex');
  for (const name of ['master.key', 'lookup.key', 'derivation.key'])
    expect(bytes).not.toContain((await readFile(join(data, 'keys', name))).toString('hex'));
  expect(bytes).not.toContain(key);
  expect(createPrivateKey(await readFile(operator.identity)).asymmetricKeyType).toBe('x25519');
});

test('backups older than wanted are deleted, and nothing else of the folder', async () => {
  const old = 'keys-2020-01-01T00-00-00Z.backup';
  await writeFile(join(operator.backups, old), '');
  await writeFile(join(operator.backups, 'keys.txt'), '');
  await utimes(join(operator.backups, 'keys.txt'), 0, 0);
  await backup('--keep-days', '36');
  const names = await readdir(operator.backups);
  expect(names).toHaveLength(2);
  expect(names).toContain('keys.txt');
  expect(names).not.toContain(old);
});

test('other keys in the folder are not written over', async () => {
  const from = await backup();
  await writeFile(join(data, 'keys/lookup.key'), randomBytes(32));
  await expect(restore(from)).rejects.toThrow('put them aside first');
});
