import type { Pool } from 'pg';
import { packStream } from '#archive/catalogue';
import type { Checkpoint, Recorded } from '#events/event';
import type { Log } from '#events/log';
import { ObjectRefused, type ObjectStore } from '#storage/object-store';
import { verifyNamed } from '#storage/verify-named';
import { packFacts } from '../fixity/pack-facts.js';

export type CopyPorts = Readonly<{
  pool: Pool;
  log: Pick<Log, 'after' | 'lastTypes' | 'read'>;
  /** Names the engine that holds the log: a checkpoint is another's elsewhere. */
  engine: string;
  store: ObjectStore;
  /** The second place. */
  copy: ObjectStore;
}>;

/** What one step did: packs copied, and how many events were followed (0: the head of the log). */
export type Copied = Readonly<{ copied: number; damaged: number; followed: number }>;

const EVENTS_MAX = 500;

/**
 * Follows the log and brings each pack to the second place, where it lies under the same key; what is removed goes there too. A copy is read again
 * before it counts. A step that dies is done again.
 */
export async function copyStep(ports: CopyPorts, signal: AbortSignal): Promise<Copied> {
  const { pool, log, engine } = ports;
  const page = await log.after(await readPlace(pool, engine), EVENTS_MAX);
  const last = page.at(-1);
  if (last === undefined) return { copied: 0, damaged: 0, followed: 0 };
  const keys = keysOf(page);
  const types = await log.lastTypes([...keys.keys()].map(packStream));
  const counts = { copied: 0, damaged: 0 };
  for (const [pack, key] of keys) {
    signal.throwIfAborted();
    if (types.get(packStream(pack)) === 'PackRemoved') await ports.copy.remove(key);
    else if (await copyPack(ports, { pack, key }, signal)) counts.copied++;
    else counts.damaged++;
  }
  await pool.query('update copy_progress set engine = $1, checkpoint = $2', [
    engine,
    last.checkpoint,
  ]);
  return { ...counts, followed: page.length };
}

const PACK_EVENTS = ['PackLanded', 'PackSettled', 'PackRemoved'];

const keysOf = (page: readonly Recorded[]): ReadonlyMap<string, string> =>
  new Map(
    page
      .filter(({ type }) => PACK_EVENTS.includes(type))
      .map(({ data }) => data as Readonly<{ pack: string; key: string }>)
      .map(({ pack, key }) => [pack, key]),
  );

async function readPlace(pool: Pool, engine: string): Promise<Checkpoint | undefined> {
  const { rows } = await pool.query(
    'select checkpoint from copy_progress where engine = $1 and checkpoint is not null',
    [engine],
  );
  return rows[0]?.checkpoint;
}

type Listed = Readonly<{ pack: string; key: string }>;

/** False when what lies in the first place isn't what its facts say, or isn't there: a damaged copy helps nobody. */
async function copyPack(
  { log, store, copy }: CopyPorts,
  { pack, key }: Listed,
  signal: AbortSignal,
): Promise<boolean> {
  const { entries } = await packFacts(log, pack);
  if ((await copy.size(key)) === undefined) {
    const body = await store.stream(key, undefined, signal);
    if (body === undefined) return false;
    await copy.put(key, body, signal).catch(unlessThere);
  }
  const { damage } = await verifyNamed(copy, key, entries, signal);
  if (damage !== undefined) await copy.remove(key);
  return damage === undefined;
}

function unlessThere(error: unknown): void {
  if (!(error instanceof ObjectRefused) || error.refusal !== 'exists') throw error;
}
