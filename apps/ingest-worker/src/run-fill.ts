import type { Log } from '#platform/log';

export type Filling = Readonly<{ fill: (signal: AbortSignal) => Promise<number>; log: Log }>;

/** Beside the work, once: studies of an archive from before facts said whose they are, or rows what they are. What fails is tried again at the next start. */
export async function runFill({ fill, log }: Filling, signal: AbortSignal): Promise<void> {
  try {
    const studies = await fill(signal);
    if (studies > 0) log.info({ studies }, 'studies from before say now whose and what they are');
  } catch (err) {
    log.warn(
      { err },
      'studies from before do not all say whose and what they are; the next start goes on',
    );
  }
}
