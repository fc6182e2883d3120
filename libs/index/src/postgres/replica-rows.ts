import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Findable, Statement } from '../findable.js';
import { type ReplicaGate, type ReplicaState, replicaGate } from '../replica-gate.js';
import { sharedAsk } from '../shared-ask.js';
import { readActiveVersion } from './active-version.js';
import { readRows } from './findable-reader.js';
import { findableSchema } from './findable-schema.js';
import { checkReplica, type Position, readPosition } from './replica-check.js';

/** `primary`: for its position alone. `replica`: a pipelining pool, connected without a pooler, for what is checked on a connection is read on it. */
export type ReplicaRows = Readonly<{
  primary: Pool;
  replica: Pool;
  /** Reads the primary. */
  onPrimary: Findable['rows'];
  nowMs: () => number;
  ran: (where: 'primary' | 'replica') => void;
  /** Hears of changes of the replica's state. */
  tell: (state: ReplicaState, cause: unknown) => void;
}>;

/** How long a search waits for the replica to replay what the primary has; after that it reads the primary. */
const CATCH_UP_MS_MAX = 20;
const CATCH_UP_PAUSE_MS = 2;
const SWITCHES_MAX = 2;

/**
 * Rows from a replica that holds all that was committed when the search asked, else from the primary (design D14: a store answers when it
 * is findable). A replica that lags, is away, was promoted or follows another server is left alone until a look at it, which no search waits for.
 */
export function replicaRows(options: ReplicaRows): Findable['rows'] {
  const gate = replicaGate(options);
  const position = sharedAsk(() => readPosition(options.primary));
  const fromReplica = replicaRead(options, gate, position);
  return async (statement) => {
    const rows =
      gate.isOpen() && !isFull(options.replica) ? await fromReplica(statement) : undefined;
    if (!isFull(options.replica) && gate.isDue()) void fromReplica();
    options.ran(rows === undefined ? 'primary' : 'replica');
    return rows ?? options.onPrimary(statement);
  };
}

type Rows = Awaited<ReturnType<Findable['rows']>>;

/* Undefined: the primary has to be read. Without a statement the replica is only looked at. */
function replicaRead(
  { replica, nowMs }: ReplicaRows,
  gate: ReplicaGate,
  position: () => Promise<Position>,
) {
  const readActive = activeReader();
  return async (statement?: Statement): Promise<Rows | undefined> => {
    const client = await connect(replica, gate);
    if (client === undefined) return undefined;
    const state = await catchUp(client, position, nowMs).catch((cause: unknown) => ({ cause }));
    if (typeof state === 'object') {
      client.release(true);
      gate.found('away', state.cause);
      return undefined;
    }
    gate.found(state);
    if (state === 'following' && statement) return readAndRelease(client, statement, readActive);
    client.release();
    return undefined;
  };
}

const readAndRelease = async (
  client: PoolClient,
  statement: Statement,
  readActive: ReturnType<typeof activeReader>,
): Promise<Rows | undefined> => {
  try {
    const rows = await readActive(client, statement);
    client.release();
    return rows;
  } catch (error) {
    client.release(true);
    if (isTooSlow(error)) throw error;
    return undefined;
  }
};

/** More searches than its connections: the primary takes the others. */
const isFull = ({ idleCount, waitingCount, totalCount, options }: Pool) =>
  idleCount <= waitingCount && totalCount >= options.max;

const connect = async (replica: Pool, gate: ReplicaGate): Promise<PoolClient | undefined> => {
  try {
    return await replica.connect();
  } catch (cause) {
    gate.found('away', cause);
    return undefined;
  }
};

const catchUp = async (
  client: PoolClient,
  position: () => Promise<Position>,
  nowMs: () => number,
) => {
  const wanted = await position();
  const beganMs = nowMs();
  for (;;) {
    const state = await checkReplica(client, wanted);
    if (state !== 'behind' || nowMs() - beganMs >= CATCH_UP_MS_MAX) return state;
    await delay(CATCH_UP_PAUSE_MS);
  }
};

/* Which version is active is asked behind the rows, not before: a replica may replay a switch and the drop of the old version in one go. */
function activeReader() {
  let known: number | undefined;
  return async (client: PoolClient, statement: Statement): Promise<Rows | undefined> => {
    for (let tries = 0; tries < SWITCHES_MAX; tries++) {
      const version = known ?? (await readActiveVersion(client));
      known = undefined;
      const reading = readRows(client, findableSchema(version), statement);
      const [rows, active] = await Promise.all([reading, readActiveVersion(client)]);
      known = active;
      if (active === version) return rows;
    }
    return undefined;
  };
}

const QUERY_CANCELED = '57014';

/** It would be no faster on the primary. */
const isTooSlow = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === QUERY_CANCELED;
