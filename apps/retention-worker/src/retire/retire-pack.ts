import type { Pool, PoolClient } from 'pg';
import { packStream } from '#archive/catalogue';
import type { Append, Appended } from '#events/event-store';
import { uuid5 } from '#events/uuid5';
import { SWITCH_LOCK } from '#index/switch-lock';
import type { ObjectStore } from '#storage/object-store';
import { type PackKind, packKey } from '#storage/pack';

/** The stores as they work inside one open transaction. */
export type RetireTransaction = Readonly<{
  append: (appends: readonly Append[]) => Promise<Appended>;
  versions: (streams: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  isPackInUse: (version: number, pack: string) => Promise<boolean>;
  packKind: (version: number, pack: string) => Promise<PackKind | undefined>;
  applyRemoved: (version: number, pack: string) => Promise<void>;
}>;

export type Retire = Readonly<{
  pool: Pool;
  store: ObjectStore;
  within: (client: PoolClient) => RetireTransaction;
}>;

const PACKS_PER_ROUND_MAX = 256;

/** Packs that may be let go now. */
export async function duePacks(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query(
    'select pack from retire_queue where due_at < now() order by due_at limit $1',
    [PACKS_PER_ROUND_MAX],
  );
  return rows.map(({ pack }) => String(pack));
}

/** At removal the fact comes first, then the bytes (design D1). 'kept': something still names the pack. */
export async function retirePack(retire: Retire, pack: string): Promise<'removed' | 'kept'> {
  const kind = await forget(retire, pack);
  if (kind === undefined) return 'kept';
  await retire.store.remove(packKey(kind, pack));
  return 'removed';
}

const forget = async ({ pool, within }: Retire, pack: string) => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const kind = await forgetWithin(client, within(client), pack);
    await client.query('delete from retire_queue where pack = $1', [pack]);
    await client.query('commit');
    client.release();
    return kind;
  } catch (error) {
    client.release(true);
    throw error;
  }
};

const forgetWithin = async (
  client: PoolClient,
  transaction: RetireTransaction,
  pack: string,
): Promise<PackKind | undefined> => {
  await client.query(`select pg_advisory_xact_lock_shared(hashtext('${SWITCH_LOCK}'))`);
  const { rows } = await client.query(
    `select active, also from projections where name = 'findable'`,
  );
  const versions = [rows[0]?.active, rows[0]?.also]
    .filter((version) => version != null)
    .map(Number);
  const [active] = versions;
  const kind = active === undefined ? undefined : await transaction.packKind(active, pack);
  if (kind === undefined) return undefined;
  for (const version of versions)
    if (await transaction.isPackInUse(version, pack)) return undefined;
  if (await isAwaited(client, pack)) return undefined;
  const stream = packStream(pack);
  const expected = (await transaction.versions([stream])).get(stream) ?? 0;
  const appended = await transaction.append([removedFact({ pack, kind, stream, expected })]);
  if (!appended.ok) throw new Error('a pack got a new fact while it was being retired');
  for (const version of versions) await transaction.applyRemoved(version, pack);
  return kind;
};

/** Named by a job that isn't finished, or by a part that a person has still to decide on. */
const isAwaited = async (client: PoolClient, pack: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    `select 1 from quarantine where pack = $1 and resolved_at is null
     union all select 1 from ingest_jobs where completed_at is null and position($1 in packs) > 0 limit 1`,
    [pack],
  );
  return rowCount !== 0;
};

type Removal = Readonly<{ pack: string; kind: PackKind; stream: string; expected: number }>;

const removedFact = ({ pack, kind, stream, expected }: Removal): Append => ({
  stream,
  expected,
  events: [
    {
      id: uuid5(pack, 'removed'),
      type: 'PackRemoved',
      schema: 1,
      data: { pack, key: packKey(kind, pack) },
    },
  ],
  metadata: { actor: 'retention-worker', correlationId: pack, causationId: pack },
});
