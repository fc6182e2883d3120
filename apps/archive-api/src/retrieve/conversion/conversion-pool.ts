import type { FrameConversion } from '#dicom/convert-frame';
import { isPixelDescription, nativeFrameBytes } from '#dicom/pixel-description';
import { CONVERSION_LIMITS, type ConversionLimits } from './conversion-limits.js';
import {
  type Conversion,
  type OwnedFrame,
  startWorker,
  type WorkerProgram,
  type WorkerSlot,
} from './worker-slot.js';

/** Converts frames in worker threads. */
export type ConversionPool = Readonly<{
  /** The native or encoded frame, or why there is none. `frame.bytes` are copied before it returns; those of the answer are the caller's. */
  convertFrame: (frame: FrameConversion, signal?: AbortSignal) => Promise<Conversion>;
  /** What is going on, for metrics. */
  load: () => Readonly<{ workers: number; waiting: number; bytesInUse: number }>;
  /** Refuses what waits and what runs, and ends the threads. */
  close: () => Promise<void>;
}>;

/** How a pool is made; `onFault` is told why a thread died, to log it. */
export type ConversionSettings = Readonly<{
  limits?: Partial<ConversionLimits>;
  program?: WorkerProgram;
  onFault: (fault: Error) => void;
}>;

/** A frame that waits or runs; only its first `settle` counts. */
type Job = Readonly<{
  frame: OwnedFrame;
  bytes: number;
  settle: (conversion: Conversion) => void;
}>;

type Pool = {
  readonly limits: ConversionLimits;
  readonly waiting: Job[];
  readonly running: Map<WorkerSlot, Job>;
  readonly idle: WorkerSlot[];
  readonly open: () => WorkerSlot;
  bytesInUse: number;
  isClosed: boolean;
};

const BUILT: WorkerProgram = { url: new URL('./conversion-worker.js', import.meta.url) };

/** A pool without threads; they start with the first conversions. */
export function createConversionPool(settings: ConversionSettings): ConversionPool {
  const limits = { ...CONVERSION_LIMITS, ...settings.limits };
  const { program = BUILT, onFault } = settings;
  const onAnswer = (slot: WorkerSlot, conversion: Conversion) => release(pool, slot, conversion);
  const pool: Pool = {
    limits,
    waiting: [],
    running: new Map(),
    idle: [],
    open: () => startWorker({ program, limits, onAnswer, onFault }),
    bytesInUse: 0,
    isClosed: false,
  };
  return {
    convertFrame: (frame, signal) => convertFrame(pool, frame, signal),
    load: () => ({
      workers: pool.running.size + pool.idle.length,
      waiting: pool.waiting.length,
      bytesInUse: pool.bytesInUse,
    }),
    close: () => close(pool),
  };
}

const refused = <Reason extends string>(reason: Reason) => ({ ok: false, reason }) as const;

async function convertFrame(
  pool: Pool,
  frame: FrameConversion,
  signal: AbortSignal | undefined,
): Promise<Conversion> {
  const frameBytesMax = Math.min(frame.frameBytesMax ?? Infinity, pool.limits.frameBytesMax);
  if (!isPixelDescription(frame.description)) return refused('bad-description');
  const nativeBytes = nativeFrameBytes(frame.description);
  if (Math.max(nativeBytes, frame.bytes.length) > frameBytesMax) return refused('too-large');
  if (signal?.aborted === true) return refused('aborted');
  const encodedBytes = frame.target === undefined ? 0 : nativeBytes;
  const bytes = nativeBytes + frame.bytes.length + encodedBytes;
  if (!hasRoom(pool, bytes)) return refused('busy');
  const owned = { ...frame, frameBytesMax, bytes: new Uint8Array(frame.bytes) };
  return enqueue(pool, owned, bytes, signal);
}

/** A single frame always has room among bytes, else one above the budget could never be had. */
function hasRoom(pool: Pool, bytes: number): boolean {
  const { limits, waiting, bytesInUse, isClosed } = pool;
  if (isClosed) return false;
  if (bytesInUse > 0 && bytesInUse + bytes > limits.bytesInUseMax) return false;
  return hasThread(pool) || waiting.length < limits.conversionsWaitingMax;
}

/** Whether a conversion could start now. */
const hasThread = ({ idle, running, limits }: Pool) =>
  idle.length > 0 || running.size < limits.workersMax;

function enqueue(
  pool: Pool,
  frame: OwnedFrame,
  bytes: number,
  signal: AbortSignal | undefined,
): Promise<Conversion> {
  return new Promise((resolve) => {
    const onAbort = () => abort(pool, job);
    const settle = (conversion: Conversion) => {
      signal?.removeEventListener('abort', onAbort);
      resolve(conversion);
    };
    const job: Job = { frame, bytes, settle };
    signal?.addEventListener('abort', onAbort, { once: true });
    pool.bytesInUse += bytes;
    pool.waiting.push(job);
    startWaiting(pool);
  });
}

function startWaiting(pool: Pool): void {
  while (!pool.isClosed && hasThread(pool)) {
    const job = pool.waiting.shift();
    if (job === undefined) return;
    const slot = pool.idle.pop() ?? pool.open();
    pool.running.set(slot, job);
    slot.run(job.frame);
  }
}

/** Ends a conversion and gives its thread to the next one; a spent thread is ended, a dead one forgotten. */
function release(pool: Pool, slot: WorkerSlot, conversion: Conversion): void {
  const at = pool.idle.indexOf(slot);
  if (at >= 0) pool.idle.splice(at, 1);
  const job = pool.running.get(slot);
  pool.running.delete(slot);
  if (job !== undefined) {
    pool.bytesInUse -= job.bytes;
    job.settle(conversion);
  }
  if (slot.isUsable()) {
    pool.idle.push(slot);
    slot.rest();
  } else void slot.end();
  startWaiting(pool);
}

/** A conversion that waits is forgotten; one that runs is answered at once, and its thread gets a moment to finish. */
function abort(pool: Pool, job: Job): void {
  job.settle(refused('aborted'));
  const at = pool.waiting.indexOf(job);
  if (at >= 0) {
    pool.waiting.splice(at, 1);
    pool.bytesInUse -= job.bytes;
    return;
  }
  for (const [slot, running] of pool.running)
    if (running === job) slot.hurry(pool.limits.abandonedMs);
}

async function close(pool: Pool): Promise<void> {
  pool.isClosed = true;
  const jobs = [...pool.waiting.splice(0), ...pool.running.values()];
  const slots = [...pool.idle.splice(0), ...pool.running.keys()];
  pool.running.clear();
  pool.bytesInUse = 0;
  for (const job of jobs) job.settle(refused('busy'));
  await Promise.all(slots.map((slot) => slot.end()));
}
