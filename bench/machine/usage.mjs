import { performance } from 'node:perf_hooks';
import {
  canReadProcesses,
  commandOf,
  cpuMsOf,
  listProcesses,
  machineBusyMs,
  memoryOf,
  treeOf,
} from './processes.mjs';

const sampleMs = 250;
const quietShare = 0.1;
const quietWaitMs = 100;

/**
 * What each server and everything else on the machine uses. `servers` maps a name to `{ pid, folder }`; `own` lists
 * the pids of the bench itself. Without /proc every figure is undefined and no run is discarded.
 */
export function openUsage({ servers, own }) {
  const readable = canReadProcesses();
  const memory = new Map();
  const timer = readable ? setInterval(() => sampleMemory(servers, memory), sampleMs) : undefined;
  return {
    snapshot: () => (readable ? snapshot(servers, own) : undefined),
    waitQuiet: (name, limitMs) => (readable ? waitQuiet(servers.get(name), limitMs) : undefined),
    memory: () => memory,
    close: () => clearInterval(timer),
  };
}

/** CPU used between two snapshots: of each server by name, and of what is neither ours nor the kernel's, in ms. */
export function usageBetween(before, after) {
  if (before === undefined || after === undefined) return undefined;
  const wallMs = after.atMs - before.atMs;
  const servers = new Map(
    [...after.servers].map(([name, ms]) => [name, ms - (before.servers.get(name) ?? 0)]),
  );
  const ours = sum(servers.values()) + after.ownMs - before.ownMs;
  const kernel = after.kernelMs - before.kernelMs;
  const othersMs = Math.max(0, after.busyMs - before.busyMs - ours - kernel);
  return { wallMs, servers, othersMs, othersCores: othersMs / wallMs };
}

function snapshot(servers, own) {
  const processes = listProcesses();
  const kernel = new Set(processes.filter((each) => each.kernel).map((each) => each.pid));
  const trees = [...servers].map(([name, server]) => [
    name,
    cpuMsOf(processes, treeOf(processes, server)),
  ]);
  return {
    atMs: performance.now(),
    busyMs: machineBusyMs(),
    ownMs: cpuMsOf(processes, new Set(own())),
    kernelMs: cpuMsOf(processes, kernel),
    servers: new Map(trees),
  };
}

/** Waits until a server has done what it put off: less than a tenth of a core, twice in a row. */
async function waitQuiet(server, limitMs) {
  const endMs = performance.now() + limitMs;
  let quiet = 0;
  let usedMs = treeCpuMs(server);
  while (quiet < 2 && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, quietWaitMs));
    const nowMs = treeCpuMs(server);
    quiet = nowMs - usedMs <= quietShare * quietWaitMs ? quiet + 1 : 0;
    usedMs = nowMs;
  }
}

function treeCpuMs(server) {
  const processes = listProcesses();
  return cpuMsOf(processes, treeOf(processes, server));
}

/**
 * Keeps, per server, the peak of the sum over its processes at one moment, PostgreSQL apart: its shared buffers are
 * mapped into each backend, so they are counted once there. Also the highest mark of each process.
 */
function sampleMemory(servers, memory) {
  const processes = listProcesses();
  for (const [name, server] of servers) {
    const pids = treeOf(processes, server);
    const tree = processes.filter((each) => pids.has(each.pid));
    notePeak(memory, name, tree);
  }
}

function notePeak(memory, name, tree) {
  const known = memory.get(name) ?? {
    withoutPostgres: 0,
    postgres: 0,
    all: 0,
    processes: new Map(),
  };
  const now = { withoutPostgres: 0, anonymous: 0, shared: 0, file: 0 };
  for (const { pid, name: program } of tree) {
    const used = memoryOf(pid);
    if (used === undefined) continue;
    if (/^postgres/.test(program)) addPostgres(now, used);
    else now.withoutPostgres += used.rss;
    noteProcess(known.processes, { pid, program, peak: used.peak });
  }
  const postgres = now.anonymous + now.shared + now.file;
  memory.set(name, {
    withoutPostgres: Math.max(known.withoutPostgres, now.withoutPostgres),
    postgres: Math.max(known.postgres, postgres),
    all: Math.max(known.all, now.withoutPostgres + postgres),
    processes: known.processes,
  });
}

function addPostgres(now, used) {
  now.anonymous += used.anonymous;
  now.shared = Math.max(now.shared, used.shared);
  now.file = Math.max(now.file, used.file);
}

function noteProcess(processes, { pid, program, peak }) {
  if (peak === 0) return;
  const label = processes.get(pid)?.label ?? labelOf(program, commandOf(pid));
  processes.set(pid, { label, peak: Math.max(peak, processes.get(pid)?.peak ?? 0) });
}

/** A name to print: the last folder of ours in the command line, else the program. */
function labelOf(program, command) {
  const app =
    /([\w-]+)\/(?:src\/)?main\.js/.exec(command)?.[1] ??
    /bench\/servers\/([\w-]+)\.mjs/.exec(command)?.[1];
  return app ?? /infra\/([\w-]+)\.mjs/.exec(command)?.[1] ?? program;
}

const sum = (values) => [...values].reduce((total, value) => total + value, 0);
