import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { startEmbeddedPostgres } from '#platform/embedded-postgres';
import { migrate } from '#platform/migrate';
import { createPool } from '#platform/postgres-pool';

/** A database of one's own, with every migration of `infra/postgres` applied; `close` ends its pool and drops it. */
export type TestDatabase = Readonly<{ pool: pg.Pool; url: string; close(): Promise<void> }>;

/* Kills are survived without fsync; only a power cut isn't. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
};
const TEMPLATE_LOCK = 7_301_900;

/** A fresh database on this run's server; the first caller starts the server, unless another is named, and makes the template. */
export async function testDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl') ?? (await embeddedUrl());
  const template = `${inject('databasePrefix')}template`;
  const name = `${inject('databasePrefix')}${randomUUID().replaceAll('-', '')}`;
  await administer(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await makeTemplate(client, serverUrl, template);
    await client.query(`create database ${name} template ${template}`);
  });
  const url = databaseUrl(serverUrl, name);
  const pool = createPool({ url, name: 'arkim test' });
  return { pool, url, close: () => close(serverUrl, pool, name) };
}

const embeddedUrl = async (): Promise<string> =>
  (await startEmbeddedPostgres({ folder: inject('postgresFolder'), settings: SETTINGS })).url;

async function makeTemplate(client: pg.Client, serverUrl: string, name: string): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount) return;
  const making = `${name}_making`;
  await client.query(`drop database if exists ${making}`);
  await client.query(`create database ${making}`);
  await migrate(databaseUrl(serverUrl, making), 'infra/postgres');
  await client.query(`alter database ${making} rename to ${name}`);
}

async function close(serverUrl: string, pool: pg.Pool, name: string): Promise<void> {
  await pool.end();
  await administer(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
}

async function administer(
  serverUrl: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(serverUrl, 'postgres') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** The URL of another database of the same server. */
export const databaseUrl = (serverUrl: string, name: string) => {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};
