import { mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { locatePostgres } from './embedded/binaries.js';
import { bringUp } from './embedded/bring-up.js';

import { initialise } from './embedded/initialise.js';
import { isAlive, readPostmaster } from './embedded/postmaster.js';
import { chooseRunAs, type RunAs } from './embedded/run-as.js';
import { type RunningServer, watchServer } from './embedded/running.js';
import { socketFolderFor } from './embedded/socket-folder.js';
import { OperatorFault } from './operator-fault.js';
import { createDatabase } from './postgres/create-database.js';
import { socketUrl } from './postgres/socket-url.js';

/** Where the server's files lie, and what differs from our settings; `signal` ends the wait for it. */
export type EmbeddedPostgresOptions = Readonly<{
  folder: string;
  settings?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}>;

/** A server that answers; see RunningServer. */
export type EmbeddedPostgres = RunningServer;

/** The database that the archive uses in its embedded server. */
const DATABASE = 'arkim';

/**
 * Starts PostgreSQL on the folder and resolves when it answers: makes the folder on the first start, recovers after a
 * kill, adopts a server that's still alive. Throws OperatorFault with one line for the operator.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  await mkdir(dirname(resolve(options.folder)), { recursive: true, mode: 0o700 });
  const folder = await canonical(options.folder);
  const binaries = await locatePostgres();
  const runAs = await chooseRunAs(binaries.postgres);
  await refuseForeign(folder, runAs);
  await initialise(folder, binaries.initdb, runAs);
  const socketFolder = await socketFolderFor(folder, runAs.owner);
  const { settings = {}, signal } = options;
  const plan = { program: binaries.postgres, runAs, folder, socketFolder, settings };
  const server = watchServer(await bringUp(plan, signal), DATABASE);
  await createDatabase(server.socketFolder, DATABASE);
  return server;
}

/** The URL of the server that runs on the folder, for a command beside the archive; undefined when none runs. */
export async function findEmbeddedPostgres(folder: string): Promise<string | undefined> {
  const postmaster = await readPostmaster(resolve(folder));
  if (postmaster?.status !== 'ready' || !isAlive(postmaster)) return undefined;
  return socketUrl(postmaster.socketFolder, DATABASE);
}

/** Stops the server that runs on the folder, whoever started it; nothing happens when none does. */
export async function stopEmbeddedPostgres(folder: string): Promise<void> {
  const full = resolve(folder);
  const postmaster = await readPostmaster(full);
  if (postmaster && isAlive(postmaster))
    await watchServer({ postmaster, folder: full }, DATABASE).stop();
}

/* One folder has one name, whatever the path that led here: the socket folder is named by it. */
async function canonical(folder: string): Promise<string> {
  const full = resolve(folder);
  return join(await realpath(dirname(full)), basename(full));
}

async function refuseForeign(folder: string, { owner }: RunAs): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const expected = owner?.uid ?? process.getuid?.();
  if (found && expected !== undefined && found.uid !== expected)
    throw new OperatorFault(
      `${folder} belongs to the user number ${found.uid}, not to ${expected}: start the archive as its owner`,
    );
}
