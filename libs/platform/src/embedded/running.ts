import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFault } from '../operator-fault.js';
import { socketUrl } from '../postgres/socket-url.js';
import type { Up } from './bring-up.js';
import { isAlive } from './postmaster.js';

/** A running server: ours, or one that outlived its supervisor and was adopted. */
export interface RunningServer {
  readonly pid: number;
  /** The folder of its socket; only its owner can enter it. */
  readonly socketFolder: string;
  /** A `postgresql:` URL over the unix socket. */
  readonly url: string;
  /** Resolves when the server is gone, for whatever reason. */
  readonly exited: Promise<void>;
  /** Fast shutdown, bounded; resolves when the server is gone. */
  stop(): Promise<void>;
}

/** A fast shutdown writes one checkpoint: seconds, a minute on a slow disk. */
const FAST_MS_MAX = 60_000;
const IMMEDIATE_MS_MAX = 15_000;
const POLL_MS = 100;

/** Watches a server that answers; `exited` doesn't keep this process alive. */
export function watchServer(up: Up, database: string): RunningServer {
  const { pid, socketFolder } = up.postmaster;
  const exited = watchExit(up);
  return {
    pid,
    socketFolder,
    url: socketUrl(socketFolder, database),
    exited,
    stop: () => stop(up, exited),
  };
}

async function watchExit({ child, postmaster }: Up): Promise<void> {
  if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child) return;
  while (isAlive(postmaster)) await sleep(POLL_MS, undefined, { ref: false });
}

async function stop({ postmaster }: Up, exited: Promise<void>): Promise<void> {
  for (const [signal, waitMsMax] of [
    ['SIGINT', FAST_MS_MAX],
    ['SIGQUIT', IMMEDIATE_MS_MAX],
  ] as const) {
    if (!isAlive(postmaster)) return;
    process.kill(postmaster.pid, signal);
    if (await endedWithin(exited, waitMsMax)) return;
  }
  throw new OperatorFault(`PostgreSQL (process ${postmaster.pid}) doesn't stop`);
}

/* The timer keeps this process alive while it waits for the server. */
async function endedWithin(exited: Promise<void>, waitMsMax: number): Promise<boolean> {
  const patience = new AbortController();
  const late = sleep(waitMsMax, false, { signal: patience.signal }).catch(() => false);
  const ended = await Promise.race([exited.then(() => true), late]);
  patience.abort();
  return ended;
}
