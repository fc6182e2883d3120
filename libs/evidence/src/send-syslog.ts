import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

/** A server that syslog goes to, over TLS only. */
export type SyslogServer = Readonly<{ host: string; port: number; ca: Buffer | undefined }>;

const SILENCE_MS_MAX = 30_000;

/**
 * Sends frames over a connection of their own and resolves when the server has closed its side of it, having had all of it: syslog has no
 * other word of receipt. Rejects when that isn't certain; then they are sent again.
 */
export async function sendSyslog(
  { host, port, ca }: SyslogServer,
  frames: readonly Buffer[],
): Promise<void> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connect({ host, port, ...(ca && { ca }), ...name });
  socket.setTimeout(SILENCE_MS_MAX, () => socket.destroy(new Error('the syslog server is silent')));
  try {
    await once(socket, 'secureConnect');
    socket.resume();
    const ended = once(socket, 'end');
    for (const frame of frames) await write(socket, frame);
    socket.end();
    await ended;
  } finally {
    socket.destroy();
  }
}

const write = (socket: TLSSocket, frame: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.write(frame, (error) => (error ? reject(error) : resolve()));
  });
