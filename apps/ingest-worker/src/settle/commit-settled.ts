import type { Pool, PoolClient } from 'pg';
import { packStream } from '#archive/catalogue';
import type { Append, Appended } from '#events/event-store';
import { uuid5 } from '#events/uuid5';
import type { SettledPack } from '#index/findable-change';
import { lockForAppend } from '#index/lock-for-append';
import type { StudyPixels } from '#index/pixel-rows';

/** How long a pack stays after nothing names it: readers may have looked its place up a moment ago. */
const RETIRE_SECONDS = 60;

export type SettledTransaction = Readonly<{
  append: (appends: readonly Append[], claims: readonly string[]) => Promise<Appended>;
  /** The last statement before the commit. */
  end: () => Promise<void>;
  /** Moves the rows; answers with the packs that they named before. */
  applySettled: (version: number, settled: SettledPack) => Promise<readonly string[]>;
  keepPixels: (pixels: StudyPixels) => Promise<void>;
}>;

export type CommitSettled = Readonly<{
  pool: Pool;
  within: (client: PoolClient) => SettledTransaction;
}>;

/** The fact, the rows, and the packs to retire, in one transaction under the study's lock. */
export async function commitSettled(
  { pool, within }: CommitSettled,
  settled: SettledPack & Readonly<{ hospital: string; bytes: number }>,
  pixels: StudyPixels,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const versions = await lockForAppend(client, [settled.claim]);
    const transaction = within(client);
    const appended = await transaction.append([settledFact(settled)], [settled.claim]);
    if (!appended.ok) throw new Error('a new pack already has a fact');
    const before = new Set<string>();
    for (const version of versions)
      for (const pack of await transaction.applySettled(version, settled)) before.add(pack);
    await client.query(
      `insert into retire_queue (pack, due_at)
       select pack, now() + make_interval(secs => $2) from unnest($1::text[]) as pack
       on conflict (pack) do update set due_at = excluded.due_at`,
      [[...before], RETIRE_SECONDS],
    );
    await transaction.keepPixels(pixels);
    await transaction.end();
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

const settledFact = (
  settled: SettledPack & Readonly<{ hospital: string; bytes: number }>,
): Append => ({
  stream: packStream(settled.pack),
  expected: 0,
  events: [{ id: uuid5(settled.pack, 'settled'), type: 'PackSettled', schema: 1, data: settled }],
  metadata: { actor: 'ingest-worker', correlationId: settled.pack, causationId: settled.claim },
});
