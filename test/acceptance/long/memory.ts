import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RunningArchive } from '../archive.js';

const PEAK = /^VmHWM:\s+(\d+) kB$/m;

/** Forgets the peaks so far, so that the next reading is of what comes now. */
export function resetPeaks(archive: RunningArchive): void {
  for (const pid of pidsOf(archive).values()) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Peak resident memory of every process of the archive since the last reset, in MB; database sessions are in the largest of them. */
export function peaks(archive: RunningArchive): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [name, pid] of pidsOf(archive)) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    found[name] = Math.round(Number(PEAK.exec(status)?.[1]) / 1024);
  }
  const sessions = childrenOf(archive.processes()['postgres'] ?? 0).map((pid) =>
    Number(PEAK.exec(statusOf(pid))?.[1] ?? 0),
  );
  found['largest database session'] = Math.round(Math.max(0, ...sessions) / 1024);
  return found;
}

const pidsOf = (archive: RunningArchive) => new Map(Object.entries(archive.processes()));

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => new RegExp(`^PPid:\\s+${pid}$`, 'm').test(statusOf(candidate)));
}

/* A process may end between the listing and the reading. */
const statusOf = (pid: number): string =>
  existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
