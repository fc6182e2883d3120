import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorFault } from '../operator-fault.js';
import type { RunAs } from './run-as.js';

/** The longest socket path in bytes: sockaddr_un holds 108 on Linux and 104 on macOS, one is the terminating zero. */
const SOCKET_PATH_BYTES_MAX = process.platform === 'darwin' ? 103 : 107;
const SOCKET_NAME = '.s.PGSQL.5432';

/**
 * The folder of the server's socket: the data folder, which is 0700 already; where that path is too long, a folder of
 * mode 0700 under the temp folder, named by the data folder. Refused when it's there and somebody else's.
 */
export async function socketFolderFor(folder: string, owner: RunAs['owner']): Promise<string> {
  if (fits(folder)) return folder;
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const short = join(tmpdir(), `arkim-${digest}`);
  if (!fits(short))
    throw new OperatorFault(`the path of the temp folder is too long for a socket: ${short}`);
  await makePrivate(short, owner);
  return short;
}

const fits = (folder: string) =>
  Buffer.byteLength(join(folder, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;

async function makePrivate(folder: string, owner: RunAs['owner']): Promise<void> {
  const made = await mkdir(folder, { mode: 0o700 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  const uid = owner?.uid ?? process.getuid?.();
  if (made && owner) await chown(folder, owner.uid, owner.gid);
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== uid)
    throw new OperatorFault(`the socket folder ${folder} belongs to somebody else: remove it`);
  await chmod(folder, 0o700);
}
