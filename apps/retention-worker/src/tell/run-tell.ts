import type { RetentionLoop } from '../run-retention.js';

const ROUND_MS = 2_000;
const BACK_OFF_MS_MAX = 60_000;

/** Tells access records to the syslog server, when there is one, until `signal` aborts; a server that is away is asked less and less often. */
export async function runTell(loop: RetentionLoop, signal: AbortSignal): Promise<void> {
  const { tellNext } = loop.worker;
  if (tellNext === undefined) return;
  let waitMs = ROUND_MS;
  while (!signal.aborted) {
    const told = await tellNext().catch((error: unknown) => {
      loop.log.warn({ err: error }, 'access records could not be told to the syslog server');
      return undefined;
    });
    waitMs = told === undefined ? Math.min(waitMs * 2, BACK_OFF_MS_MAX) : ROUND_MS;
    if (told === undefined || told === 0) await loop.pause(waitMs);
  }
}
