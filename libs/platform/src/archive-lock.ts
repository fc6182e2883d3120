import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Held as long as its connection lives; `lost` resolves when that breaks. */
export type ArchiveLock = Readonly<{ lost: Promise<void>; release: () => Promise<void> }>;

/* One archive per database; any number will do, as long as no other lock of ours uses it. */
const LOCK = 7_301_000;
/** A killed holder's connection lingers for a moment. */
const LINGER_MS_MAX = 2000;
const POLL_MS = 100;

/** Takes the lock that lets one archive at a time use the database; undefined when another holds it. */
export async function takeArchiveLock(url: string): Promise<ArchiveLock | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'arkim supervisor',
    keepAlive: true,
  });
  await client.connect();
  const lost = new Promise<void>((resolve) => {
    client.on('error', () => resolve());
    client.on('end', () => resolve());
  });
  const startedAtMs = Date.now();
  while (!(await tryLock(client))) {
    if (Date.now() - startedAtMs > LINGER_MS_MAX) {
      await client.end();
      return undefined;
    }
    await sleep(POLL_MS);
  }
  return { lost, release: () => client.end() };
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1) as taken',
    [LOCK],
  );
  return rows[0]?.taken ?? false;
}
