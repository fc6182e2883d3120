import type { Readable } from 'node:stream';
import { Dicer } from '@fastify/busboy';
import { MultipartError } from './multipart-error.js';

/** `partHeaderBytesMax` counts names and values; preamble and epilogue are bounded to within a slice of 64 KiB. */
export type MultipartBounds = Readonly<{
  partsMax: number;
  partHeaderBytesMax: number;
  partHeadersMax: number;
  preambleBytesMax: number;
  epilogueBytesMax: number;
}>;

/** A part that has begun; its bytes wait in `stream`. `headers` is undefined until they are whole, `ended` set once all bytes were read. */
export type BegunPart = {
  readonly stream: Readable;
  headers: ReadonlyMap<string, string> | undefined;
  ended: boolean;
};

/** A body being split. `loose` counts the bytes fed since a part last began, `latest`; `closed`: the closing boundary was seen and all parts read. */
export type Split = {
  readonly dicer: Dicer;
  readonly slices: AsyncGenerator<Buffer, void, undefined>;
  readonly bounds: MultipartBounds;
  readonly begun: BegunPart[];
  latest: BegunPart | undefined;
  parts: number;
  loose: number;
  closed: boolean;
};

/** What Dicer is given at once; so much of the body waits here at most. */
const SLICE_BYTES_MAX = 64 * 1024;
/** Above a slice, so that Dicer itself never holds back: it is fed only when bytes are wanted. */
const PART_HIGH_WATER_MARK = 2 * SLICE_BYTES_MAX;

/** Dicer, driven by demand. It is never ended: what its end would tell is known here, and its error events come too late. */
export function openSplit(
  source: AsyncIterable<Buffer>,
  boundary: string,
  bounds: MultipartBounds,
): Split {
  const settings = {
    boundary,
    maxHeaderPairs: bounds.partHeadersMax + 1,
    maxHeaderSize: 2 * bounds.partHeaderBytesMax,
    partHwm: PART_HIGH_WATER_MARK,
  };
  const dicer = new Dicer(settings);
  const split: Split = {
    dicer,
    slices: slicesOf(source),
    bounds,
    begun: [],
    latest: undefined,
    parts: 0,
    loose: 0,
    closed: false,
  };
  dicer.on('part', (stream) => {
    split.parts += 1;
    split.loose = 0;
    if (split.parts > bounds.partsMax) throw new MultipartError('too-many-parts');
    split.latest = watched(stream, bounds);
    split.begun.push(split.latest);
  });
  dicer.on('finish', () => {
    split.closed = true;
  });
  return split;
}

/** The next part, its headers read; undefined after the last, when the source has been read to its end. */
export async function nextPart(split: Split): Promise<BegunPart | undefined> {
  while (split.begun.length === 0) if (!(await feed(split))) return endOf(split);
  const part = split.begun.shift();
  while (part !== undefined && part.headers === undefined && !(await isBare(part)))
    if (!(await feed(split))) throw new MultipartError('truncated');
  return part;
}

/** Bytes of a part as they come, slices of what the source gave. */
export async function* bytesOf(split: Split, part: BegunPart): AsyncGenerator<Buffer, void> {
  for (;;) {
    const bytes: Buffer | null = part.stream.read();
    if (bytes !== null) yield bytes;
    else if (await hasEnded(part)) return;
    else if (!(await feed(split))) throw new MultipartError('truncated');
  }
}

const endOf = ({ parts, closed }: Split): undefined => {
  if (parts === 0) throw new MultipartError('no-parts');
  if (!closed) throw new MultipartError('truncated');
};

/** False at the end of the source. */
const feed = async (split: Split): Promise<boolean> => {
  const { done, value } = await split.slices.next();
  if (done) return false;
  split.loose += value.length;
  const fault = looseFault(split);
  if (fault !== undefined) throw new MultipartError(fault);
  if (!split.closed)
    await new Promise<void>((resolve) => split.dicer.write(value, () => resolve()));
  return true;
};

const looseFault = ({ latest, loose, closed, bounds }: Split) => {
  const bytes = loose - SLICE_BYTES_MAX;
  if (closed) return bytes > bounds.epilogueBytesMax ? 'epilogue-too-long' : undefined;
  if (latest === undefined)
    return bytes > bounds.preambleBytesMax ? 'preamble-too-long' : undefined;
  const inHeader = latest.headers === undefined && !latest.ended;
  return inHeader && bytes > bounds.partHeaderBytesMax ? 'part-header-too-long' : undefined;
};

/** A part whose boundary came before the end of its header has no bytes; its stream only tells so when asked for some. */
const isBare = async (part: BegunPart): Promise<boolean> =>
  part.stream.read() === null && (await hasEnded(part));

/** A stream tells its end one tick after its last byte was read. */
const hasEnded = async (part: BegunPart): Promise<boolean> => {
  if (!part.ended) await new Promise<void>((resolve) => process.nextTick(resolve));
  return part.ended;
};

const watched = (stream: Readable, bounds: MultipartBounds): BegunPart => {
  const part: BegunPart = { stream, headers: undefined, ended: false };
  stream.once('header', (header: Readonly<Record<string, readonly string[]>>) => {
    part.headers = headersOf(header, bounds);
  });
  stream.once('end', () => {
    part.ended = true;
  });
  return part;
};

const headersOf = (
  header: Readonly<Record<string, readonly string[]>>,
  bounds: MultipartBounds,
) => {
  const headers = new Map<string, string>();
  let [count, bytes] = [0, 0];
  for (const [name, values] of Object.entries(header)) {
    headers.set(name, values.map((value) => value.trim()).join(', '));
    count += values.length;
    for (const value of values) bytes += name.length + value.length;
  }
  if (count > bounds.partHeadersMax || bytes > bounds.partHeaderBytesMax)
    throw new MultipartError('part-header-too-long');
  return headers;
};

async function* slicesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of source)
    for (let start = 0; start < chunk.length; start += SLICE_BYTES_MAX)
      yield chunk.length <= SLICE_BYTES_MAX
        ? chunk
        : chunk.subarray(start, start + SLICE_BYTES_MAX);
}
