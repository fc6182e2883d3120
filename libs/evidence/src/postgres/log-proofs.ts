import type { Pool } from 'pg';
import type { EventInLog, LogGrowth } from '../log-proof.js';
import { sealCovering, sealOfDay } from './log-seals.js';
import { consistencyPath, inclusionPath } from './log-tree.js';
import { indexOfEvent } from './read-leaves.js';

/** By the first seal that covers the event; undefined: none does, or there is no such event. */
export async function proofOfEvent(pool: Pool, event: string): Promise<EventInLog | undefined> {
  const index = await indexOfEvent(pool)(event);
  if (index === undefined) return undefined;
  const seal = await sealCovering(pool, index + 1);
  if (seal === undefined) return undefined;
  return { index, path: inHex(await inclusionPath(pool, index, seal.size)), seal };
}

/** Between the seals of two days, in whichever order; undefined: one of them has none. */
export async function proofOfGrowth(
  pool: Pool,
  days: readonly [string, string],
): Promise<LogGrowth | undefined> {
  const [first, last] = [...days].sort();
  const from = await sealOfDay(pool, first ?? '');
  const to = await sealOfDay(pool, last ?? '');
  if (from === undefined || to === undefined) return undefined;
  return { from, to, path: inHex(await consistencyPath(pool, from.size, to.size)) };
}

const inHex = (path: readonly Buffer[]) => path.map((hash) => hash.toString('hex'));
