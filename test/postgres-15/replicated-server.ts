import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPool } from '#platform/postgres-pool';
import { OWNER, startOwnServer } from '../support/own-server.js';
import type { TestDatabase } from '../support/postgres.js';
import { askAs, programs } from './external-server.js';

const run = promisify(execFile);
const PRIMARY = { fsync: 'off', wal_level: 'replica', max_wal_senders: '5', wal_keep_size: '64MB' };

/** A primary and a streaming replica of it. */
export async function replicatedServer() {
  const parent = await mkdtemp(join(tmpdir(), 'arkim-replicated-'));
  const folders = { primary: join(parent, 'primary'), replica: join(parent, 'replica') };
  const startPrimary = () =>
    startOwnServer({ programs: programs(), folder: folders.primary, settings: PRIMARY });
  /* The files of a stopped server are a base backup, and the tool for a running one isn't with every server. */
  await (await startPrimary()).stop();
  await run('cp', ['-a', folders.primary, folders.replica]);
  await writeFile(join(folders.replica, 'standby.signal'), '');
  const primary = await startPrimary();
  const settings = {
    ...PRIMARY,
    hot_standby_feedback: 'on',
    primary_conninfo: `host=${primary.socketFolder} user=${OWNER}`,
  };
  const startReplica = () =>
    startOwnServer({ programs: programs(), folder: folders.replica, settings });
  let replica = await startReplica();
  const pool = createPool({ url: primary.url, name: 'arkim test', onIdleError: () => undefined });
  const database: TestDatabase = { pool, url: primary.url, close: () => pool.end() };
  return {
    database,
    replicaUrl: replica.url,
    askReplica: (sql: string) => askAs(replica.url, sql),
    killReplica: async () => {
      process.kill(replica.pid, 'SIGKILL');
      await replica.exited;
    },
    startReplica: async () => {
      replica = await startReplica();
    },
    close: async () => {
      await replica.stop();
      await primary.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

export type ReplicatedServer = Awaited<ReturnType<typeof replicatedServer>>;
