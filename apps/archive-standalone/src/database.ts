import { setTimeout as sleep } from 'node:timers/promises';
import { type ArchiveLock, takeArchiveLock } from '#platform/archive-lock';
import type { Config } from '#platform/config';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres';
import type { Log } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { postgresFolder } from './data-folder.js';

/** The archive's database: locked for us, and brought up again when it dies. */
export type Database = Readonly<{
  url: string;
  /** Lets go of the lock and stops the server when it's the embedded one. */
  stop: () => Promise<void>;
}>;

export type DatabaseOptions = Readonly<{
  config: Config;
  log: Log;
  signal: AbortSignal;
  /** Hears why the database can't be brought up again. */
  onFault: (error: unknown) => void;
}>;

const RETRY_MS = 1000;
const RETRY_MS_MAX = 300_000;

/** Starts or adopts the database and takes the archive's lock in it; refuses when another archive has that. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const current = await connect(options).catch((cause) => {
    if (cause instanceof OperatorFault || options.signal.aborted) throw cause;
    throw new OperatorFault(`PostgreSQL doesn't let us in: ${messageOf(cause)}`, { cause });
  });
  const session: Session = { current, stopped: false };
  const watching = watch(session, options).catch(options.onFault);
  return {
    url: current.url,
    stop: async () => {
      session.stopped = true;
      await session.current.lock.release();
      await watching;
      await session.current.server?.stop();
    },
  };
}

type Connected = Readonly<{ url: string; lock: ArchiveLock; server?: EmbeddedPostgres }>;
type Session = { current: Connected; stopped: boolean };

async function connect({ config, signal }: DatabaseOptions): Promise<Connected> {
  if (config.postgresUrl) return { url: config.postgresUrl, lock: await lock(config.postgresUrl) };
  const folder = postgresFolder(config.dataFolder);
  const server = await startEmbeddedPostgres({ folder, signal });
  return { url: server.url, lock: await lock(server.url), server };
}

async function lock(url: string): Promise<ArchiveLock> {
  const taken = await takeArchiveLock(url);
  if (!taken) throw new OperatorFault('another archive already runs on this database');
  return taken;
}

async function watch(session: Session, options: DatabaseOptions): Promise<void> {
  for (;;) {
    await session.current.lock.lost;
    if (session.stopped) return;
    options.log.error('the database is gone: bringing it up again');
    session.current = await reconnect(session, options);
    options.log.info('the database is back');
  }
}

/* A database on another machine may take its time to come back. */
async function reconnect(session: Session, options: DatabaseOptions): Promise<Connected> {
  const startedAtMs = Date.now();
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      if (session.stopped || options.signal.aborted) return session.current;
      if (error instanceof OperatorFault || Date.now() - startedAtMs > RETRY_MS_MAX) throw error;
      options.log.warn({ err: error }, 'the database is not back yet');
      await sleep(RETRY_MS);
    }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
