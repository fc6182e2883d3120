import { Worker } from 'node:worker_threads';
import type { FrameConversion } from '#dicom/convert-frame';
import type { DecodedFrame } from '#dicom/pixel-description';
import type { ConversionLimits } from './conversion-limits.js';

/** What a thread runs. `execArgv` is for tests, which run the sources; what the process was given is not passed on, since threads refuse settings of the engine. */
export type WorkerProgram = Readonly<{ url: URL; execArgv?: readonly string[] }>;

/** `busy`: the edge answers 503 with Retry-After. `crashed` and `timeout` speak of this one frame; `aborted`: nobody waits for it. */
export type ConversionRefusal = 'busy' | 'crashed' | 'timeout' | 'aborted';

/** What became of a conversion. */
export type Conversion = DecodedFrame | Readonly<{ ok: false; reason: ConversionRefusal }>;

/** A frame whose bytes are the thread's from now on. */
export type OwnedFrame = FrameConversion & Readonly<{ bytes: Uint8Array<ArrayBuffer> }>;

/** One thread, which converts one frame at a time. */
export type WorkerSlot = Readonly<{
  run: (frame: OwnedFrame) => void;
  /** Gives a running conversion this little time more. */
  hurry: (ms: number) => void;
  /** Lets the thread wait for work, for a while. */
  rest: () => void;
  /** Whether it may take another frame: it lives, and has not done so much that its memory should be given back. */
  isUsable: () => boolean;
  end: () => Promise<void>;
}>;

/** Told of each answer; also when the thread died, whether it had work or not. */
type OnAnswer = (slot: WorkerSlot, conversion: Conversion) => void;

type Options = Readonly<{
  program: WorkerProgram;
  limits: ConversionLimits;
  onAnswer: OnAnswer;
  onFault: (fault: Error) => void;
}>;

/** Starts a thread; whoever starts it ends it. */
export function startWorker({ program, limits, onAnswer, onFault }: Options): WorkerSlot {
  const worker = new Worker(program.url, {
    execArgv: [...(program.execArgv ?? [])],
    resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapMebibytesMax },
  });
  const spent = { conversions: 0, bytes: 0, isEnded: false };
  let timer: NodeJS.Timeout | undefined;
  const endIn = (ms: number, reason: 'timeout' | 'aborted') => {
    clearTimeout(timer);
    timer = setTimeout(() => stop(reason), ms).unref();
  };
  const end = async () => {
    spent.isEnded = true;
    clearTimeout(timer);
    await worker.terminate();
  };
  const stop = (reason: ConversionRefusal, fault?: Error) => {
    if (spent.isEnded) return;
    void end();
    if (fault !== undefined) onFault(fault);
    onAnswer(slot, { ok: false, reason });
  };
  const slot: WorkerSlot = {
    run: (frame) => {
      endIn(limits.timeoutMs, 'timeout');
      worker.postMessage(frame, [frame.bytes.buffer]);
    },
    hurry: (ms) => endIn(ms, 'aborted'),
    rest: () => endIn(limits.idleMs, 'aborted'),
    isUsable: () =>
      !spent.isEnded &&
      spent.conversions < limits.conversionsPerWorkerMax &&
      spent.bytes < limits.bytesPerWorkerMax,
    end,
  };
  worker.on('message', (conversion: Conversion) => {
    if (spent.isEnded) return;
    clearTimeout(timer);
    spent.conversions += 1;
    spent.bytes += conversion.ok ? conversion.bytes.length : 0;
    onAnswer(slot, conversion);
  });
  worker.on('error', (fault) => stop('crashed', asError(fault)));
  worker.on('exit', (code) => stop('crashed', new Error(`a conversion thread ended with ${code}`)));
  return slot;
}

const asError = (fault: unknown): Error =>
  fault instanceof Error ? fault : new Error(String(fault));
