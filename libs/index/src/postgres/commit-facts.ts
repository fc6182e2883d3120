import type { Pool, PoolClient } from 'pg';
import type { ArchiveEvent } from '#archive/catalogue';
import type { Decider, Decision } from '#events/decider';
import { handle, type Order } from '#events/handle';
import { type Ledger, readOpened } from '#events/ledger';
import type { Log } from '#events/log';
import { SWITCH_LOCK } from '../switch-lock.js';
import type { OpenedFact } from './replay-table.js';

/** What a command of governance works with. `logWithin`: the log as the client's transaction appends to it. */
export type FactPorts = Readonly<{
  pool: Pool;
  logWithin: (client: PoolClient) => Log;
  ledger: Omit<Ledger, 'store' | 'snapshots'>;
}>;

/** Writes what facts say into read models, within the client's transaction; the same fact again changes nothing. */
export type Project = (client: PoolClient, facts: readonly OpenedFact[]) => Promise<void>;

/**
 * Decides a command on its stream, appends, and projects what the stream says since, in one transaction: the answer is true of the rows too.
 * Where the log lies elsewhere, a fact may stand whose rows failed: the same command again (same id) projects them. A refusal writes nothing.
 */
export async function commitFacts<S, C, E extends ArchiveEvent, R>(
  { pool, logWithin, ledger }: FactPorts,
  decider: Decider<S, C, E, R>,
  order: Order<C>,
  project: Project,
): Promise<Decision<E, R>> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock_shared(hashtext($1))', [SWITCH_LOCK]);
    /* Where the log lies elsewhere, its conflicts don't wait for our rows: commands on one stream come one after the other. */
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 16))', [order.stream]);
    const within = { ...ledger, store: logWithin(client) };
    const decision = await handle(within, decider, order);
    if (decision.ok) await projectStream(client, within, order.stream, project);
    await client.query(decision.ok ? 'commit' : 'rollback');
    return decision;
  } catch (error) {
    failure = error instanceof Error ? error : new Error('a command failed', { cause: error });
    throw failure;
  } finally {
    /* A connection whose transaction is open goes with it. */
    client.release(failure);
  }
}

/** Streams of governance are short: a person has tens of facts, a hospital fewer. */
async function projectStream(
  client: PoolClient,
  ledger: Ledger,
  stream: string,
  project: Project,
): Promise<void> {
  const facts: OpenedFact[] = [];
  for await (const fact of readOpened<ArchiveEvent>(ledger, stream)) facts.push(fact);
  await project(client, facts);
}
