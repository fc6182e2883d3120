import { randomBytes, randomUUID } from 'node:crypto';
import { archiveUpcasters } from '#archive/upcasters';
import { postgresLog } from '#events/postgres/postgres-log';
import type { CareCommands, CareOrder } from '#index/care-commands';
import { careCommands } from '#index/postgres/care-commands';
import type { ArchiveCore } from './archive-core.js';

/** Commands of care on an archive in a test. */
export const careOf = ({ pool, log, logPlan, ingest }: ArchiveCore): CareCommands =>
  careCommands({
    pool,
    logWithin: (client) => (logPlan === undefined ? postgresLog(client) : log),
    ledger: { keys: ingest.keys, upcasters: archiveUpcasters, random: randomBytes },
  });

/** An order of its own. */
export const newOrder = (actor = 'somebody'): CareOrder => ({ id: randomUUID(), actor });
