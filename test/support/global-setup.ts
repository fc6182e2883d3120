import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { stopEmbeddedPostgres } from '../../libs/platform/src/embedded-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of this run's PostgreSQL; the first test that needs a database starts it. */
    postgresFolder: string;
    /** ARKIM_TEST_POSTGRES_URL: a superuser's on another server that trusts it and the archive's roles; databases are then made there. */
    postgresUrl: string | undefined;
    /** ARKIM_TEST_POSTGRES_BIN: programs of the server that a test starts for itself; undefined: the embedded ones. */
    postgresPrograms: string | undefined;
    /** What the names of this run's databases begin with. */
    databasePrefix: string;
  }
}

const PREFIX = 'arkim-test-';

/** Gives every run a PostgreSQL folder of its own, and afterwards takes the server and the folder away; on another server it takes away the databases. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const url = process.env['ARKIM_TEST_POSTGRES_URL'] || undefined;
  const databasePrefix = `arkim_test_${randomBytes(4).toString('hex')}_`;
  project.provide('postgresFolder', join(folder, 'postgres'));
  project.provide('postgresUrl', url);
  project.provide('postgresPrograms', process.env['ARKIM_TEST_POSTGRES_BIN'] || undefined);
  project.provide('databasePrefix', databasePrefix);
  return async () => {
    if (url !== undefined) await dropDatabases(url, databasePrefix);
    await remove(folder);
  };
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  } finally {
    await client.end();
  }
}

/* What killed runs left behind: a folder whose run is gone. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const run = /^arkim-test-(\d+)-/.exec(name)?.[1];
    if (run && !existsSync(`/proc/${run}`) && existsSync('/proc/1'))
      await remove(join(tmpdir(), name));
  }
}

async function remove(folder: string): Promise<void> {
  await stopEmbeddedPostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
