import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
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
  max_connections: '50',
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

/** Whether the failed start passes by itself: an old server, or its last back ends, still die. */
export function isPassing(folder: string): boolean {
  return /already exists|still in use|shutting down/.test(readFileSync(outputFile(folder), 'utf8'));
}

/** What a server that didn't start said last, as one line. */
export function startFault(folder: string): OperatorFault {
  const lines = readFileSync(outputFile(folder), 'utf8').trim().split('\n');
  const fatal = lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? '';
  return new OperatorFault(
    `PostgreSQL did not start: ${fatal.replace(/^.*?(FATAL|PANIC): */, '')}`,
  );
}

const outputFile = (folder: string) => join(folder, 'start.log');
