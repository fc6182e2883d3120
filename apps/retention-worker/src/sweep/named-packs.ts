import type { Pool } from 'pg';
import { packStream } from '#archive/catalogue';

/** Last fact of each pack stream that exists: its type by stream. */
export type LastFactTypes = (streams: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * Which of these packs anything names: a fact at the head of the log, a job that waits, a part kept aside.
 * It asks the log itself, never a projection (design D1).
 */
export async function namedPacks(
  pool: Pool,
  lastFactTypes: LastFactTypes,
  packs: readonly string[],
): Promise<ReadonlySet<string>> {
  const types = await lastFactTypes(packs.map(packStream));
  const waiting = await pool.query('select packs from ingest_jobs where completed_at is null');
  const aside = await pool.query(
    'select pack from quarantine where resolved_at is null and pack = any($1)',
    [packs],
  );
  const awaited = new Set(
    waiting.rows.flatMap((row) =>
      (JSON.parse(String(row['packs'])) as { pack: string }[]).map(({ pack }) => pack),
    ),
  );
  for (const { pack } of aside.rows) awaited.add(pack);
  const isNamed = (pack: string) => {
    const last = types.get(packStream(pack));
    return awaited.has(pack) || (last !== undefined && last !== 'PackRemoved');
  };
  return new Set(packs.filter(isNamed));
}
