import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from './embedded-postgres.js';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'arkim-embedded-'));
  folder = join(parent, 'postgres');
});
afterEach(async () => {
  await stopEmbeddedPostgres(folder);
  await rm(parent, { recursive: true });
});

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a server that was killed recovers every commit, is found while it runs, and stops', async () => {
  const first = await startEmbeddedPostgres({ folder });
  await query(first.url, 'create table kept as select generate_series(1, 1000) as n');
  expect(await findEmbeddedPostgres(folder)).toBe(first.url);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await startEmbeddedPostgres({ folder });
  expect(second.pid).not.toBe(first.pid);
  expect(await query(second.url, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
  await second.stop();
  await second.exited;
  expect(await findEmbeddedPostgres(folder)).toBeUndefined();
});
test('starts at once on an empty folder end with one server, and a later start adopts it', async () => {
  const servers = await Promise.all([
    startEmbeddedPostgres({ folder }),
    startEmbeddedPostgres({ folder }),
    startEmbeddedPostgres({ folder }),
  ]);
  const later = await startEmbeddedPostgres({ folder });
  expect(new Set([...servers, later].map(({ pid }) => pid)).size).toBe(1);
  await later.stop();
  await Promise.all(servers.map(({ exited }) => exited));
});
test('nothing listens but a socket in a folder that only its owner can enter', async () => {
  const { url, socketFolder } = await startEmbeddedPostgres({ folder });
  expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
  expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
  const settings = `select name, setting from pg_settings
    where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums') order by 1`;
  expect((await query(url, settings)).map(({ setting }) => setting)).toEqual(Array(4).fill('on'));
});
test('a folder whose path is too long for a socket gets a socket folder of its own', async () => {
  folder = join(parent, 'x'.repeat(120), 'postgres');
  const { url, socketFolder } = await startEmbeddedPostgres({ folder });
  expect(socketFolder.startsWith(tmpdir())).toBe(true);
  expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await stopEmbeddedPostgres(folder);
  await rm(socketFolder, { recursive: true });
});
test('a process number that another program has by now does not keep the server down', async () => {
  const first = await startEmbeddedPostgres({ folder });
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const file = join(folder, 'postmaster.pid');
  const stale = (await readFile(file, 'utf8')).replace(/^\d+/, String(process.pid));
  await writeFile(file, stale);
  const second = await startEmbeddedPostgres({ folder });
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
test('errors of statements, which may hold personal data, stay out of the log', async () => {
  const { url } = await startEmbeddedPostgres({ folder });
  await expect(query(url, "select 'Muster^Anna'::date")).rejects.toThrow('Muster');
  await stopEmbeddedPostgres(folder);
  const day = new Date().toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' });
  const log = await readFile(join(folder, 'log', `postgres-${day}.log`), 'utf8');
  expect(log).toContain('shut down');
  expect(log).not.toContain('Muster');
});
test('a start that is given up takes its server back', async () => {
  for (const afterMs of [0, 5, 20, 60, 200]) {
    await startEmbeddedPostgres({ folder }).then(({ stop }) => stop());
    const signal = AbortSignal.timeout(afterMs);
    const given = await startEmbeddedPostgres({ folder, signal }).catch((error: Error) => error);
    if (!(given instanceof Error)) await given.stop();
    expect(await findEmbeddedPostgres(folder)).toBeUndefined();
    await expect(readFile(join(folder, 'postmaster.pid'))).rejects.toThrow('ENOENT');
  }
});
test('a folder that holds something else is refused and left alone', async () => {
  await mkdir(folder);
  await writeFile(join(folder, 'letter.txt'), 'dear');
  await expect(startEmbeddedPostgres({ folder })).rejects.toThrow(
    'is not a PostgreSQL data folder',
  );
  expect(await readFile(join(folder, 'letter.txt'), 'utf8')).toBe('dear');
});
test('a server that cannot start says why in one line', async () => {
  const settings = { shared_buffers: 'plenty' };
  await expect(startEmbeddedPostgres({ folder, settings })).rejects.toThrow(
    /^PostgreSQL did not start: invalid value for parameter "shared_buffers": "plenty"$/,
  );
});
