import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningArchive } from '../archive.js';

const WAIT_MS_MAX = 300_000;
const POLL_MS = 500;

/** Bytes of the packs of one kind that lie in the object store now. */
export function bytesUnder({ data }: RunningArchive, kind: 'landing' | 'settled'): number {
  const root = join(data, 'objects', 'packs', kind);
  if (!existsSync(root)) return 0;
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => {
      const stat = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false });
      return sum + (stat?.size ?? 0);
    }, 0);
}

/** Waits until `what` holds. */
export async function until(what: () => boolean): Promise<void> {
  for (let waitedMs = 0; !what(); waitedMs += POLL_MS) {
    if (waitedMs > WAIT_MS_MAX) throw new Error(`in vain: ${what}`);
    await sleep(POLL_MS);
  }
}
