import type { Pool } from 'pg';
import type { CommitmentReference } from '#dicomweb/storage-commitment';

/** A request as it is kept: one hospital's, under its Transaction UID. */
export type CommitmentKey = Readonly<{ hospital: string; transaction: string }>;

/** What was asked and what came of it: `reasons` has a failure for each reference, null where it is committed; null while it is being found out. */
export type CommitmentState = Readonly<{
  references: readonly CommitmentReference[];
  reasons: readonly (number | null)[] | null;
}>;

/** Requests of a hospital that wait at the same time, and that are kept in all. */
export const WAITING_MAX = 100;
const KEPT_MAX = 10_000;
/** How long a result can be had (PS3.18 §13.2). */
export const RESULT_DAYS = 30;
const PURGED_MAX = 1_000;
export const LEASE_SECONDS = 60;
const RETURNED_SECONDS = 5;

const PURGE = `delete from commitment_requests where (hospital, transaction_uid) in (
    select hospital, transaction_uid from commitment_requests
    where completed_at < now() - make_interval(days => $1) limit $2)`;
const INSERT = `insert into commitment_requests (hospital, transaction_uid, actor, asked)
  select $1, $2, $3, $4
  where (select count(*) from commitment_requests where hospital = $1 and completed_at is null) < $5
    and (select count(*) from commitment_requests where hospital = $1) < $6
  on conflict do nothing`;
const EXISTS = 'select 1 from commitment_requests where hospital = $1 and transaction_uid = $2';

/** Keeps a request durably. `in-use`: the hospital has given this Transaction UID before; `full`: too many wait or are kept. */
export async function keepRequest(
  pool: Pool,
  { hospital, transaction }: CommitmentKey,
  asked: Readonly<{ actor: string; references: readonly CommitmentReference[] }>,
): Promise<'kept' | 'in-use' | 'full'> {
  await pool.query(PURGE, [RESULT_DAYS, PURGED_MAX]);
  const row = [hospital, transaction, asked.actor, JSON.stringify(asked.references)];
  const { rowCount } = await pool.query(INSERT, [...row, WAITING_MAX, KEPT_MAX]);
  if (rowCount === 1) return 'kept';
  const known = await pool.query(EXISTS, [hospital, transaction]);
  return known.rowCount === 1 ? 'in-use' : 'full';
}

/** Undefined when the hospital has no such request. */
export async function findRequest(
  pool: Pool,
  { hospital, transaction }: CommitmentKey,
): Promise<CommitmentState | undefined> {
  const { rows } = await pool.query<{ asked: string; result: string | null }>({
    name: 'commitment-find',
    text: `select asked, result from commitment_requests where hospital = $1 and transaction_uid = $2
      and (completed_at is null or completed_at >= now() - make_interval(days => $3))`,
    values: [hospital, transaction, RESULT_DAYS],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  const reasons = row.result === null ? null : (JSON.parse(row.result) as (number | null)[]);
  return { references: JSON.parse(row.asked) as CommitmentReference[], reasons };
}

/** A request that this process has taken for LEASE_SECONDS; `attempts` counts this time. */
export type TakenRequest = CommitmentKey &
  Readonly<{ references: readonly CommitmentReference[]; attempts: number }>;

const TAKE = `update commitment_requests set attempts = attempts + 1, claimed_until = now() + make_interval(secs => $1)
  where (hospital, transaction_uid) = (
    select hospital, transaction_uid from commitment_requests
    where completed_at is null and (claimed_until is null or claimed_until < now())
    order by requested_at limit 1 for update skip locked)
  returning hospital, transaction_uid as transaction, asked, attempts`;

/** The oldest request that nobody works on; undefined when there is none. */
export async function takeRequest(pool: Pool): Promise<TakenRequest | undefined> {
  const { rows } = await pool.query<CommitmentKey & { asked: string; attempts: number }>(TAKE, [
    LEASE_SECONDS,
  ]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { hospital, transaction, asked, attempts } = row;
  return {
    hospital,
    transaction,
    attempts,
    references: JSON.parse(asked) as CommitmentReference[],
  };
}

/** Keeps a taken request for another LEASE_SECONDS. */
export async function keepTaken(pool: Pool, key: CommitmentKey): Promise<void> {
  await pool.query(
    `update commitment_requests set claimed_until = now() + make_interval(secs => $3)
     where hospital = $1 and transaction_uid = $2 and completed_at is null`,
    [key.hospital, key.transaction, LEASE_SECONDS],
  );
}

/** Gives a taken request back, due after RETURNED_SECONDS, without counting the attempt: it failed through no fault of its own. */
export async function returnTaken(pool: Pool, key: CommitmentKey): Promise<void> {
  await pool.query(
    `update commitment_requests set attempts = attempts - 1, claimed_until = now() + make_interval(secs => $3)
     where hospital = $1 and transaction_uid = $2 and completed_at is null`,
    [key.hospital, key.transaction, RETURNED_SECONDS],
  );
}

/** Writes the result; it never changes once it is there. */
export async function completeRequest(
  pool: Pool,
  { hospital, transaction }: CommitmentKey,
  reasons: readonly (number | null)[],
): Promise<void> {
  await pool.query(
    `update commitment_requests set completed_at = now(), result = $3
     where hospital = $1 and transaction_uid = $2 and completed_at is null`,
    [hospital, transaction, JSON.stringify(reasons)],
  );
}
