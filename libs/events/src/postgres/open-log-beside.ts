import type { Pool } from 'pg';
import type { Log } from '../log.js';
import { refuseOtherLog } from './log-engine.js';

type LogSettings = Readonly<{ kurrentUrl: string | undefined; kurrentPrefix: string }>;

/**
 * The log in KurrentDB, for a program that an archive is started of; undefined when the settings leave it in PostgreSQL. Throws what `fault`
 * makes of the line that says why, when the log of this archive is not where they say. The client takes 35 MB of memory: only who asks for it loads it.
 */
export async function openLogBeside(
  { kurrentUrl: url, kurrentPrefix: prefix }: LogSettings,
  pool: Pool,
  fault: (line: string) => Error,
): Promise<(Log & Readonly<{ close: () => Promise<void> }>) | undefined> {
  const refused = await refuseOtherLog(pool, url !== undefined);
  if (refused !== undefined) throw fault(refused);
  if (url === undefined) return undefined;
  const { kurrentLog } = await import('../kurrentdb/kurrent-log.js');
  return kurrentLog({ url, prefix });
}
