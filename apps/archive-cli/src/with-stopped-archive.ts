import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { takeArchiveLock } from '#platform/archive-lock';
import type { Config } from '#platform/config';
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from '#platform/embedded-postgres';
import { OperatorFault } from '#platform/operator-fault';

/**
 * Does the work on the archive's database, given by its URL, while no archive runs: none can start meanwhile. Starts the
 * embedded server for it, and stops it again.
 */
export async function withStoppedArchive<T>(
  { postgresUrl, dataFolder }: Config,
  work: (database: string) => Promise<T>,
): Promise<T> {
  if (postgresUrl !== undefined) return locked(postgresUrl, work);
  const folder = join(dataFolder, 'postgres');
  const running = await findEmbeddedPostgres(folder);
  if (running !== undefined) return locked(running, work);
  if (!existsSync(join(folder, 'PG_VERSION')))
    throw new OperatorFault(`${dataFolder} holds no archive: set ARKIM_DATA or ARKIM_POSTGRES_URL`);
  const { url } = await startEmbeddedPostgres({ folder });
  try {
    return await locked(url, work);
  } finally {
    await stopEmbeddedPostgres(folder);
  }
}

async function locked<T>(url: string, work: (database: string) => Promise<T>): Promise<T> {
  const lock = await takeArchiveLock(url);
  if (lock === undefined) throw new OperatorFault('the archive runs: stop it first');
  try {
    return await work(url);
  } finally {
    await lock.release();
  }
}
