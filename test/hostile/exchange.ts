import { connect, type Socket } from 'node:net';

/** Bytes to send as they are. `end`: what the client does then: waits for the answer, or says that nothing more comes and waits. */
export type RawRequest = Readonly<{ bytes: readonly Uint8Array[]; end: 'wait' | 'half-close' }>;

/** `status` 0: the connection was closed without an answer; -1: nothing came for a long time. */
export type RawAnswer = Readonly<{ status: number; headers: Headers; body: Buffer }>;

const SILENCE_MS_MAX = 60_000;
const NOTHING: RawAnswer = { status: 0, headers: new Headers(), body: Buffer.alloc(0) };

/** One request on a connection of its own; only the first answer counts. */
export async function exchange(port: number, request: RawRequest): Promise<RawAnswer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let isSilent = false;
  socket.setTimeout(SILENCE_MS_MAX, () => {
    isSilent = true;
    socket.destroy();
  });
  const sending = send(socket, request);
  const answer = await answerOf(socket);
  socket.destroy();
  await sending;
  return isSilent ? { ...NOTHING, status: -1 } : answer;
}

async function send(socket: Socket, { bytes, end }: RawRequest): Promise<void> {
  for (const chunk of bytes) {
    if (socket.destroyed) return;
    await new Promise<void>((sent) => {
      socket.once('close', sent);
      socket.write(chunk, () => {
        socket.off('close', sent);
        sent();
      });
    });
  }
  if (end === 'half-close') socket.end();
}

async function answerOf(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of socket) {
      chunks.push(chunk);
      const answer = parse(Buffer.concat(chunks));
      if (answer !== undefined) return answer;
    }
  } catch (error) {
    if (!isLost(error)) throw error;
  }
  return parse(Buffer.concat(chunks), true) ?? NOTHING;
}

const isLost = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(`${error.code}`);

/** Undefined while the head, or the body that it announces, isn't there yet. */
function parse(bytes: Buffer, isClosed = false): RawAnswer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(first.split(' ')[1]);
  if (status < 200) return parse(bytes.subarray(headEnd + 4), isClosed);
  const headers = new Headers(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const body = bytes.subarray(headEnd + 4);
  const length = headers.get('content-length');
  const isWhole = length !== null && body.length >= Number(length);
  return isWhole || isClosed || status === 304 ? { status, headers, body } : undefined;
}
