/** Start and end of a block (MLLP release 1): 0x0B … 0x1C 0x0D. */
const START = 0x0b;
const END = 0x1c;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** What a stream of bytes turns out to be: the bytes of a message; or `noise` between messages, and a message that is `too-long`, both dropped. */
export type MllpEvent =
  | Readonly<{ type: 'message'; bytes: Buffer }>
  | Readonly<{ type: 'noise' }>
  | Readonly<{ type: 'too-long'; start: Buffer }>;

/** How much of a message that is too long is kept: enough for its header. */
export const HEADER_BYTES_MAX = 4_096;

/** Reads the frames of one connection. */
export type FrameReader = Readonly<{
  /** What has come to its end with these bytes. */
  push: (chunk: Uint8Array) => readonly MllpEvent[];
  /** Whether a message has begun and not ended. */
  isWithin: () => boolean;
}>;

/**
 * Reads frames however they are cut. The return behind 0x1C may be missing, as some senders forget it; a start within a message begins a new
 * one: the sender has given the old one up.
 */
export function frameReader(messageBytesMax: number): FrameReader {
  let message: Collected | undefined;
  const begin = (bytes: Buffer, events: MllpEvent[]): number => {
    const start = endOf(bytes, bytes.indexOf(START));
    if (isNoise(bytes.subarray(0, start))) events.push({ type: 'noise' });
    if (start < bytes.length) message = collected();
    return start + 1;
  };
  const goOn = (within: Collected, bytes: Buffer, events: MllpEvent[]): number => {
    const stop = Math.min(endOf(bytes, bytes.indexOf(END)), endOf(bytes, bytes.indexOf(START)));
    collect(within, bytes.subarray(0, stop), messageBytesMax);
    if (stop === bytes.length) return stop;
    const isEnd = bytes[stop] === END;
    events.push(isEnd ? eventOf(within, messageBytesMax) : { type: 'noise' });
    message = isEnd ? undefined : collected();
    return stop + 1;
  };
  const push = (chunk: Uint8Array): readonly MllpEvent[] => {
    const events: MllpEvent[] = [];
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (rest.length > 0)
      rest = rest.subarray(message ? goOn(message, rest, events) : begin(rest, events));
    return events;
  };
  return { push, isWithin: () => message !== undefined };
}

/** A message within its frame. */
export const frame = (bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(START), bytes, Buffer.of(END, RETURN)]);

const endOf = (bytes: Buffer, found: number): number => (found < 0 ? bytes.length : found);

/* What remains of a terminator, and blank lines between messages, say nothing. */
const isNoise = (bytes: Buffer) => bytes.some((byte) => byte !== RETURN && byte !== LINE_FEED);

/** `bytes` counts all that came; of a message that is too long only the beginning is in `buffer`. */
type Collected = { buffer: Buffer; bytes: number };

const collected = (): Collected => ({ buffer: Buffer.alloc(HEADER_BYTES_MAX), bytes: 0 });

/* The buffer doubles: a sender who sends single bytes costs no more than one who doesn't. */
const collect = (message: Collected, bytes: Buffer, messageBytesMax: number): void => {
  const { buffer, bytes: before } = message;
  message.bytes = before + bytes.length;
  if (before >= messageBytesMax) return;
  if (message.bytes > buffer.length && message.bytes <= messageBytesMax) {
    const wanted = Math.min(Math.max(2 * buffer.length, message.bytes), messageBytesMax);
    message.buffer = Buffer.concat([buffer.subarray(0, before)], wanted);
  }
  bytes.copy(message.buffer, Math.min(before, message.buffer.length));
};

const eventOf = ({ buffer, bytes }: Collected, messageBytesMax: number): MllpEvent =>
  bytes > messageBytesMax
    ? { type: 'too-long', start: buffer.subarray(0, Math.min(HEADER_BYTES_MAX, bytes)) }
    : { type: 'message', bytes: buffer.subarray(0, bytes) };
