import type { Pool } from 'pg';

const LEASE_SECONDS = 60;
const KEEP_MS = (LEASE_SECONDS * 1_000) / 3;

/** Does the work while no other worker does it; undefined: another one is at it. The signal ends it when the lease is lost. */
export async function withFixityLease<T>(
  pool: Pool,
  worker: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  if (!(await take(pool, worker))) return undefined;
  const lost = new AbortController();
  const timer = setInterval(() => {
    take(pool, worker).then(
      (isKept) => isKept || lost.abort(),
      () => lost.abort(),
    );
  }, KEEP_MS);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(timer);
    await pool
      .query('update fixity_work set leased_until = null where worker = $1', [worker])
      .catch(() => undefined);
  }
}

const take = async (pool: Pool, worker: string): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `update fixity_work set worker = $1, leased_until = now() + make_interval(secs => $2)
     where worker = $1 or leased_until is null or leased_until < now()`,
    [worker, LEASE_SECONDS],
  );
  return rowCount === 1;
};
