import { type FrameIndex, frameRanges } from '#dicom/frame-index';
import { decodeFrameIndex } from '#dicom/frame-index-code';
import { inflatedFile } from '#dicom/inflated-file';
import { HEADER_LIMITS } from '#dicom/limits';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import type { ReadExtract } from '#index/extract-reader';
import type { InstanceView } from '#index/series-view';
import { type Allocate, type ByteRange, RANGE_BYTES_MAX } from '#storage/object-store';
import { bitFrame } from './bit-frame.js';
import { cutBuffer, cutRanges } from './frame-part.js';
import { instanceFile } from './instance-file.js';
import { instanceHeader } from './instance-header.js';
import type { LocatedInstance } from './locate.js';
import { openInstance, type ReadPorts } from './read-instance.js';

/** A stored frame: its length in bytes, and how it is opened, into a buffer of `allocate` where that is possible; only the bytes of `part`, when there is one, counted from its start. Encapsulated ones are their fragments, joined. */
export type StoredFrame = Readonly<{
  bytes: number;
  open: (allocate?: Allocate, part?: ByteRange) => Promise<Buffer | AsyncIterable<Buffer>>;
}>;

export type FramePorts = ReadPorts & Readonly<{ readExtract: ReadExtract }>;

/** The frames of an instance, counted from 0. */
export type FrameSource = Readonly<{
  count: number;
  frame: (frameIndex: number) => StoredFrame | undefined;
}>;

type OpenRange = (range: ByteRange, allocate?: Allocate) => Promise<Buffer | AsyncIterable<Buffer>>;

/** Without a buffer to read into, larger ranges come as a stream. */
const STREAMED = { bufferBytesMax: 1024 * 1024 };

/** Decoded once for each version of a series. */
const decoded = new WeakMap<InstanceView, FrameIndex>();

/** Undefined when the instance has no frames that can be told apart. */
export async function frameSource(
  ports: FramePorts,
  located: LocatedInstance,
): Promise<FrameSource | undefined> {
  const index = decoded.get(located.instance) ?? (await readIndex(ports, located));
  if (index === undefined) return undefined;
  const open =
    located.instance.transferSyntax === TransferSyntaxUid.DeflatedExplicitVRLittleEndian
      ? await inflatedOpener(ports, located)
      : (range: ByteRange, allocate?: Allocate) =>
          openInstance(ports, located, { range, allocate, ...(allocate ? {} : STREAMED) });
  return {
    count: index.kind === 'native' ? index.frames : index.frames.length,
    frame: (frameIndex) => storedFrame(index, frameIndex, open),
  };
}

/** A small index lies in the segment, a large one in the extract. */
async function readIndex(
  { readExtract }: FramePorts,
  located: LocatedInstance,
): Promise<FrameIndex | undefined> {
  const { frameIndex } = located.instance;
  const encoded =
    frameIndex === 'extract' ? (await instanceHeader(readExtract, located)).frameIndex : frameIndex;
  if (encoded === null) return undefined;
  const index = decodeFrameIndex(encoded);
  decoded.set(located.instance, index);
  return index;
}

/** Ranges of a deflated instance count in its inflated data set; getting there means inflating all that comes before. */
async function inflatedOpener(ports: FramePorts, located: LocatedInstance): Promise<OpenRange> {
  const { dataSetStart } = await instanceHeader(ports.readExtract, located);
  return async ({ start, end }) => {
    const file = instanceFile(ports, located);
    const inflated = inflatedFile(file, dataSetStart, HEADER_LIMITS.inflatedBytesMax);
    try {
      return Buffer.from(await inflated.read(start, end));
    } finally {
      inflated.close();
    }
  };
}

function storedFrame(
  index: FrameIndex,
  frameIndex: number,
  open: OpenRange,
): StoredFrame | undefined {
  const ranges = frameRanges(index, frameIndex)?.map(toByteRange);
  const first = ranges?.[0];
  if (ranges === undefined || first === undefined) return undefined;
  if (index.kind === 'native' && index.frameBits !== undefined)
    return packedFrame(first, frameIndex, index.frameBits, open);
  return {
    bytes: ranges.reduce((sum, { start, end }) => sum + end - start, 0),
    open: async (allocate, part) => {
      const wanted = cutRanges(ranges, part);
      const [only, ...more] = wanted;
      if (only !== undefined && more.length === 0) return open(only, allocate);
      return areClose(wanted) ? cutOut(wanted, open) : joined(wanted, open);
    },
  };
}

const toByteRange = ([start, bytes]: readonly [number, number]): ByteRange => ({
  start,
  end: start + bytes,
});

const packedFrame = (
  range: ByteRange,
  frameIndex: number,
  frameBits: number,
  open: OpenRange,
): StoredFrame => ({
  bytes: Math.ceil(frameBits / 8),
  open: async (_allocate, part) =>
    cutBuffer(bitFrame(await bufferOf(await open(range)), frameIndex, frameBits), part),
});

const GAPS_BYTES_MAX = 64 * 1024;

/** Fragments that follow each other with nothing but item headers between are read together. */
function areClose(ranges: readonly ByteRange[]): boolean {
  let gaps = 0;
  for (const [at, { start }] of ranges.entries()) {
    const gap = start - (ranges[at - 1]?.end ?? start);
    if (gap < 0) return false;
    gaps += gap;
  }
  return gaps <= GAPS_BYTES_MAX && spanOf(ranges).end - spanOf(ranges).start <= RANGE_BYTES_MAX;
}

const spanOf = (ranges: readonly ByteRange[]): ByteRange => ({
  start: ranges[0]?.start ?? 0,
  end: ranges.at(-1)?.end ?? 0,
});

async function cutOut(ranges: readonly ByteRange[], open: OpenRange): Promise<Buffer> {
  const span = spanOf(ranges);
  const bytes = await bufferOf(await open(span));
  return Buffer.concat(
    ranges.map(({ start, end }) => bytes.subarray(start - span.start, end - span.start)),
  );
}

async function* joined(ranges: readonly ByteRange[], open: OpenRange): AsyncGenerator<Buffer> {
  for (const range of ranges) {
    const part = await open(range);
    if (Buffer.isBuffer(part)) yield part;
    else yield* part;
  }
}

/** All of an opened frame in one buffer; for frames whose length has been checked. */
export async function bufferOf(body: Buffer | AsyncIterable<Buffer>): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
