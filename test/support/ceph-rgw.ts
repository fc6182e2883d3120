import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster } from './ceph-cluster.js';
import {
  assertInstalled,
  CEPH_FOLDER_PREFIX,
  ceph,
  freePort,
  kill,
  removeCluster,
  removeDeadClusters,
  startDaemon,
  watchOver,
} from './ceph-processes.js';
import { type BucketOptions, makeBucket, type S3Access } from './s3-bucket.js';

/** A real S3 server: Ceph's gateway over a cluster in memory. */
export type CephRgw = Readonly<
  S3Access & {
    version: string;
    makeBucket(name: string, options?: BucketOptions): Promise<void>;
    /** Runs radosgw-admin on this cluster. */
    admin(...words: readonly string[]): Promise<string>;
    /** The gateway takes connections and answers nothing. */
    pause(): Promise<void>;
    /** The gateway is gone: connections are refused. */
    crash(): Promise<void>;
    /** After `pause` or `crash`; resolves when the gateway answers. */
    resume(): Promise<void>;
    stop(): Promise<void>;
  }
>;

const PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];
const READY_MS_MAX = 120_000;
const POLL_MS = 100;

/** Starts the cluster and its gateway; about ten seconds. Fails with a clear line when a package is missing. */
export async function startCephRgw(): Promise<CephRgw> {
  await assertInstalled(PROGRAMS);
  removeDeadClusters();
  const folder = await mkdtemp(join(tmpdir(), `${CEPH_FOLDER_PREFIX}${process.pid}-`));
  watchOver(folder);
  try {
    return await startIn(folder);
  } catch (error) {
    const log = join(folder, 'client.rgw.log');
    removeCluster(folder);
    const said = existsSync(log) ? `\n${readFileSync(log, 'utf8').slice(-2000)}` : '';
    throw new Error(`Ceph's gateway did not start${said}`, { cause: error });
  }
}

async function startIn(folder: string): Promise<CephRgw> {
  const settings = await startCluster(folder);
  const accessKey = randomBytes(10).toString('hex').toUpperCase();
  const secretKey = randomBytes(20).toString('hex');
  const admin = (...words: readonly string[]) => ceph('radosgw-admin', '-c', settings, ...words);
  const keys = ['--access-key', accessKey, '--secret', secretKey];
  await admin('user', 'create', '--uid', 'arkim', '--display-name', 'Arkim', ...keys);

  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const start = async () => {
    const frontend = `beast endpoint=127.0.0.1:${port}`;
    const words = ['radosgw', '-c', settings, '-n', 'client.rgw', '-f'];
    const started = await startDaemon(folder, 'rgw', [...words, '--rgw-frontends', frontend]);
    await untilAnswered(endpoint, started);
    return started;
  };
  let gateway = await start();

  return {
    endpoint,
    accessKey,
    secretKey,
    version: (await ceph('radosgw', '--version')).trim(),
    makeBucket: (name, options) => makeBucket({ endpoint, accessKey, secretKey }, name, options),
    admin,
    pause: async () => void gateway.kill('SIGSTOP'),
    crash: () => kill(gateway),
    resume: async () => {
      gateway.kill('SIGCONT');
      if (gateway.exitCode !== null || gateway.signalCode !== null) gateway = await start();
      await untilAnswered(endpoint, gateway);
    },
    stop: async () => {
      await kill(gateway);
      removeCluster(folder);
    },
  };
}

async function untilAnswered(endpoint: string, gateway: ChildProcess): Promise<void> {
  for (let waited = 0; waited < READY_MS_MAX; waited += POLL_MS) {
    if (gateway.exitCode !== null) throw new Error('radosgw has ended');
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    await answer?.arrayBuffer();
    if (answer) return;
    await sleep(POLL_MS);
  }
  throw new Error(`radosgw has not answered for ${READY_MS_MAX} ms`);
}
