import type { Pool, PoolClient } from 'pg';
import { lastEventTypes } from '#events/postgres/last-event-types';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { streamVersions } from '#events/postgres/stream-versions';
import { applyRemoved, isPackInUse, packKind } from '#index/postgres/remove-pack';
import type { Config } from '#platform/config';
import { databaseAccess, keepBounds } from '#platform/database-access';
import type { Log } from '#platform/log';
import { createPool } from '#platform/postgres-pool';
import type { ObjectStore } from '#storage/object-store';
import { openObjectStore } from '#storage/open-object-store';
import type { OpenedObjectStore } from '#storage/opened-object-store';
import { withSmallPacks } from '#storage/postgres/small-packs';
import type { RetireTransaction } from './retire/retire-pack.js';
import { namedPacks } from './sweep/named-packs.js';

/** What the retention worker's loops run on. */
export type RetentionWorker = Readonly<{
  pool: Pool;
  store: ObjectStore;
  /** The store without what lies in the database. */
  engine: Pick<OpenedObjectStore, 'cleanUnfinished'>;
  within: (client: PoolClient) => RetireTransaction;
  named: (packs: readonly string[]) => Promise<ReadonlySet<string>>;
  close: () => Promise<void>;
}>;

/** The composition root: opens the adapters that the settings name. */
export async function openRetentionWorker(config: Config, log: Log): Promise<RetentionWorker> {
  const { pools, sessions } = databaseAccess(config);
  if (pools.isPooler) await keepBounds(sessions.url);
  const pool = createPool({
    ...pools,
    name: 'arkim retention-worker',
    onIdleError: (err) => log.warn({ err }, 'a database connection broke'),
  });
  const engine = await openObjectStore(config, (err) => log.warn({ err }, 'object store'));
  return {
    pool,
    engine,
    store: withSmallPacks(engine, pool),
    within: retireWithin,
    named: (packs) => namedPacks(pool, (streams) => lastEventTypes(pool, streams), packs),
    close: async () => {
      await engine.close();
      await pool.end();
    },
  };
}

const retireWithin = (client: PoolClient): RetireTransaction => ({
  append: postgresEventStore(client).append,
  versions: (streams) => streamVersions(client, streams),
  isPackInUse: (version, pack) => isPackInUse(client, version, pack),
  packKind: (version, pack) => packKind(client, version, pack),
  applyRemoved: (version, pack) => applyRemoved(client, version, pack),
});
