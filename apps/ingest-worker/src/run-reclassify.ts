import type { Log } from '#platform/log';

const EVERY_MS = 60_000;

export type Reclassifying = Readonly<{
  /** Classifies again what other terms classified; answers with how many. */
  reclassify: (signal: AbortSignal) => Promise<number>;
  log: Log;
  pause: (ms: number) => Promise<void>;
}>;

/** Beside the work: when words, codes or the catalogue of a hospital have changed, its exams follow within a minute. What fails is tried again. */
export async function runReclassify(
  { reclassify, log, pause }: Reclassifying,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const exams = await reclassify(signal);
      if (exams > 0) log.info({ exams }, 'exams were classified again by the terms of now');
    } catch (err) {
      log.warn({ err }, 'exams are not all classified by the terms of now; it is tried again');
    }
    await pause(EVERY_MS);
  }
}
