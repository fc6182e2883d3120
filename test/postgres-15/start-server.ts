import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOwnServer } from '../support/own-server.js';

/** Where Debian puts the programs of its PostgreSQL 15. */
const DEBIAN = '/usr/lib/postgresql/15/bin';
/* Kills are survived without fsync; only a power cut isn't. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
};

/** Starts the server that the suite runs on, in a temp folder: Debian's, or that of ARKIM_TEST_POSTGRES_BIN. The system's cluster is left alone. */
export async function setup(): Promise<() => Promise<void>> {
  const programs = process.env['ARKIM_TEST_POSTGRES_BIN'] || DEBIAN;
  if (!existsSync(join(programs, 'postgres')))
    throw new Error(`there is no PostgreSQL in ${programs}: install Debian's postgresql-15`);
  const parent = await mkdtemp(join(tmpdir(), 'arkim-pg-'));
  const server = await startOwnServer({
    programs,
    folder: join(parent, 'data'),
    settings: SETTINGS,
  });
  process.env['ARKIM_TEST_POSTGRES_BIN'] = programs;
  process.env['ARKIM_TEST_POSTGRES_URL'] = server.url;
  return async () => {
    await server.stop();
    await rm(parent, { recursive: true, force: true });
  };
}
