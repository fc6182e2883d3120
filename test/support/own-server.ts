import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bringUp } from '../../libs/platform/src/embedded/bring-up.js';
import { chooseRunAs, type RunAs } from '../../libs/platform/src/embedded/run-as.js';
import { type RunningServer, watchServer } from '../../libs/platform/src/embedded/running.js';
import { socketFolderFor } from '../../libs/platform/src/embedded/socket-folder.js';
import { createDatabase } from '../../libs/platform/src/postgres/create-database.js';

const run = promisify(execFile);

/** The superuser and the database of a server that tests start. */
export const OWNER = 'arkim';

export type OwnServer = Readonly<{
  /** The folder of `initdb` and `postgres`, of any version from 15 on. */
  programs: string;
  /** The server's data; made when it isn't there. */
  folder: string;
  settings?: Readonly<Record<string, string>>;
}>;

/** A server that is not the embedded one, in a folder of its own: its socket trusts, on TCP it asks for passwords. `stop` of what it gives ends it. */
export async function startOwnServer({
  programs,
  folder,
  settings = {},
}: OwnServer): Promise<RunningServer> {
  const program = join(programs, 'postgres');
  const runAs = await chooseRunAs(program);
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(programs, folder, runAs);
  const socketFolder = await socketFolderFor(folder, runAs.owner);
  const server = watchServer(
    await bringUp({ program, runAs, folder, socketFolder, settings }),
    OWNER,
  );
  await createDatabase(server.socketFolder, OWNER);
  return server;
}

async function initialise(programs: string, folder: string, runAs: RunAs): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (runAs.owner) {
    await chown(folder, runAs.owner.uid, runAs.owner.gid);
    await chmod(dirname(folder), 0o711);
  }
  const [command, args] = runAs.command(join(programs, 'initdb'), [
    `--pgdata=${folder}`,
    `--username=${OWNER}`,
    '--encoding=UTF8',
    '--locale=C',
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--no-sync',
  ]);
  await run(command, args, { ...runAs.owner, cwd: folder });
  await appendFile(join(folder, 'pg_hba.conf'), 'host all all 127.0.0.0/8 scram-sha-256\n');
}
