import { logStream } from '#archive/log-events';
import type { Log } from '#events/log';
import type { Stamp } from '#evidence/ask-time-stamp';
import type { SealedLog } from '#evidence/log-head';
import { stampFact } from '#evidence/renew-stamps';

export type StampPorts = Readonly<{
  log: Pick<Log, 'versions' | 'append'>;
  /** Seals without a stamp, the oldest first. */
  unstamped: (limit: number) => Promise<readonly SealedLog[]>;
  ask: (hash: Buffer, signal: AbortSignal) => Promise<Stamp>;
}>;

/** Seals that one round has stamped, one after the other. */
const ROUND_SEALS_MAX = 31;

/** Has the seals stamped that have no stamp yet; resolves to the days. A round that another worker was faster in changes nothing. */
export async function stampRound(
  { log, unstamped, ask }: StampPorts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const stamped: string[] = [];
  for (const { day, digest } of await unstamped(ROUND_SEALS_MAX)) {
    const stream = logStream(day);
    /* A stamp that is in the log already waits to be taken into the tree. */
    if ((await log.versions([stream])).get(stream) !== 1) continue;
    const { token, at } = await ask(Buffer.from(digest, 'hex'), signal);
    const data = { day, order: 1, path: [], token: token.toString('base64'), stampedAt: at };
    const { ok } = await log.append([stampFact(data, 'retention-worker')]);
    if (ok) stamped.push(day);
  }
  return stamped;
}
