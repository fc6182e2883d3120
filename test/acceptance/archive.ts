import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { freePort, isRunning, postgresOf, untilGone } from '../bootstrap/npm-start.js';
import { programEnvironment } from '../support/environment.js';
import { type Claims, signToken } from './sign-token.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/apps/archive-cli/src/main.js');
const READY_MS_MAX = 180_000;
const POLL_MS = 100;

/** What a command of `arkim` answered. */
export type CommandRun = Readonly<{ code: number; stdout: string; stderr: string }>;

/** A whole archive that runs from the built programs, on a port and in a folder of its own. */
export type RunningArchive = Readonly<{
  origin: string;
  data: string;
  token: (claims: Claims) => Promise<string>;
  arkim: (...args: string[]) => Promise<CommandRun>;
  /** Process numbers by program. */
  processes: () => Readonly<Record<string, number>>;
  /** All that the archive has printed. */
  output: () => string;
  /** Stops it and starts it again on the same data and port, with other settings. */
  restart: (settings?: Settings) => Promise<RunningArchive>;
  /** Stops it, takes its folder away, and throws when one of its processes had died meanwhile or logged a fault. */
  stop: () => Promise<void>;
}>;

/** Settings of the archive, by the names of their environment variables. */
export type Settings = Readonly<Record<string, string>>;

/** Starts the archive of a demonstration and resolves when it's ready. */
export async function startArchive(settings: Settings = {}): Promise<RunningArchive> {
  const parent = await mkdtemp(join(tmpdir(), 'arkim-acceptance-'));
  const where = { parent, port: await freePort() };
  return startOn(where, settings);
}

type Where = Readonly<{ parent: string; port: number }>;

async function startOn(where: Where, settings: Settings): Promise<RunningArchive> {
  const { parent, port } = where;
  const data = join(parent, 'data');
  const launcher = launch(data, port, settings);
  const origin = `http://127.0.0.1:${port}`;
  await untilReady(launcher, origin);
  const before = processesOf(data);
  return {
    origin,
    data,
    token: (claims) => signToken(data, claims),
    arkim: (...args) => runCommand(data, args, settings),
    processes: () => processesOf(data),
    output: launcher.output,
    restart: async (changed = {}) => {
      await stopLauncher(launcher, data, before);
      return startOn(where, { ...settings, ...changed });
    },
    stop: async () => {
      await stopLauncher(launcher, data, before);
      await rm(parent, { recursive: true });
    },
  };
}

type Launcher = Readonly<{ child: ChildProcess; output: () => string; ended: Promise<unknown> }>;

/* It watches the process that started it, as it would watch npm: a killed test run leaves no archive behind. */
function launch(data: string, port: number, settings: Settings): Launcher {
  const own = { PORT: String(port), ARKIM_DATA: data, ARKIM_DEMO: '1' };
  const child = spawn(process.execPath, [join(ROOT, 'infra/start.mjs')], {
    cwd: ROOT,
    env: { ...programEnvironment(), npm_lifecycle_event: 'start', ...own, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  return { child, output: () => stripVTControlCharacters(text), ended: once(child, 'exit') };
}

async function untilReady({ child, output }: Launcher, origin: string): Promise<void> {
  const startedAtMs = performance.now();
  for (;;) {
    const answer = await fetch(`${origin}/health/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    if (child.exitCode !== null) throw new Error(`the archive ended:\n${output()}`);
    if (performance.now() - startedAtMs > READY_MS_MAX) {
      child.kill('SIGTERM');
      throw new Error(`the archive isn't ready:\n${output()}`);
    }
    await sleep(POLL_MS);
  }
}

function processesOf(data: string): Readonly<Record<string, number>> {
  const run = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as {
    pid: number;
    children: number[];
  };
  const [api = 0, ingest = 0, retention = 0] = run.children;
  return { supervisor: run.pid, api, ingest, retention, postgres: postgresOf(data) ?? 0 };
}

async function stopLauncher(
  { child, output, ended }: Launcher,
  data: string,
  before: Readonly<Record<string, number>>,
): Promise<void> {
  const now = child.exitCode === null ? processesOf(data) : {};
  const died = Object.keys(before).filter(
    (name) => now[name] !== before[name] || !isRunning(before[name]),
  );
  child.kill('SIGTERM');
  await ended;
  await untilGone(Object.values(now));
  const faults = output()
    .split('\n')
    .filter((line) => /"level":"(error|fatal)"/.test(line));
  if (died.length > 0) throw new Error(`died while they were tested: ${died}\n${output()}`);
  if (faults.length > 0) throw new Error(`faults in the log:\n${faults.join('\n')}`);
  if (child.exitCode !== 0) throw new Error(`the archive ended with ${child.exitCode}`);
}

async function runCommand(
  data: string,
  args: readonly string[],
  settings: Settings,
): Promise<CommandRun> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: ROOT,
    env: { ...programEnvironment(), ...settings, ARKIM_DATA: data, ARKIM_DEMO: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [child.stdout, child.stderr].map(textOf);
  const [code] = await once(child, 'close');
  return { code: Number(code), stdout: (await stdout) ?? '', stderr: (await stderr) ?? '' };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
