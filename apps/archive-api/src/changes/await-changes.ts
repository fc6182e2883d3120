import { setTimeout as delay } from 'node:timers/promises';
import type { ChangePage } from '#index/change-feed';

const LOOK_MS = 500;
/** Requests of one process that may wait at once; others are answered with what there is. */
const WAITING_MAX = 32;

let waiting = 0;

/** Reads until there is something behind the cursor, the seconds are over, or nobody is there any more. */
export async function awaitChanges(
  read: () => Promise<ChangePage>,
  { waitMs, isGone }: Readonly<{ waitMs: number; isGone: () => boolean }>,
): Promise<ChangePage> {
  const page = await read();
  if (waitMs === 0 || page.more || page.changes.length > 0 || waiting >= WAITING_MAX) return page;
  waiting += 1;
  try {
    return await readOn(read, { page, isGone, untilMs: performance.now() + waitMs });
  } finally {
    waiting -= 1;
  }
}

type Waiting = Readonly<{ page: ChangePage; isGone: () => boolean; untilMs: number }>;

async function readOn(
  read: () => Promise<ChangePage>,
  { page, isGone, untilMs }: Waiting,
): Promise<ChangePage> {
  let latest = page;
  while (latest.changes.length === 0 && performance.now() < untilMs && !isGone()) {
    await delay(LOOK_MS);
    latest = await read();
  }
  return latest;
}
