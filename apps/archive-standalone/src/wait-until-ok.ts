import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFault } from '#platform/operator-fault';

const POLL_MS = 50;
const ANSWER_MS_MAX = 5000;
const WAIT_MS_MAX = 300_000;

/** Polls the address until it answers 200. */
export async function waitUntilOk(url: string, signal: AbortSignal): Promise<void> {
  const startedAtMs = Date.now();
  while (!(await isOk(url))) {
    if (Date.now() - startedAtMs > WAIT_MS_MAX)
      throw new OperatorFault(`${url} isn't well after ${WAIT_MS_MAX / 1000} s, see the log above`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/* While nobody listens, fetch throws; that's what we wait out. */
async function isOk(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status === 200;
}
