import { once } from 'node:events';
import type { Socket } from 'node:net';
import { frame, frameReader, type MllpEvent } from '#hl7/mllp';

/** What one connection may take, and who answers its messages. */
export type Serving = Readonly<{
  /** Answers one message; undefined: the sender wants no answer. */
  answer: (
    framed: Readonly<{ bytes: Uint8Array; isTooLong: boolean; certificate: string }>,
  ) => Promise<Buffer | undefined>;
  messageBytesMax: number;
  /** How long it may be silent between messages. */
  idleMs: number;
  /** How long a message may take from its first byte to its last, and its answer to be read. */
  messageMs: number;
  /** Hears what is no message: noise, and messages that never ended. */
  lost: (what: 'noise' | 'unfinished') => void;
}>;

/**
 * Answers the messages of one connection, one after the other; while one is answered nothing more is read. Resolves when the connection ends,
 * for whatever reason; rejects when a message could not be answered, and the sender will send it again.
 */
export async function serveConnection(
  socket: Socket,
  serving: Serving,
  certificate: string,
): Promise<void> {
  const reader = frameReader(serving.messageBytesMax);
  const clock = connectionClock(socket, serving);
  try {
    for await (const chunk of chunksOf(socket)) {
      clock.stop();
      for (const event of reader.push(chunk)) await take(socket, serving, event, certificate);
      clock.start(reader.isWithin());
    }
  } finally {
    clock.stop();
    if (reader.isWithin()) serving.lost('unfinished');
    socket.destroy();
  }
}

const take = async (
  socket: Socket,
  { answer, messageMs, lost }: Serving,
  event: MllpEvent,
  certificate: string,
): Promise<void> => {
  if (event.type === 'noise') return lost('noise');
  const isTooLong = event.type === 'too-long';
  const bytes = event.type === 'too-long' ? event.start : event.bytes;
  const said = await answer({ bytes, isTooLong, certificate });
  if (said === undefined || socket.write(frame(said))) return;
  await once(socket, 'drain', { signal: AbortSignal.timeout(messageMs) });
};

/* A sender that is gone, or is sent away, just ends; its faults are no faults of ours. */
async function* chunksOf(socket: Socket): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of socket) yield chunk as Buffer;
  } catch (error) {
    if (!socket.destroyed) throw error;
  }
}

/* Time within a message counts from its first byte: who sends a byte a second doesn't stay. */
const connectionClock = (socket: Socket, { idleMs, messageMs }: Serving) => {
  let timer: NodeJS.Timeout | undefined;
  let messageEndsMs: number | undefined;
  const stop = () => clearTimeout(timer);
  const start = (isWithin: boolean) => {
    if (!isWithin) messageEndsMs = undefined;
    else messageEndsMs ??= performance.now() + messageMs;
    const leftMs = messageEndsMs === undefined ? idleMs : messageEndsMs - performance.now();
    timer = setTimeout(() => socket.destroy(), Math.max(0, leftMs));
  };
  start(false);
  return { start, stop };
};
