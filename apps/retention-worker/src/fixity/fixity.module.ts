import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { archiveUpcasters } from '#archive/upcasters';
import type { Log } from '#events/log';
import type { MasterKey } from '#events/master-key';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import { findableReader } from '#index/postgres/findable-reader';
import { fixityLedger } from '#index/postgres/fixity-ledger';
import type { Config } from '#platform/config';
import type { ObjectStore } from '#storage/object-store';
import { pacedStore } from '#storage/paced-store';
import type { Heal } from './check-pack.js';
import { type FixityStep, fixityStep } from './fixity-round.js';

export type FixityOver = Readonly<{
  pool: Pool;
  /** The log; undefined: it commits with the pool's database. */
  beside: Log | undefined;
  masterKey: MasterKey | Uint8Array;
  store: ObjectStore;
  heal?: Heal | undefined;
}>;

/** What reads everything again, as the settings say how fast and how often. */
export function fixityFrom(
  { pool, beside, masterKey, store, heal }: FixityOver,
  { days, bytesPerSecond }: Omit<Config['fixity'], 'secondCopy'>,
  wallMs = Date.now,
): (signal: AbortSignal) => Promise<FixityStep> {
  const nowMs = () => performance.now();
  const keys = postgresKeyRing(pool, { masterKey, random: randomBytes });
  const ledger = { keys, upcasters: archiveUpcasters, random: randomBytes };
  const logWithin = (client: PoolClient) => beside ?? postgresLog(client);
  const facts = { pool, logWithin, ledger };
  const worker = randomUUID();
  return (signal) => {
    const pause = async (ms: number) => {
      await delay(ms, undefined, { signal });
    };
    const ports = {
      ...{ pool, worker, days, heal, nowMs: wallMs },
      log: beside ?? postgresLog(pool),
      findable: findableReader(pool, { nowMs }),
      store: pacedStore(store, { bytesPerSecond, nowMs, pause }),
      ledger: fixityLedger(facts, randomUUID),
    };
    return fixityStep(ports, signal);
  };
}
