import type { Pool, PoolClient } from 'pg';
import { postgresRecorder } from './postgres-recorder.js';

/** The current version of each stream, 0 for one that does not exist; inside the caller's transaction when given its client. */
export async function streamVersions(
  db: Pool | PoolClient,
  streams: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const heads = await postgresRecorder(db).heads(streams);
  return new Map(heads.map(({ stream, version }) => [stream, version]));
}
