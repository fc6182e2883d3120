import { isatty } from 'node:tty';

/** What makes a process end: a signal, or its supervisor is gone. */
export type StopReason = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'supervisor gone';

/** How a process takes leave; `drainMsMax` ends it with exit code 1 when the work in hand doesn't finish. */
export type DrainOptions = Readonly<{
  drain: (reason: StopReason) => Promise<void>;
  drainMsMax?: number;
  onFault: (error: unknown) => void;
}>;

const DRAIN_MS_MAX = 25_000;

/**
 * Ends the process cleanly at the first SIGTERM, SIGINT, closed terminal or loss of the supervisor: `drain`, then exit.
 * Further signals while draining are ignored, because a signal to the whole process group arrives twice.
 */
export function drainOnSignal({ drain, onFault, drainMsMax = DRAIN_MS_MAX }: DrainOptions): void {
  let draining = false;
  const stop = (reason: StopReason): void => {
    if (draining) return;
    draining = true;
    setTimeout(() => process.exit(1), drainMsMax);
    drain(reason).then(
      () => process.exit(0),
      (error) => {
        onFault(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (isatty(0)) process.on('SIGHUP', stop);
  if (process.channel) process.once('disconnect', () => stop('supervisor gone'));
}
