import { join } from 'node:path';
import type { Config } from './config.js';
import { findEmbeddedPostgres } from './embedded-postgres.js';
import { OperatorFault } from './operator-fault.js';

/** The URL of the archive's database: ARKIM_POSTGRES_URL, else the embedded server that runs on the data folder. */
export async function findDatabase({ postgresUrl, dataFolder }: Config): Promise<string> {
  const url = postgresUrl ?? (await findEmbeddedPostgres(join(dataFolder, 'postgres')));
  if (!url)
    throw new OperatorFault(
      `no archive runs on ${dataFolder}: start it, or set ARKIM_DATA or ARKIM_POSTGRES_URL`,
    );
  return url;
}
