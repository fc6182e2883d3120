import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#platform/log';

/** One program of the archive, kept running. */
export type SupervisedProcess = Readonly<{
  /** The process number; undefined between two runs. */
  pid: () => number | undefined;
  /** Asks it to drain, waits, and at the bound kills it. */
  stop: () => Promise<void>;
}>;

export type ProcessPlan = Readonly<{
  name: string;
  file: string;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** Hears of each new process, and how often in a row it ended soon after its start. */
  onStart: (pid: number | undefined) => void;
  onCrash: (inARow: number) => void;
  /** Hears what the program sends on our channel to it. */
  onSaid?: (message: unknown) => void;
}>;

const BACK_OFF_MS = 100;
const BACK_OFF_MS_MAX = 10_000;
/** A run this long was a good one: the next crash is the first of a row again. */
const GOOD_RUN_MS = 30_000;
const DRAIN_MS_MAX = 30_000;

/** V8 would collect the whole heap again and again to save memory while little goes on: that cost a quarter of a lone sender's time (docs/benchmarks.md). */
const NO_IDLE_COLLECTION = '--no-memory-reducer';
/** In MiB for each half space, half of V8's own bound: a store's buffers lie outside the heap until the next collection (docs/benchmarks.md). */
const YOUNG_GENERATION = '--max-semi-space-size=8';
/** Flushes of concurrent stores wait in threads; Node's own four are too few for eight senders. */
const FILE_THREADS = '12';

/**
 * Starts the program and starts it again whenever it ends, ever more slowly. It gets a process group of its own, so that
 * a signal to ours can't take it away while the API drains; it ends by itself when our channel to it closes.
 */
export function superviseProcess(plan: ProcessPlan): SupervisedProcess {
  const stopping = new AbortController();
  const state: State = { child: undefined };
  const ended = keepRunning(plan, state, stopping.signal);
  return {
    pid: () => state.child?.pid,
    stop: async () => {
      stopping.abort();
      state.child?.kill('SIGTERM');
      const bound = setTimeout(() => state.child?.kill('SIGKILL'), DRAIN_MS_MAX);
      await ended;
      clearTimeout(bound);
    },
  };
}

type State = { child: ChildProcess | undefined };

async function keepRunning(plan: ProcessPlan, state: State, signal: AbortSignal): Promise<void> {
  for (let crashes = 0; !signal.aborted; ) {
    const startedAtMs = Date.now();
    const how = await runOnce(plan, state);
    if (signal.aborted) return;
    crashes = Date.now() - startedAtMs > GOOD_RUN_MS ? 1 : crashes + 1;
    const retryMs = Math.min(BACK_OFF_MS * 2 ** (crashes - 1), BACK_OFF_MS_MAX);
    plan.log.error({ program: plan.name, how, retryMs }, 'a program of the archive ended');
    plan.onCrash(crashes);
    await sleep(retryMs, undefined, { signal }).catch(ignoreAbort);
  }
}

async function runOnce(plan: ProcessPlan, state: State): Promise<string> {
  const child = spawn(process.execPath, [NO_IDLE_COLLECTION, YOUNG_GENERATION, plan.file], {
    env: { UV_THREADPOOL_SIZE: FILE_THREADS, ...plan.env },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  state.child = child;
  plan.onStart(child.pid);
  if (plan.onSaid) child.on('message', plan.onSaid);
  try {
    const [code, signal] = await once(child, 'exit');
    return signal === null ? `exit code ${code}` : String(signal);
  } finally {
    state.child = undefined;
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
