import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.js';
import { migrate } from './migrate.js';

let db: TestDatabase;
let folder: string;
beforeAll(async () => {
  db = await testDatabase();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-migrate-'));
  await db.pool.query('drop schema public cascade; create schema public');
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => db.close());

const write = (name: string, sql: string) => writeFile(join(folder, name), sql);
const tables = async () =>
  (
    await db.pool.query("select tablename from pg_tables where schemaname = 'public' order by 1")
  ).rows
    .map(({ tablename }) => tablename)
    .filter((name) => name !== 'schema_migrations');

test('migrations are applied in order, once', async () => {
  await write('0002-b.sql', 'create table b (a int references a (id))');
  await write('0001-a.sql', 'create table a (id int primary key)');
  expect(await migrate(db.url, folder)).toEqual(['0001-a.sql', '0002-b.sql']);
  expect(await migrate(db.url, folder)).toEqual([]);
  expect(await tables()).toEqual(['a', 'b']);
});
test('two programs at once apply each migration once', async () => {
  await write('0001-a.sql', 'select pg_sleep(0.1); create table a ()');
  const applied = await Promise.all([migrate(db.url, folder), migrate(db.url, folder)]);
  expect(applied.flat()).toEqual(['0001-a.sql']);
});
test('a migration that fails leaves nothing of itself, and those before it stay', async () => {
  await write('0001-a.sql', 'create table a ()');
  await write('0002-b.sql', 'create table b (); select 1 / 0');
  await expect(migrate(db.url, folder)).rejects.toThrow(
    'the migration 0002-b.sql failed: division',
  );
  expect(await tables()).toEqual(['a']);
});
test('a migration that changed after it was applied is refused', async () => {
  await write('0001-a.sql', 'create table a ()');
  await migrate(db.url, folder);
  await write('0001-a.sql', 'create table a (id int)');
  await expect(migrate(db.url, folder)).rejects.toThrow('0001-a.sql changed after it was applied');
});
test('a committed migration that changed is refused before anything is applied', async () => {
  await write('0001-a.sql', 'create table a ()');
  await write(
    'migrations.sha256',
    `${createHash('sha256').update('other').digest('hex')}  infra/postgres/0001-a.sql\n`,
  );
  await expect(migrate(db.url, folder)).rejects.toThrow('0001-a.sql was committed and has changed');
  expect(await tables()).toEqual([]);
});
test('a database of a newer program is refused', async () => {
  await write('0001-a.sql', 'create table a ()');
  await migrate(db.url, folder);
  await rm(join(folder, '0001-a.sql'));
  await expect(migrate(db.url, folder)).rejects.toThrow('this program is older');
});
test('a file that is not named like a migration is refused', async () => {
  await write('fix.sql', 'select 1');
  await expect(migrate(db.url, folder)).rejects.toThrow('fix.sql is not named like');
});
