import type { Pool } from 'pg';
import type { CharacterSet } from '#hl7/character-set';

/** A message that is to be applied. `attempt` counts from 1. */
export type WaitingMessage = Readonly<{
  id: string;
  hospital: string;
  characterSet: CharacterSet;
  body: Buffer;
  receivedAt: Date;
  attempt: number;
}>;

/** Who takes a message has it for so long; a gateway that died with it is waited for no longer. */
const LEASE_SECONDS = 15;
const RETRY_SECONDS_MAX = 300;
/** How long a repeat is known for one. */
const REMEMBERED_DAYS = 30;
const FORGOTTEN_AT_ONCE_MAX = 1_000;

/** Takes the oldest message that may be applied: none of the same patient waits before it. */
export async function takeWaiting(pool: Pool): Promise<WaitingMessage | undefined> {
  const { rows } = await pool.query({
    name: 'hl7-take',
    text: `update hl7_messages set attempts = attempts + 1, due_at = now() + $1 * interval '1 second'
      where id = (
        select id from hl7_messages taken where state = 'received' and due_at <= now() and not exists (
          select from hl7_messages earlier where earlier.state = 'received'
            and earlier.position < taken.position and earlier.patients && taken.patients)
        order by position limit 1 for update skip locked)
      returning id, hospital, character_set as "characterSet", body, received_at as "receivedAt", attempts as attempt`,
    values: [LEASE_SECONDS],
  });
  return rows[0];
}

/** The message is applied: nothing of it is kept but that it was. */
export async function settleApplied(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: 'hl7-applied',
    text: `update hl7_messages set state = 'applied', body = null, settled_at = now()
      where id = $1 and state = 'received'`,
    values: [id],
  });
}

/** The message can't be applied, and waits for a person. `reason`: a code. */
export async function settleDead(pool: Pool, id: string, reason: string): Promise<void> {
  await pool.query({
    name: 'hl7-dead',
    text: `update hl7_messages set state = 'dead', reason = $2, settled_at = now()
      where id = $1 and state = 'received'`,
    values: [id, reason],
  });
}

/** It is tried again later, ever more slowly; what waits behind it for the same patient waits too. */
export async function putBack(pool: Pool, { id, attempt }: WaitingMessage): Promise<void> {
  await pool.query({
    name: 'hl7-back',
    text: `update hl7_messages set due_at = now() + $2 * interval '1 second' where id = $1 and state = 'received'`,
    values: [id, Math.min(2 ** (attempt - 1), RETRY_SECONDS_MAX)],
  });
}

/** Forgets messages that were done with long ago; answers with how many. */
export async function forgetSettled(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'hl7-forget',
    text: `delete from hl7_messages where id in (
      select id from hl7_messages where state in ('applied', 'discarded') and settled_at < now() - $1 * interval '1 day' limit $2)`,
    values: [REMEMBERED_DAYS, FORGOTTEN_AT_ONCE_MAX],
  });
  return rowCount ?? 0;
}
