import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { processCommand } from '../process-command.js';

/** What a PostgreSQL server writes about itself into its data folder (`postmaster.pid`). */
export type Postmaster = Readonly<{ pid: number; socketFolder: string; status: string }>;

/** The server that the folder's `postmaster.pid` names; undefined when there's no such file or it isn't complete yet. */
export async function readPostmaster(folder: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    },
  );
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, socketFolder: lines[4] ?? '', status: lines[7]?.trim() ?? '' };
}

/** Whether the process lives and is PostgreSQL: after a reboot or in a new container its number may be another's. */
export function isAlive({ pid }: Postmaster): boolean {
  return processCommand(pid)?.includes('postgres') ?? false;
}

/**
 * Takes away a `postmaster.pid` whose process isn't PostgreSQL any more (number reused, or a zombie nobody reaps): the
 * server would refuse to start for ever. Its check of the shared memory still guards against orphaned back ends.
 */
export async function removeStalePostmaster(folder: string, stale: Postmaster): Promise<void> {
  const now = await readPostmaster(folder);
  if (now?.pid !== stale.pid || isAlive(stale)) return;
  await unlink(join(folder, 'postmaster.pid')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
