import type { Pool, PoolClient } from 'pg';
import type { ArchiveEvent } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import { inTransaction } from './in-transaction.js';
import { keepOutAtHead } from './keep-out-at-head.js';
import {
  createBuilt,
  type Differences,
  dropBuilt,
  findDifferences,
  insertDestroyed,
  putRight,
} from './rebuild-differences.js';
import { type EndIntents, letAppendsIn, withRebuildLock } from './rebuild-lock.js';
import { type LogPass, logPass } from './rebuild-log-pass.js';
import type { TableProjection } from './replay-table.js';

const REPAIR_TRIES_MAX = 10;
/** A writer changed a row that was to be put right, or waited for it while we waited for one of its own (PostgreSQL: serialization failure, deadlock). */
const OVERTAKEN = ['40001', '40P01'];

export type TableRebuild = Readonly<{
  pool: Pool;
  log: EventStore;
  keys: KeyRing;
  progress: (events: number) => void;
  /** Puts right what differs; without it nothing is changed. */
  repair: boolean;
  /** Given when the log isn't in the pool's database. */
  endIntents?: EndIntents;
}>;

export type TableReport = Differences & Readonly<{ events: number; repaired: boolean }>;

/**
 * Builds what the log says a table should hold beside it, compares row by row, and on request puts right what differs (design D13).
 *
 * There is nothing to switch: equal tables are one as good as the other, and in a damaged one only the rows that differ have to change. So
 * writers and readers keep their table, and every other row stays untouched.
 *
 * It's right while stores go on because each writer changes its row in the transaction that appends the fact: one snapshot sees both or
 * neither. Appends are kept out only while the last facts are read, until the snapshot that shows exactly those is taken. The comparison
 * reads in that snapshot, holds up nobody, and has no transaction id that would hold back readers of the log (design D16).
 *
 * A repair is written in the same snapshot: when a writer has changed one of those rows since, PostgreSQL refuses it; a writer that comes
 * later waits for these rows alone, and sees them as the log has them. Then all is compared anew, until nothing differs. Temporary tables
 * hold what is built, so a rebuild that dies leaves nothing.
 *
 * A key that is lost, not destroyed, throws before anything is compared; a table whose facts aren't sealed needs none.
 */
export function rebuildTable(
  rebuild: TableRebuild,
  projection: TableProjection,
): Promise<TableReport | 'running'> {
  return withRebuildLock(rebuild.pool, `${projection.table}-rebuild`, async (client) => {
    await createBuilt(client, projection);
    const pass = logPass(client, {
      log: rebuild.log,
      beside: rebuild.endIntents !== undefined,
      progress: rebuild.progress,
      apply: (page) => replayPage(rebuild, projection, { client, page }),
    });
    const judged = await judge(rebuild, projection, { client, pass });
    await dropBuilt(client);
    return { ...judged, events: pass.events() };
  });
}

type Page = Readonly<{ client: PoolClient; page: readonly Recorded[] }>;

const replayPage = async (
  { keys }: TableRebuild,
  projection: TableProjection,
  { client, page }: Page,
): Promise<void> => {
  const types: readonly string[] = projection.types;
  const own = page.filter(({ type }) => types.includes(type));
  if (own.length === 0) return;
  const opened = await openRecorded<ArchiveEvent>(keys, own, archiveUpcasters);
  const destroyed = opened.flatMap(({ event, recorded }) =>
    recorded.sealed !== undefined && event.personal === undefined ? [recorded.sealed.keyId] : [],
  );
  await inTransaction(client, async () => {
    await insertDestroyed(client, destroyed);
    await projection.replay(client, opened);
  });
};

type Built = Readonly<{ client: PoolClient; pass: LogPass }>;

/** Compares; to repair, puts right and compares anew until nothing differs. Answers with what the first comparison found. */
const judge = async (
  rebuild: TableRebuild,
  projection: TableProjection,
  { client, pass }: Built,
): Promise<Differences & Readonly<{ repaired: boolean }>> => {
  let first: Differences | undefined;
  for (let tries = 1; tries <= REPAIR_TRIES_MAX; tries++) {
    await beginAtHead(client, pass, rebuild.endIntents);
    await projection.finish?.(client);
    const found = await findDifferences(client, projection);
    const right = found.shown.length === 0;
    if (!right && rebuild.repair) await putRight(client, projection).catch(ignoreOvertaken);
    await client.query('commit');
    first ??= found;
    if (right || !rebuild.repair) return { ...first, repaired: tries > 1 };
  }
  throw new Error(`${projection.table} still differs after ${REPAIR_TRIES_MAX} repairs`);
};

/** Begins a transaction whose snapshot shows the log exactly as far as the pass has come. */
const beginAtHead = async (
  client: PoolClient,
  pass: LogPass,
  endIntents: EndIntents | undefined,
): Promise<void> => {
  for (;;) {
    await keepOutAtHead(client, pass, endIntents, pass.nearHead);
    await client.query('begin isolation level repeatable read');
    await client.query('select 1');
    const isAtHead = await pass.isAtHead();
    await letAppendsIn(client);
    if (isAtHead) return;
    await client.query('rollback');
  }
};

/** The commit of a refused transaction is a rollback. */
const ignoreOvertaken = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && OVERTAKEN.includes(String(error.code))))
    throw error;
};
