import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { OperatorFault } from '../operator-fault.js';
import { EMBEDDED_USER } from '../postgres/socket-url.js';
import type { RunAs } from './run-as.js';

const run = promisify(execFile);
const INITDB_MS_MAX = 120_000;

/**
 * Makes the data folder if there's none: `initdb` works in a folder beside it that is then renamed, so that two first
 * starts can't clash and a killed one leaves nothing half made.
 */
export async function initialise(folder: string, initdb: string, runAs: RunAs): Promise<void> {
  if (await exists(join(folder, 'PG_VERSION'))) return;
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(join(parent, `${basename(folder)}.initdb-${process.pid}-`));
  if (runAs.owner) await giveTo(runAs.owner, fresh, parent);
  try {
    await runInitdb(fresh, initdb, runAs);
    await renameUnlessTaken(fresh, folder);
    await syncFolder(parent);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  await removeLeftovers(parent, `${basename(folder)}.initdb-`);
}

/* Another user has to get through the data folder; what lies beside stays closed by its own modes. */
async function giveTo(
  { uid, gid }: NonNullable<RunAs['owner']>,
  folder: string,
  parent: string,
): Promise<void> {
  await chown(folder, uid, gid);
  await chmod(parent, ((await stat(parent)).mode & 0o7777) | 0o001);
}

async function runInitdb(folder: string, initdb: string, runAs: RunAs): Promise<void> {
  const [command, args] = runAs.command(initdb, [
    `--pgdata=${folder}`,
    `--username=${EMBEDDED_USER}`,
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--auth-local=trust',
    '--auth-host=reject',
  ]);
  const { owner } = runAs;
  await run(command, args, { ...owner, cwd: folder, timeout: INITDB_MS_MAX }).catch((cause) => {
    throw new OperatorFault(`initdb failed: ${lastLine(String(cause.stderr ?? cause))}`, { cause });
  });
}

async function renameUnlessTaken(fresh: string, folder: string): Promise<void> {
  await rename(fresh, folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  if (!(await exists(join(folder, 'PG_VERSION'))))
    throw new OperatorFault(`${folder} is not a PostgreSQL data folder and not empty`);
}

async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || isRunning(Number.parseInt(name.slice(prefix.length), 10)))
      continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    return true;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
