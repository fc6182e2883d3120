import type { Pool, PoolClient } from 'pg';
import { logStream } from '#archive/log-events';
import type { Append, Appended } from '#events/event-store';
import { uuid5 } from '#events/uuid5';
import type { SealedLog } from '#evidence/log-head';

/** What seals the log, within an open transaction. */
export type LogTransaction = Readonly<{
  /** Takes the next events into the tree; how many. */
  takeLeaves: () => Promise<number>;
  /** The seal that is due, when nothing waits to be taken. */
  nextHead: () => Promise<SealedLog | undefined>;
  append: (appends: readonly Append[]) => Promise<Appended>;
}>;

export type LogSealPorts = Readonly<{
  pool: Pool;
  logWithin: (client: PoolClient) => LogTransaction;
}>;

/** What one round did; `isHeld`: another worker is at it. `sealed`: the day. */
export type LogRound = Readonly<{ isHeld: boolean; taken: number; sealed: string | undefined }>;

const LOCK = 'log-seal';
/** Names the ids of seals of the log. */
const SEAL_IDS = '6f0e6c1a-3f0b-5d0e-9c55-4a2a5f9d7b10';

/** Takes the next page of the log into its tree, or seals the days that are over when none waits; by one worker at a time. */
export async function logRound({ pool, logWithin }: LogSealPorts): Promise<LogRound> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const held = await client.query(
      `select pg_try_advisory_xact_lock(hashtext('${LOCK}')) as locked`,
    );
    const isHeld = held.rows[0]?.locked !== true;
    const round = isHeld
      ? { isHeld, taken: 0, sealed: undefined }
      : { isHeld, ...(await sealNext(logWithin(client))) };
    await client.query('commit');
    client.release();
    return round;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function sealNext({ takeLeaves, nextHead, append }: LogTransaction) {
  const taken = await takeLeaves();
  if (taken > 0) return { taken, sealed: undefined };
  const head = await nextHead();
  if (head === undefined) return { taken, sealed: undefined };
  const appended = await append([sealFact(head)]);
  if (!appended.ok) throw new Error(`the log has another seal of ${head.day}`);
  return { taken, sealed: head.day };
}

const sealFact = (head: SealedLog): Append => ({
  stream: logStream(head.day),
  expected: 0,
  events: [{ id: uuid5(SEAL_IDS, head.day), type: 'LogSealed', schema: 1, data: head }],
  metadata: { actor: 'retention-worker', correlationId: head.day, causationId: head.day },
});
