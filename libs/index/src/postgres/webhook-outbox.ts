import type { Pool } from 'pg';
import type { DueMessage, NextTry } from '../webhook-outbox.js';

/** Changes of one message. */
export const MESSAGE_CHANGES_MAX = 100;
/** A try that is under way isn't begun by another worker; longer than any try takes. */
const LEASE_SECONDS = 60;

/**
 * Takes the message that waits longest, for one try. Its bounds are fixed with the first try, so that each is the same message; a worker that dies
 * leaves it to the next when its lease is over.
 */
export async function takeMessage(pool: Pool): Promise<DueMessage | undefined> {
  await followSubscriptions(pool);
  const { rows } = await pool.query(
    `with head as (select last_sequence from change_progress),
     due as (
       select p.id from webhook_progress p, head where not p.halted and p.due_at <= now() and p.sequence < head.last_sequence
         and exists (select from webhooks w where w.id = p.id)
       order by p.due_at, p.id limit 1 for update of p skip locked
     )
     update webhook_progress p set due_at = now() + make_interval(secs => $1), tried_at = now(),
       through = coalesce(p.through, least(p.sequence + $2, head.last_sequence))
     from due, webhooks w, head where p.id = due.id and w.id = due.id
     returning p.id, w.organisation, w.address, p.sequence, p.through, p.round, p.attempts, p.failures_in_a_row`,
    [LEASE_SECONDS, MESSAGE_CHANGES_MAX],
  );
  const [row] = rows;
  return (
    row && {
      webhook: row.id,
      organisation: row.organisation,
      address: row.address,
      after: Number(row.sequence),
      through: Number(row.through),
      round: row.round,
      attempts: row.attempts,
      failuresInARow: row.failures_in_a_row,
    }
  );
}

/** How far a webhook was told is remembered for good: its row may be lost and made again. */
async function followSubscriptions(pool: Pool): Promise<void> {
  await pool.query(
    `insert into webhook_progress (id, sequence) select id, after from webhooks w
     where not exists (select from webhook_progress p where p.id = w.id) on conflict do nothing`,
  );
}

/** The message was taken, or there is nothing in it that may be told. */
export async function messageDone(pool: Pool, message: DueMessage, outcome: string): Promise<void> {
  await pool.query(
    `update webhook_progress set sequence = through, through = null, attempts = 0, failures_in_a_row = 0, due_at = now(), last_outcome = $3
     where id = $1 and round = $2 and through = $4`,
    [message.webhook, message.round, outcome, message.through],
  );
}

/** The message was not taken. */
export async function messageFailed(
  pool: Pool,
  message: DueMessage,
  { next, outcome }: Readonly<{ next: NextTry; outcome: string }>,
): Promise<void> {
  const { webhook, round, through } = message;
  if (next.kind === 'give-up') return giveUp(pool, message, { next, outcome });
  await pool.query(
    `update webhook_progress set attempts = attempts + 1, last_outcome = $4, halted = $5,
       due_at = now() + make_interval(secs => $6) where id = $1 and round = $2 and through = $3`,
    [webhook, round, through, outcome, next.kind === 'halt', dueSeconds(next)],
  );
}

const dueSeconds = (next: NextTry): number => (next.kind === 'retry' ? next.dueMs / 1_000 : 0);

/** A message that is given up is put aside in the statement that goes on behind it. */
async function giveUp(
  pool: Pool,
  { webhook, round, after, through, attempts }: DueMessage,
  { next, outcome }: Readonly<{ next: Extract<NextTry, { kind: 'give-up' }>; outcome: string }>,
): Promise<void> {
  await pool.query(
    `with gone as (
       update webhook_progress set sequence = through, through = null, attempts = 0, failures_in_a_row = failures_in_a_row + 1,
         due_at = now(), last_outcome = $4, halted = $5 where id = $1 and round = $2 and through = $3 returning id
     )
     insert into webhook_dead_letters (id, webhook, after, through, attempts, last_outcome)
     select $6, id, $7, $3, $8, $4 from gone on conflict (id) do nothing`,
    [webhook, round, through, outcome, next.halt, next.letter, after, attempts + 1],
  );
}
