import type { PoolClient } from 'pg';
import type { DispositionEvent } from '#archive/disposition-events';
import { dispositionStream } from '#archive/disposition-events';
import { uuid5 } from '#events/uuid5';
import type { Obstacle } from '#index/study-content';
import {
  type Disposal,
  type DisposalPorts,
  type DisposalTransaction,
  metadataOf,
} from './disposal-ports.js';

/** One step of one study: a transaction in which it is locked. */
export type Step = Readonly<{
  client: PoolClient;
  transaction: DisposalTransaction;
  versions: readonly number[];
  disposal: Disposal;
}>;

/**
 * Does one step, unless another worker has done it meanwhile: a lease may have run out. The row of the study is kept by the transaction, so of two
 * that do the same step one does it.
 */
export async function inDisposal(
  ports: DisposalPorts,
  disposal: Disposal,
  work: (step: Step) => Promise<void>,
): Promise<void> {
  const client = await ports.pool.connect();
  try {
    await client.query('begin');
    const transaction = ports.within(client);
    const versions = await transaction.lock(disposal.claim);
    const { rowCount } = await client.query(
      'select 1 from disposals where batch = $1 and claim = $2 and step = $3 for update',
      [disposal.batch, disposal.claim, disposal.step],
    );
    if (rowCount === 1) await work({ client, transaction, versions, disposal });
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Appends a fact to the study's stream; the same of the same batch again is a repeat. */
export async function tell(
  { transaction, disposal }: Step,
  event: DispositionEvent,
): Promise<void> {
  const stream = dispositionStream(disposal.claim);
  const expected = (await transaction.log.versions([stream])).get(stream) ?? 0;
  const id = uuid5(disposal.batch, `${disposal.claim}/${event.type}`);
  const stored = { id, type: event.type, schema: 1, data: event.data };
  const metadata = metadataOf(disposal.batch);
  const appended = await transaction.log.append([{ stream, expected, events: [stored], metadata }]);
  if (!appended.ok)
    throw new Error('the stream of a study got a new fact while it was disposed of');
}

/** What the study waits for; it is looked at again then. */
export async function waitFor(
  { client, disposal }: Step,
  why: string,
  seconds: number,
): Promise<void> {
  await client.query(
    `update disposals set why = $3, due_at = now() + make_interval(secs => $4), leased_until = '-infinity'
     where batch = $1 and claim = $2`,
    [disposal.batch, disposal.claim, why, seconds],
  );
}

/** How long a study waits whose hospital is in a crisis. */
export const FROZEN_SECONDS = 300;
const PASSING_SECONDS = { frozen: FROZEN_SECONDS, rescheduling: 30, rebuilding: 60 } as const;

/** What stands against it: the study waits until it has passed, or isn't disposed of by this batch. */
export async function yieldTo(step: Step, obstacle: Obstacle): Promise<void> {
  return obstacle === 'frozen' || obstacle === 'rescheduling' || obstacle === 'rebuilding'
    ? waitFor(step, obstacle, PASSING_SECONDS[obstacle])
    : stopOne(step, obstacle);
}

/** The study isn't disposed of by this batch. */
async function stopOne(step: Step, reason: 'held' | 'not-due' | 'batch-stopped'): Promise<void> {
  const { batch, claim, hospital } = step.disposal;
  await tell(step, { type: 'DispositionStopped', data: { batch, hospital, claim, reason } });
  await step.client.query(
    `update disposals set step = 'stopped', why = $3, finished_at = now() where batch = $1 and claim = $2`,
    [batch, claim, reason],
  );
}
