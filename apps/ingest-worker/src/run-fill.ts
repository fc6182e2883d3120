import type { Log } from '#platform/log';

export type Filling = Readonly<{ fill: (signal: AbortSignal) => Promise<number>; log: Log }>;

/** Beside the work, once: studies of an archive from before facts said whose they are. What fails is tried again at the next start. */
export async function runFill({ fill, log }: Filling, signal: AbortSignal): Promise<void> {
  try {
    const studies = await fill(signal);
    if (studies > 0) log.info({ studies }, 'studies from before say now whose they are');
  } catch (err) {
    log.warn({ err }, 'studies from before do not all say whose they are; the next start goes on');
  }
}
