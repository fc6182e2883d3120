import { join } from 'node:path';

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS; one is the terminating zero. */
const PATH_BYTES_MAX = 103;

/** Where the edges of an archive find its worker; undefined where a path in the data folder is too long for a socket: jobs then wait in the queue alone. */
export function handOverSocket(dataFolder: string): string | undefined {
  const path = join(dataFolder, 'ingest.sock');
  return Buffer.byteLength(path) <= PATH_BYTES_MAX ? path : undefined;
}
