import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { type Serving, serveConnection } from './serve-connection.js';

export type MllpSettings = NonNullable<Config['mllp']>;
type MllpTls = NonNullable<MllpSettings['tls']>;

/** The gateway's door. */
export type MllpServer = Readonly<{
  port: number;
  /** Lets nobody in any more, waits for the answers that are under way, and closes. */
  close: () => Promise<void>;
}>;

export type ServerOptions = Readonly<{
  settings: MllpSettings;
  answer: Serving['answer'];
  lost: Serving['lost'];
  log: Log;
}>;

/** Messages of all connections that are answered at once; others wait unread. */
export const IN_FLIGHT_MAX = 32;

/** Listens for hospitals. Throws OperatorFault when a certificate can't be read or the port is taken. */
export async function openServer(options: ServerOptions): Promise<MllpServer> {
  const { settings, log } = options;
  const open = new Set<Socket>();
  const answering = new Set<Promise<unknown>>();
  const served = { ...settings, lost: options.lost, answer: boundedAnswer(options, answering) };
  const server = await serverOf(settings.tls, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => open.delete(socket));
    serveConnection(socket, served, certificateOf(socket)).catch((err) =>
      log.error({ err }, 'a connection was ended: its message could not be answered'),
    );
  });
  server.maxConnections = settings.connectionsMax;
  server.on('tlsClientError', () => undefined);
  await listen(server, settings);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : settings.port,
    close: async () => {
      server.close();
      await Promise.allSettled(answering);
      for (const socket of open) socket.end();
      for (const socket of open) socket.destroySoon();
    },
  };
}

const boundedAnswer = (
  { answer }: ServerOptions,
  answering: Set<Promise<unknown>>,
): Serving['answer'] => {
  return async (framed) => {
    while (answering.size >= IN_FLIGHT_MAX) await Promise.race(answering).catch(() => undefined);
    const said = answer(framed);
    const settled = said.catch(() => undefined).finally(() => answering.delete(settled));
    answering.add(settled);
    return said;
  };
};

const serverOf = async (
  tls: MllpTls | undefined,
  serve: (socket: Socket) => void,
): Promise<Server> => {
  if (tls === undefined) return createServer({ keepAlive: true, noDelay: true }, serve);
  const [key, cert, ca] = await Promise.all([tls.keyFile, tls.certFile, tls.caFile].map(readPem));
  const options = { key, cert, ca, requestCert: true, rejectUnauthorized: true } as const;
  return createTlsServer({ ...options, minVersion: 'TLSv1.2', keepAlive: true }, serve);
};

const readPem = (file: string): Promise<Buffer> =>
  readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorFault(`the file ${file} of ARKIM_MLLP_TLS can't be read: ${cause.code}`, {
      cause,
    });
  });

const listen = async (server: Server, { host, port }: MllpSettings): Promise<void> => {
  server.listen({ host, port });
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorFault(`the port ${port} of ARKIM_MLLP_PORT can't be opened: ${cause.code}`, {
      cause,
    });
  });
};

/** SHA-256 of the certificate that the sender showed, in hex; '' without TLS. */
const certificateOf = (socket: Socket): string =>
  socket instanceof TLSSocket
    ? (socket.getPeerCertificate().fingerprint256 ?? '').replaceAll(':', '').toLowerCase()
    : '';
