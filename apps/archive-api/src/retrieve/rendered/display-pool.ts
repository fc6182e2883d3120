import type { FrameToDisplay } from '#dicom/display-frame';
import type { ConversionLimits } from '../conversion/conversion-limits.js';
import { createConversionPool } from '../conversion/conversion-pool.js';
import type { WorkerProgram } from '../conversion/worker-slot.js';

/** Draws a frame; `reason` is a code. The api gives its pool, so that no pixels are touched on its event loop. */
export type FrameDisplayer = (
  frame: FrameToDisplay,
  signal?: AbortSignal,
) => Promise<Readonly<{ ok: true; bytes: Uint8Array }> | Readonly<{ ok: false; reason: string }>>;

export type DisplayPool = Readonly<{ display: FrameDisplayer; close: () => Promise<void> }>;

const MEBIBYTE = 1024 * 1024;

/** A drawn frame may be three times as long as a native one; what is drawn at once is bounded again by whoever asks. */
const LIMITS: Partial<ConversionLimits> = { bytesInUseMax: 256 * MEBIBYTE };

const BUILT: WorkerProgram = { url: new URL('./render-worker.js', import.meta.url) };

/** Threads that draw, apart from those that convert: neither waits for the other. `onFault` is told why a thread died. */
export function createDisplayPool(
  onFault: (fault: Error) => void,
  program: WorkerProgram = BUILT,
): DisplayPool {
  const pool = createConversionPool({ limits: LIMITS, program, onFault });
  return { display: (frame, signal) => pool.convertFrame(frame, signal), close: pool.close };
}
