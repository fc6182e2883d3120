import type { Pool } from 'pg';

const CLAIMS_PER_ROUND_MAX = 16;
/** A worker that takes a claim and dies leaves it to others after this. */
const TAKEN_SECONDS = 60;
/** How long a claim waits that was touched while it was looked at, unless by who may know of it: a study that is being stored isn't published without end. */
const TOUCHED_SECONDS = 10;
/** How long a claim waits after it could not be looked at. */
const PUT_OFF_SECONDS = 30;

/** A claim whose manifest may have to change; `changes` counts what has touched it. */
export type ChangedClaim = Readonly<{ claim: string; changes: string; urgent: boolean }>;

/** Takes claims that are due, for a while; those first of which others may know more or less than before. `ahead`: seconds that it looks into the future. */
export async function takeChanged(pool: Pool, ahead = 0): Promise<readonly ChangedClaim[]> {
  const { rows } = await pool.query(
    `update manifest_queue q set due_at = now() + make_interval(secs => ${TAKEN_SECONDS}), since = now(), urgent = false
     from (select claim, urgent from manifest_queue where due_at <= now() + make_interval(secs => $1)
       order by urgent desc, due_at limit ${CLAIMS_PER_ROUND_MAX} for update skip locked) as due
     where q.claim = due.claim returning q.claim, q.changes::text, due.urgent`,
    [ahead],
  );
  return [...rows].sort((a, b) => Number(b.urgent) - Number(a.urgent));
}

/** A claim was looked at. It goes, unless something has touched it since; `again`: when time alone changes who may know of it. */
export async function looked(
  pool: Pool,
  { claim, changes }: ChangedClaim,
  again: Date | null,
): Promise<void> {
  const { rowCount } = await pool.query(
    `${again === null ? 'delete from manifest_queue' : 'update manifest_queue set due_at = $3, urgent = true'}
     where claim = $1 and changes = $2`,
    again === null ? [claim, changes] : [claim, changes, again],
  );
  if (rowCount === 0) await dueAgain(pool, claim);
}

const dueAgain = (pool: Pool, claim: string) =>
  pool.query(
    `update manifest_queue set due_at = now() + make_interval(secs => case when urgent then 0 else ${TOUCHED_SECONDS} end)
     where claim = $1`,
    [claim],
  );

/** A claim could not be looked at now. */
export async function putOff(pool: Pool, { claim, urgent }: ChangedClaim): Promise<void> {
  await pool.query(
    `update manifest_queue set due_at = now() + make_interval(secs => ${PUT_OFF_SECONDS}), urgent = urgent or $2
     where claim = $1`,
    [claim, urgent],
  );
}

/** Claims whose manifest counts and whose documents are gone, as after rows were put right from the log. */
export async function queueLost(pool: Pool): Promise<void> {
  await pool.query(
    `insert into manifest_queue (claim, since, due_at, urgent)
     select distinct claim, now(), now(), false from manifests m where status = 'current'
       and not exists (select from manifest_contents c where c.manifest = m.manifest)
     on conflict do nothing`,
  );
}
