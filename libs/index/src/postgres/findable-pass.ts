import type { Pool, PoolClient } from 'pg';
import type { ArchiveEvent } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import type { ReadExtracts } from '../extracts-reader.js';
import { inTransaction } from './in-transaction.js';
import { type LogPass, logPass } from './rebuild-log-pass.js';
import {
  applyPrepared,
  type Prepared,
  prepareFindable,
  type Replayed,
  replayPlaces,
} from './replay-findable.js';
import type { TouchedGroups } from './touched-groups.js';

const TRIES_MAX = 10;
/** Headers of so many instances are in memory together, or of one fact. */
const INSTANCES_AT_ONCE_MAX = 256;
const FACTS_AT_ONCE_MAX = 64;
const PACK_FACTS: readonly string[] = ['PackLanded', 'PackSettled', 'PackRemoved'];
const ROW_FACTS: readonly string[] = [
  'InstancesStored',
  'PackSettled',
  'InstancesRejected',
  'RejectionRevoked',
];

export type FindableSource = Readonly<{
  pool: Pool;
  log: EventStore;
  /** The log is not in the pool's database. */
  beside: boolean;
  keys: KeyRing;
  readExtracts: ReadExtracts;
  progress: (events: number) => void;
}>;

type Into = Readonly<{ client: PoolClient; version: number; touched: TouchedGroups }>;

/** Reads the whole log into an empty version, and tells what it touches. Places are read ahead of rows. */
export function findablePass(
  source: FindableSource,
  into: Into,
): Pick<LogPass, 'events' | 'upToHead' | 'nearHead' | 'drain'> {
  const places = placesPass(source, into);
  const rows = logPass(into.client, {
    log: source.log,
    beside: source.beside,
    progress: source.progress,
    apply: async (page) => {
      const upTo = rows.events() + page.length;
      await places.upToHead(upTo);
      await applyRows(source, into, page, () => places.upToHead(upTo));
    },
  });
  return {
    ...rows,
    drain: async (eventsMax) => (await places.drain(eventsMax)) && rows.drain(eventsMax),
  };
}

/** Where bytes lie today. */
const placesPass = ({ log, beside }: FindableSource, { client, version, touched }: Into): LogPass =>
  logPass(client, {
    log,
    beside,
    apply: async (page) => {
      const facts = page.filter(({ type }) => PACK_FACTS.includes(type)).map(unsealed);
      const packs = facts.map(({ event }) => (event.data as { pack: string }).pack);
      if (facts.length === 0) return;
      await inTransaction(client, async () => {
        await replayPlaces(client, version, facts);
        await touched.note('pack', packs);
      });
    },
  });

/** Facts of packs have no sealed part. */
const unsealed = ({ type, data, version }: Recorded): Replayed => ({
  event: { type, data } as ArchiveEvent,
  version,
});

/** Applies chunk after chunk, and reads the extracts of the next one meanwhile. */
const applyRows = async (
  source: FindableSource,
  into: Into,
  page: readonly Recorded[],
  readPlaces: () => Promise<unknown>,
): Promise<void> => {
  const prepare = (chunk: readonly Replayed[]) =>
    prepareFindable(source.pool, into.version, chunk, source.readExtracts);
  const chunks = chunksOf(await openRows(source.keys, page));
  const early = (index: number) => prepare(chunks[index] ?? []).catch(() => undefined);
  let next = early(0);
  for (const [index, chunk] of chunks.entries()) {
    const prepared =
      (await next) ?? (await prepareAgain(into.client, readPlaces, () => prepare(chunk)));
    next = early(index + 1);
    await applyChunk(into, chunk, prepared);
  }
};

/** A pack that was let go meanwhile is looked for again, where its bytes were settled. */
const prepareAgain = async (
  client: PoolClient,
  readPlaces: () => Promise<unknown>,
  prepare: () => Promise<readonly Prepared[]>,
): Promise<readonly Prepared[]> => {
  for (let tries = 1; ; tries++) {
    await readPlaces();
    try {
      return await prepare();
    } catch (error) {
      if (tries === TRIES_MAX) throw error;
      await client.query('select pg_sleep(0.1)');
    }
  }
};

const applyChunk = async (
  { client, version, touched }: Into,
  chunk: readonly Replayed[],
  prepared: readonly Prepared[],
): Promise<void> => {
  const claims = chunk.map(({ event }) => (event.data as { claim: string }).claim);
  await inTransaction(client, async () => {
    await applyPrepared(client, version, prepared);
    await touched.note('claim', claims);
  });
};

/** So many that their headers fit into memory together. */
const chunksOf = (facts: readonly Replayed[]): readonly (readonly Replayed[])[] => {
  const chunks: Replayed[][] = [];
  let chunk: Replayed[] = [];
  let instances = 0;
  for (const fact of facts) {
    const more = fact.event.type === 'InstancesStored' ? fact.event.data.count : 0;
    const isFull = instances + more > INSTANCES_AT_ONCE_MAX || chunk.length === FACTS_AT_ONCE_MAX;
    if (isFull || chunks.length === 0) {
      chunk = [];
      chunks.push(chunk);
      instances = 0;
    }
    instances += more;
    chunk.push(fact);
  }
  return chunks;
};

const openRows = async (keys: KeyRing, page: readonly Recorded[]): Promise<readonly Replayed[]> => {
  const own = page.filter(({ type }) => ROW_FACTS.includes(type));
  const opened = await openRecorded<ArchiveEvent>(keys, own, archiveUpcasters);
  return opened.map(({ event, recorded }) => ({ event, version: recorded.version }));
};
