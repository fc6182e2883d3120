import { once } from 'node:events';
import { connect } from 'node:net';

const IDLE_MS_MAX = 20_000;

/** An answer as it came over the wire. */
export type RawAnswer = Readonly<{ status: number; head: string; body: Buffer; text: string }>;

/** Sends these bytes as they are over a connection of their own, and reads until the archive closes it. */
export async function sendRaw(origin: string, ...pieces: (string | Buffer)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(IDLE_MS_MAX, () => socket.destroy());
  for (const piece of pieces) socket.write(piece);
  await once(socket, 'close');
  return readAnswer(Buffer.concat(chunks));
}

/* A 100 that stands before the answer is part of its text only. */
function readAnswer(bytes: Buffer): RawAnswer {
  const text = bytes.toString('latin1');
  const start = text.startsWith('HTTP/1.1 100') ? text.indexOf('\r\n\r\n') + 4 : 0;
  const end = text.indexOf('\r\n\r\n', start);
  const head = text.slice(start, end < 0 ? undefined : end);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
  return { status, head, body: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4), text };
}

/** The head of a request that ends its connection; `fields` are lines without their end. */
export const headOf = (line: string, ...fields: string[]): string =>
  `${[line, ...fields, 'Connection: close'].join('\r\n')}\r\n\r\n`;
