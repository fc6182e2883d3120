import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { programEnvironment } from '../support/environment.js';

const READY_MS_MAX = 180_000;
const END_MS_MAX = 120_000;
const POLL_MS = 25;

/** One `npm start`, in a process group of its own, as a terminal makes it. */
export type Start = Readonly<{
  npm: ChildProcess;
  port: number;
  data: string;
  output: () => string;
  /** The exit code, or the name of the signal that ended npm. */
  ended: Promise<number | string>;
}>;

export type StartOptions = Readonly<{
  data: string;
  port: number;
  env?: Readonly<Record<string, string>>;
}>;

const started: Pick<Start, 'npm' | 'ended'>[] = [];

/** Stops every archive that still runs: also those that a failed test left behind. */
export async function stopAll(): Promise<void> {
  for (const { npm, ended } of started.splice(0)) {
    npm.kill('SIGTERM');
    await ended;
  }
}

export function npmStart({ data, port, env = {} }: StartOptions): Start {
  const npm = spawn('npm', ['start'], {
    env: { ...programEnvironment(), PORT: String(port), ARKIM_DATA: data, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [npm.stdout, npm.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const ended = once(npm, 'exit').then(([code, signal]) => code ?? signal);
  started.push({ npm, ended });
  return { npm, port, data, output: () => stripVTControlCharacters(text), ended };
}

/** Resolves to the milliseconds until this archive (not one before it on the same port) said that it's ready, and was. */
export async function untilReady(start: Start): Promise<number> {
  const startedAtMs = performance.now();
  const isReady = async () =>
    start.output().includes('arkim: ready') &&
    (await statusOf(start.port, '/health/ready')) === 200;
  while (!(await isReady())) {
    if (start.npm.exitCode !== null) throw new Error(`npm start ended:\n${start.output()}`);
    if (performance.now() - startedAtMs > READY_MS_MAX)
      throw new Error(`not ready:\n${start.output()}`);
    await sleep(POLL_MS);
  }
  return Math.round(performance.now() - startedAtMs);
}

export async function statusOf(port: number, path: string, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status ?? 0;
}

/** The process numbers of the running archive by what each is. */
export function processesOf({ npm, data }: Pick<Start, 'npm' | 'data'>) {
  const run = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as {
    pid: number;
    children: number[];
  };
  const [api, ingest, retention] = run.children;
  const postgres = postgresOf(data);
  const launcher = parentOf(run.pid);
  return { npm: npm.pid, launcher, supervisor: run.pid, api, ingest, retention, postgres };
}

/** The process numbers once every program and the database run; a program that was just killed is started again first. */
export async function allProcessesOf(start: Start) {
  await until(() => {
    const { api, ingest, retention, postgres } = processesOf(start);
    return [api, ingest, retention, postgres].every(isRunning);
  });
  return processesOf(start);
}

/** SIGKILL at once to all of them; one that ended a moment before, because another did, is no error. */
export function killAll(pids: readonly (number | undefined)[]): void {
  for (const pid of pids.filter(isRunning)) process.kill(Number(pid), 'SIGKILL');
}

export function postgresOf(data: string): number | undefined {
  const file = join(data, 'postgres', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

function parentOf(pid: number): number {
  const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3]);
  if (parent <= 1) throw new Error(`process ${pid} has lost its parent`);
  return parent;
}

/** Whether a process number belongs to a process that runs. */
export const isRunning = (pid: number | undefined): boolean =>
  pid !== undefined &&
  existsSync(`/proc/${pid}/stat`) &&
  !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

export async function untilGone(pids: readonly (number | undefined)[]): Promise<void> {
  const startedAtMs = performance.now();
  while (pids.some(isRunning)) {
    if (performance.now() - startedAtMs > END_MS_MAX)
      throw new Error(`still running: ${pids.filter(isRunning).join(', ')}`);
    await sleep(POLL_MS);
  }
}

/** Waits until `what` holds. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const startedAtMs = performance.now();
  while (!(await what())) {
    if (performance.now() - startedAtMs > END_MS_MAX) throw new Error(`in vain: ${what}`);
    await sleep(POLL_MS);
  }
}

/** SIGTERM to npm, then waits until everything is gone. */
export async function stopStart(start: Start): Promise<void> {
  const pids = Object.values(processesOf(start));
  start.npm.kill('SIGTERM');
  await start.ended;
  await untilGone(pids);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Runs a shell line in this clone, as a user would type it, and resolves to what it wrote to standard output. */
export async function shell(line: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn('sh', ['-c', line], {
    env: { ...programEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code: Number(code), stdout, stderr };
}
