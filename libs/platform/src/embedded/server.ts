import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorFault } from '../operator-fault.js';
import type { RunAs } from './run-as.js';

/** Everything a server is started with; `settings` win over ours. */
export type ServerPlan = Readonly<{
  program: string;
  runAs: RunAs;
  folder: string;
  socketFolder: string;
  settings: Readonly<Record<string, string>>;
}>;

/**
 * Durable settings for one archive on one machine. Only the unix socket listens. The log keeps no errors of statements,
 * because their texts may hold personal data (the client gets them anyway); it rotates within one week.
 */
const SETTINGS = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  wal_buffers: '16MB',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  wal_level: 'minimal',
  max_wal_senders: '0',
  random_page_cost: '1.1',
  autovacuum_naptime: '20s',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgres-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_min_error_statement: 'panic',
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
} as const;

const TAIL_BYTES_MAX = 64 * 1024;

/** Starts the server in a process group of its own: a signal to our group must not take it from under the archive. */
export function spawnServer(plan: ServerPlan): ChildProcess {
  const settings = { ...SETTINGS, unix_socket_directories: plan.socketFolder, ...plan.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = plan.runAs.command(plan.program, ['-D', plan.folder, ...flags]);
  const output = openSync(outputFile(plan.folder), 'w', 0o600);
  try {
    const { owner } = plan.runAs;
    const stdio = ['ignore', output, output] as const;
    const server = spawn(command, args, {
      ...owner,
      cwd: plan.folder,
      detached: true,
      stdio: [...stdio],
    });
    server.unref();
    return server;
  } finally {
    closeSync(output);
  }
}

/** What a server that didn't start said: before its log opened, and in its log since. */
export async function lastWords(folder: string, pid: number | undefined): Promise<string> {
  const early = await readTail(outputFile(folder));
  const names = await readdir(join(folder, 'log')).catch(() => []);
  const logs = await Promise.all(names.map((name) => readTail(join(folder, 'log', name))));
  const late = logs.flatMap((log) => log.split('\n').filter((line) => line.includes(`[${pid}]`)));
  return [early, ...late].join('\n');
}

/**
 * Whether a failed start passes by itself: an old server, or its last back ends, still die. A server that told no reason
 * yet is one of these: its log is written by a process of its own, which may be late.
 */
export const isPassing = (words: string): boolean =>
  /already exists|still in use|shutting down/.test(words) ||
  words.split('\n').every((line) => line === '' || /(LOG|HINT|DETAIL): /.test(line));

/** The fault for a start that failed for good, as one line. */
export function startFault(words: string): OperatorFault {
  const lines = words.trim().split('\n');
  const fatal = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? '';
  return new OperatorFault(
    `PostgreSQL did not start: ${fatal.replace(/^.*?(FATAL|PANIC): */, '')}`,
  );
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES_MAX));
    const { bytesRead } = await handle.read(tail, 0, tail.length, size - tail.length);
    return tail.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const outputFile = (folder: string) => join(folder, 'start.log');
