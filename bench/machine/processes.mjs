import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second of utime and stime in /proc: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;
const kernelThread = 0x00200000;

/** Whether this machine tells what its processes use (Linux). */
export function canReadProcesses() {
  return readText('/proc/self/stat') !== undefined;
}

/**
 * Every process now: `{ pid, parent, name, kernel, ownMs, allMs }`. `ownMs` is CPU time of the process, `allMs` also of
 * its children that have ended, so that a sum over a living tree loses nothing when a child ends.
 */
export function listProcesses() {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.map(readProcess).filter((found) => found !== undefined);
}

/**
 * The pids of a server: the root process, all its descendants, and every process with `folder` in its command line
 * (a PostgreSQL that has been detached from its supervisor) with its descendants.
 */
export function treeOf(processes, { pid, folder }) {
  const children = Map.groupBy(processes, (process) => process.parent);
  const found = new Set();
  const queue = processes
    .filter((each) => each.pid === pid || runsOn(each, folder))
    .map((each) => each.pid);
  while (queue.length > 0) {
    const next = queue.pop();
    if (found.has(next)) continue;
    found.add(next);
    for (const child of children.get(next) ?? []) queue.push(child.pid);
  }
  return found;
}

/** CPU milliseconds used so far by these pids and their ended children. */
export function cpuMsOf(processes, pids) {
  return processes.reduce((sum, each) => (pids.has(each.pid) ? sum + each.allMs : sum), 0);
}

/** CPU milliseconds that all of the machine spent in user and system mode since boot, interrupts left out. */
export function machineBusyMs() {
  const [, user, nice, system] = readText('/proc/stat').split('\n', 1)[0].split(/\s+/).map(Number);
  return ((user + nice + system) * 1000) / ticksPerSecond;
}

/** Memory of one process in bytes: resident, its anonymous and shared parts, and its peak. */
export function memoryOf(pid) {
  const status = readText(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  const field = (name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return {
    rss: field('VmRSS'),
    anonymous: field('RssAnon'),
    shared: field('RssShmem'),
    file: field('RssFile'),
    peak: field('VmHWM'),
  };
}

/** The command line of a process, arguments joined by blanks. */
export function commandOf(pid) {
  return (readText(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
}

function runsOn(process, folder) {
  return (
    folder !== undefined &&
    !process.kernel &&
    /^postgres|^postmaster/.test(process.name) &&
    commandOf(process.pid).includes(folder)
  );
}

function readProcess(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  const toMs = (...at) =>
    (at.reduce((sum, index) => sum + Number(fields[index]), 0) * 1000) / ticksPerSecond;
  return {
    pid: Number(pid),
    parent: Number(fields[1]),
    name: stat.slice(stat.indexOf('(') + 1, end),
    kernel: (Number(fields[6]) & kernelThread) !== 0,
    ownMs: toMs(11, 12),
    allMs: toMs(11, 12, 13, 14),
  };
}

/** A process may end between two reads: then there is nothing to read. */
function readText(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(error.code)) return undefined;
    throw error;
  }
}
