import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { SealBroken } from '../content-seal.js';
import type { KeyRing, KeyState } from '../key-ring.js';
import { heldMasterKey } from '../master-key.testing.js';
import { holdMasterKeys, listMasterKeys } from './master-keys.js';
import { postgresKeyRing } from './postgres-key-ring.js';
import { dropMasterKey, ROTATION_LOCK, rotateMasterKey } from './rotate-master-key.js';

let database: TestDatabase;
let keys: ReturnType<typeof heldMasterKey>;
beforeEach(async () => {
  database = await testDatabase();
  keys = heldMasterKey();
});
afterEach(() => database.close());

const hold = () => holdMasterKeys(database.pool, keys);
const ring = (masterKey = keys.masterKey) =>
  postgresKeyRing(database.pool, { masterKey, random: randomBytes });
const rotate = () => rotateMasterKey(database.pool, keys, () => undefined);
const drop = (version: number) => dropMasterKey(database.pool, keys.keeper, version);
const hex = (key: KeyState | undefined) =>
  key === undefined || key === 'destroyed' ? key : key.secret.export().toString('hex');
const secretsOf = async (of: KeyRing, ids: readonly string[]) => {
  const found = await of.find(ids);
  return ids.map((id) => hex(found.get(id)));
};
const ids = (count: number) => Array.from({ length: count }, (_, n) => `key-${n}`);
const versions = async () =>
  (await listMasterKeys(database.pool)).map(({ version, keys }) => [version, keys]);

test('a new database gets its first version, and the next start opens it', async () => {
  expect(await hold()).toBeUndefined();
  expect([...keys.held.keys()]).toEqual([1]);
  expect(await hold()).toBeUndefined();
  expect(await listMasterKeys(database.pool)).toMatchObject([{ version: 1, keeper: 'file' }]);
});

test('a database from before versions keeps its key', async () => {
  await keys.keeper.make(1);
  await ring().ensure(['a']);
  expect(await hold()).toBeUndefined();
});

test('a database whose master key is gone is refused, and no new one is made', async () => {
  await hold();
  keys.held.clear();
  keys = { ...keys, masterKey: keys.open() };
  expect(await hold()).toContain('bring it back from the backup');
  expect(keys.held.size).toBe(0);
});

test('a database from before versions without its key is refused, and no new one is made', async () => {
  await keys.keeper.make(1);
  await ring().ensure(['a']);
  keys.held.clear();
  keys = { ...keys, masterKey: keys.open() };
  expect(await hold()).toContain('bring it back from the backup');
  expect(keys.held.size).toBe(0);
});

test('another archive’s master key is refused', async () => {
  await hold();
  keys.held.set(1, randomBytes(32));
  keys = { ...keys, masterKey: keys.open() };
  expect(await hold()).toBe('the master key is not that of this database');
});

test('a rotation changes what wraps every key and no key; all who run go on without a restart', async () => {
  await hold();
  const running = ring(keys.open());
  const before = await secretsOf(running, await made(running, 1_203));
  expect(await rotate()).toEqual({ version: 2, rewrapped: 1_203 });
  expect(await versions()).toEqual([
    [1, 0],
    [2, 1_203],
  ]);
  expect(await secretsOf(running, ids(1_203))).toEqual(before);
  await running.ensure(['new']);
  expect(await versions()).toEqual([
    [1, 0],
    [2, 1_204],
  ]);
  expect(await hold()).toBeUndefined();
});

const made = async (of: KeyRing, count: number) => {
  await of.ensure(ids(count));
  return ids(count);
};

test('a rotation that was broken off is ended, and no other version is begun', async () => {
  await hold();
  const wanted = await secretsOf(ring(), await made(ring(), 1_203));
  const progress = () => {
    throw new Error('killed');
  };
  await expect(rotateMasterKey(database.pool, keys, progress)).rejects.toThrow('killed');
  expect(await versions()).toEqual([
    [1, 703],
    [2, 500],
  ]);
  expect(await secretsOf(ring(), ids(1_203))).toEqual(wanted);
  expect(await rotate()).toEqual({ version: 2, rewrapped: 703 });
  expect(await rotate()).toEqual({ version: 3, rewrapped: 1_203 });
});

test('one who dies behind the making of a version leaves one that the next rotation takes', async () => {
  await hold();
  await keys.keeper.make(2);
  const left = keys.held.get(2);
  await ring().ensure(['a']);
  expect(await versions()).toEqual([[1, 1]]);
  expect(await rotate()).toEqual({ version: 2, rewrapped: 1 });
  expect(keys.held.get(2)).toBe(left);
});

test('beside a rotation no other begins', async () => {
  await hold();
  const other = await database.pool.connect();
  await other.query('select pg_advisory_lock($1)', [ROTATION_LOCK]);
  expect(await rotate()).toBe('running');
  await other.query('select pg_advisory_unlock($1)', [ROTATION_LOCK]);
  other.release();
  expect(await rotate()).toEqual({ version: 2, rewrapped: 0 });
});

test('a key that is destroyed stays destroyed under a rotation', async () => {
  await hold();
  await ring().ensure(['a', 'b']);
  await ring().destroy('a');
  await rotate();
  expect((await ring().find(['a', 'b'])).get('a')).toBe('destroyed');
  expect(await versions()).toEqual([
    [1, 0],
    [2, 1],
  ]);
});

test('a version that wraps keys stays, so does the newest; one that wraps nothing is destroyed', async () => {
  await hold();
  await ring().ensure(['a']);
  expect(await drop(1)).toBe('newest');
  await keys.keeper.make(2);
  await database.pool.query('insert into master_keys (version) values (2)');
  expect(await drop(1)).toBe('in-use');
  expect(await rotate()).toEqual({ version: 2, rewrapped: 1 });
  expect(await drop(1)).toBeUndefined();
  expect(await drop(1)).toBeUndefined();
  expect([...keys.held.keys()]).toEqual([2]);
  expect(hex((await ring().find(['a'])).get('a'))).toMatch(/^[0-9a-f]{64}$/);
});

test('what an old copy of the table holds opens never again once its version is destroyed', async () => {
  await hold();
  await ring().ensure(['a']);
  await database.pool.query('create table copied as select * from sealing_keys');
  await ring().destroy('a');
  await rotate();
  await drop(1);
  const { rows } = await database.pool.query('select wrapped from copied');
  const label = 'sealing-key:a';
  const open = keys.open().unwrap(1, [{ label, bytes: rows[0].wrapped }]);
  await expect(open).rejects.toThrow('version 1 of the master key');
  await expect(keys.open().unwrap(2, [{ label, bytes: rows[0].wrapped }])).rejects.toThrow(
    SealBroken,
  );
});

test('no key can be wrapped by a version that was dropped', async () => {
  await hold();
  await rotate();
  await drop(1);
  const late = database.pool.query(
    "insert into sealing_keys (key_id, wrapped, master) values ('late', '\\x00', 1)",
  );
  await expect(late).rejects.toThrow('violates foreign key constraint');
});

test('every destroyed key is noted by the database itself, and none comes back', async () => {
  await ring().destroy('never');
  await keys.keeper.make(1);
  await ring().ensure(['a']);
  await ring().destroy('a');
  await ring().destroy('a');
  const { rows } = await database.pool.query(
    'select key_id, told from key_destructions order by 1',
  );
  expect(rows).toEqual([
    { key_id: 'a', told: false },
    { key_id: 'never', told: false },
  ]);
  const revive = "update sealing_keys set wrapped = '\\x00', master = 1, destroyed_at = null";
  await expect(database.pool.query(revive)).rejects.toThrow('never comes back');
  await expect(database.pool.query('delete from key_destructions')).rejects.toThrow('append-only');
});
