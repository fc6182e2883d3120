import type { Pool } from 'pg';
import { packStream } from '#archive/catalogue';

/** Last fact of each pack stream that exists: its type by stream. */
export type LastFactTypes = (streams: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * Which of these packs anything names: a fact at the head of the log, or one that is about to be appended, a job that waits, a part kept aside.
 * It asks the log itself, never a projection (design D1).
 */
export async function namedPacks(
  pool: Pool,
  lastFactTypes: LastFactTypes,
  packs: readonly string[],
): Promise<ReadonlySet<string>> {
  const waiting = await pool.query('select packs from ingest_jobs where completed_at is null');
  const aside = await pool.query(
    'select pack from quarantine where resolved_at is null and pack = any($1)',
    [packs],
  );
  const streams = packs.map(packStream);
  const intended = await pool.query('select streams from log_intents where streams && $1', [
    streams,
  ]);
  /* Asked last: what waited a moment ago may be a fact by now. */
  const types = await lastFactTypes(streams);
  const awaited = new Set(
    waiting.rows.flatMap((row) =>
      (JSON.parse(String(row['packs'])) as { pack: string }[]).map(({ pack }) => pack),
    ),
  );
  for (const { pack } of aside.rows) awaited.add(pack);
  const appending = new Set(intended.rows.flatMap((row) => row['streams'] as string[]));
  const isNamed = (pack: string) => {
    const stream = packStream(pack);
    const last = types.get(stream);
    const isTold = last !== undefined && last !== 'PackRemoved';
    return isTold || awaited.has(pack) || appending.has(stream);
  };
  return new Set(packs.filter(isNamed));
}
