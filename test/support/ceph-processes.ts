import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folders of clusters are named for the process that started them. */
export const CEPH_FOLDER_PREFIX = 'arkim-ceph-';

const COMMAND_MS_MAX = 120_000;

/** Runs one of Ceph's programs to its end and gives what it printed; throws with its complaint. */
export async function ceph(program: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...words], { timeout: COMMAND_MS_MAX });
  return stdout;
}

/** Throws unless every program is there: a suite without its judge fails. */
export async function assertInstalled(programs: readonly string[]): Promise<void> {
  const found = await Promise.all(
    programs.map((name) => run('which', [name]).catch(() => undefined)),
  );
  const missing = programs.filter((_, index) => found[index] === undefined);
  if (missing.length > 0)
    throw new Error(
      `${missing.join(', ')} not found: apt-get install ceph-mon ceph-osd radosgw ceph-common`,
    );
}

/** Starts a program that stays, in a group of its own, and writes its pid into `folder`. */
export async function startDaemon(
  folder: string,
  name: string,
  words: readonly string[],
): Promise<ChildProcess> {
  const [program = '', ...rest] = words;
  const daemon = spawn(program, rest, { detached: true, stdio: 'ignore' });
  if (daemon.pid === undefined) throw new Error(`${program} could not be started`);
  await writeFile(join(folder, `${name}.pid`), `${daemon.pid}`);
  return daemon;
}

const WATCH = `
  while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
  for file in "$2"/*.pid; do
    pid=$(cat "$file") && grep -qF "$2" "/proc/$pid/cmdline" && kill -9 "$pid"
  done 2>/dev/null
  rm -rf "$2"
`;

/** Takes the cluster away within a second or two when this process is gone, however it died. */
export function watchOver(folder: string): void {
  const words = ['-c', WATCH, 'watch', `${process.pid}`, folder];
  spawn('sh', words, { detached: true, stdio: 'ignore' }).unref();
}

/** Ends a program at once and waits until it is gone: nothing of a test cluster is worth keeping. */
export async function kill(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGKILL');
  await gone;
}

/** Takes away what killed runs left: daemons by their pid files, then the folder. */
export function removeDeadClusters(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${CEPH_FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner && !existsSync(`/proc/${owner}`)) removeCluster(join(tmpdir(), name));
  }
}

/** Ends every daemon whose pid file lies in `folder`, and removes the folder. */
export function removeCluster(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.pid'))) {
    const pid = Number(readFileSync(join(folder, name), 'utf8'));
    if (pid > 0 && commandOf(pid).includes(folder)) process.kill(pid, 'SIGKILL');
  }
  rmSync(folder, { recursive: true, force: true });
}

/** The number may belong to another program by now: only one that was given the folder is ours. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** A port of 127.0.0.1 that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
