import type { Pool, PoolClient } from 'pg';
import type { Log } from '../log.js';
import { lastEventTypes } from './last-event-types.js';
import { postgresEventStore } from './postgres-event-store.js';
import { streamVersions } from './stream-versions.js';

/** The log in table `events`: with a pool each append is a transaction of its own, with a client part of the one that the caller has begun. */
export const postgresLog = (db: Pool | PoolClient): Log => ({
  ...postgresEventStore(db),
  versions: (streams) => streamVersions(db, streams),
  lastTypes: (streams) => lastEventTypes(db, streams),
});
