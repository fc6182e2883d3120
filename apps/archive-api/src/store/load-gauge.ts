import type { Pool } from 'pg';
import type { ObjectStore } from '#storage/object-store';
import type { Load, Waiting } from './admission.js';

/** A measured load is trusted this long: admission then costs no query of its own. */
const TRUST_MS = 500;

const WAITING = `select hospital, count(*)::int as jobs,
    (coalesce(extract(epoch from now() - min(accepted_at) filter (where attempts = 0)), 0) * 1000)::int as "oldestMs"
  from ingest_jobs where lane = 'store' and completed_at is null group by hospital`;

/** Measures what waits for the workers, without imports (design D14), and the room for objects; those who ask together share one measurement. */
export function loadGauge(
  pool: Pool,
  objects: Pick<ObjectStore, 'space'>,
  nowMs: () => number,
): () => Promise<Load> {
  let measured: { load: Promise<Load>; atMs: number } | undefined;
  return () => {
    if (measured === undefined || nowMs() - measured.atMs >= TRUST_MS) {
      const load = measure(pool, objects);
      measured = { load, atMs: nowMs() };
      load.catch(() => {
        measured = undefined;
      });
    }
    return measured.load;
  };
}

async function measure(pool: Pool, objects: Pick<ObjectStore, 'space'>): Promise<Load> {
  const [{ rows: waiting }, space] = await Promise.all([
    pool.query<Waiting>({ name: 'ingest-waiting', text: WAITING }),
    objects.space(),
  ]);
  return { waiting, freeBytes: space?.freeBytes };
}
