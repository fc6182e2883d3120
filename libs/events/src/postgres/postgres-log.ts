import type { Pool } from 'pg';
import type { Log } from '../log.js';
import { lastEventTypes } from './last-event-types.js';
import { postgresEventStore } from './postgres-event-store.js';
import { streamVersions } from './stream-versions.js';

/** The log in table `events` of this pool's database; each append is a transaction of its own. */
export const postgresLog = (pool: Pool): Log => ({
  ...postgresEventStore(pool),
  versions: (streams) => streamVersions(pool, streams),
  lastTypes: (streams) => lastEventTypes(pool, streams),
});
