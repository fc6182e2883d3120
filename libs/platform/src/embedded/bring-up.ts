import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFault } from '../operator-fault.js';
import { isAlive, type Postmaster, readPostmaster, removeStalePostmaster } from './postmaster.js';
import { isPassing, lastWords, type ServerPlan, spawnServer, startFault } from './server.js';

/** Recovery after a kill reads at most `max_wal_size` of log: minutes on a slow disk, not hours. */
const RECOVERY_MS_MAX = 600_000;
/** How long an old server's back ends, which hold its shared memory, may take to die. */
const OLD_SERVER_MS_MAX = 30_000;
const POLL_MS = 10;

/** A server that answers, and its process when it's ours. */
export type Up = Readonly<{ postmaster: Postmaster; folder: string; child?: ChildProcess }>;

/** Waits for the server on the folder: one that's there already, else one that we spawn, again while an old one dies. */
export async function bringUp(plan: ServerPlan, signal?: AbortSignal): Promise<Up> {
  const startedAtMs = Date.now();
  let spawned: Spawned | undefined;
  while (Date.now() - startedAtMs < RECOVERY_MS_MAX) {
    const found = await readPostmaster(plan.folder);
    const alive = found !== undefined && isAlive(found);
    if (alive && found.status === 'ready') return up(plan.folder, found, spawned);
    if (!alive && !isRunning(spawned)) {
      await throwUnlessPassing(plan.folder, spawned, Date.now() - startedAtMs);
      if (found) await removeStalePostmaster(plan.folder, found);
      spawned = observe(spawnServer(plan));
    }
    await pause(spawned, signal);
  }
  throw new OperatorFault(`PostgreSQL isn't ready after ${RECOVERY_MS_MAX / 1000} s`);
}

/* Who gives up the wait takes back the server that it spawned, and leaves when that is gone. */
async function pause(spawned: Spawned | undefined, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(POLL_MS, undefined, signal ? { signal } : {});
  } catch (error) {
    if (spawned && isRunning(spawned)) {
      const ended = once(spawned.child, 'exit');
      spawned.child.kill('SIGINT');
      await ended;
    }
    throw error;
  }
}

type Spawned = { readonly child: ChildProcess; error?: Error };

function observe(child: ChildProcess): Spawned {
  const spawned: Spawned = { child };
  child.once('error', (error) => {
    spawned.error = error;
  });
  return spawned;
}

const isRunning = (spawned: Spawned | undefined) =>
  spawned !== undefined &&
  !spawned.error &&
  spawned.child.exitCode === null &&
  spawned.child.signalCode === null;

async function throwUnlessPassing(
  folder: string,
  spawned: Spawned | undefined,
  elapsedMs: number,
): Promise<void> {
  if (!spawned) return;
  if (spawned.error)
    throw new OperatorFault(`PostgreSQL did not start: ${spawned.error.message}`, {
      cause: spawned.error,
    });
  const words = await lastWords(folder, spawned.child.pid);
  if (elapsedMs > OLD_SERVER_MS_MAX || !isPassing(words)) throw startFault(words);
}

const up = (folder: string, postmaster: Postmaster, spawned: Spawned | undefined): Up =>
  spawned?.child.pid === postmaster.pid
    ? { postmaster, folder, child: spawned.child }
    : { postmaster, folder };
