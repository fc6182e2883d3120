import type { Pool, PoolClient } from 'pg';
import { evidenceStream } from '#archive/evidence-events';
import type { Append, Appended } from '#events/event-store';
import type { SealedDay } from '#evidence/audit-chain';
import { dayFactId } from '#evidence/day-fact';

/** What chains access records, within an open transaction. */
export type SealTransaction = Readonly<{
  sealBatch: () => Promise<Readonly<{ count: number; broken: number }>>;
  sealDays: () => Promise<readonly SealedDay[]>;
  append: (appends: readonly Append[]) => Promise<Appended>;
}>;

export type SealPorts = Readonly<{
  pool: Pool;
  sealWithin: (client: PoolClient) => SealTransaction;
}>;

/** What one round did; `isHeld`: another worker is at it. */
export type SealRound = Readonly<{ isHeld: boolean; count: number; broken: number; days: number }>;

const LOCK = 'audit-seal';
const HELD: SealRound = { isHeld: true, count: 0, broken: 0, days: 0 };

/** Chains the next batch and the days that are over, by one worker at a time; a day and its fact stand together. */
export async function sealRound({ pool, sealWithin }: SealPorts): Promise<SealRound> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const held = await client.query(
      `select pg_try_advisory_xact_lock(hashtext('${LOCK}')) as locked`,
    );
    const round = held.rows[0]?.locked === true ? await sealNext(sealWithin(client)) : HELD;
    await client.query('commit');
    client.release();
    return round;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function sealNext({ sealBatch, sealDays, append }: SealTransaction): Promise<SealRound> {
  const days = await sealDays();
  for (const day of days) {
    const appended = await append([sealedFact(day)]);
    if (!appended.ok) throw new Error(`the day ${day.day} has another seal in the log`);
  }
  return { isHeld: false, ...(await sealBatch()), days: days.length };
}

const sealedFact = (day: SealedDay): Append => ({
  stream: evidenceStream(day.day),
  expected: 0,
  events: [{ id: dayFactId(day.day), type: 'DaySealed', schema: 1, data: day }],
  metadata: { actor: 'retention-worker', correlationId: day.day, causationId: day.day },
});
