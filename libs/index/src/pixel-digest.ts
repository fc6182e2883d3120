import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { FrameIndex, FrameRange } from '#dicom/frame-index';
import { decodeFrameIndex, type EncodedFrameIndex } from '#dicom/frame-index-code';

/** Length of a digest of pixels in bytes. */
export const PIXEL_DIGEST_BYTES = 16;
/** What is smaller is a mark or a test, alike in many studies. */
export const PIXEL_BYTES_MIN = 256;

/** Where the pixels of a file are, and what is equal with them when pictures are: their size, or that they are coded. */
export type PixelSource = Readonly<{ ranges: readonly FrameRange[]; shape: string }>;

/** Digests the pixels of one file, whose bytes go by in their order. */
export type PixelDigester = Readonly<{
  update: (chunk: Uint8Array) => void;
  /** Undefined: there is nothing in them to tell pictures apart by. */
  digest: () => Buffer | undefined;
}>;

export type ImageShape = Readonly<{
  rows: number | null;
  columns: number | null;
  bitsAllocated: number | null;
}>;

/** The key that digests of pixels are made with: without it they tell nothing of pictures that somebody has. */
export const pixelKeyOf = (lookupKey: Buffer): KeyObject =>
  createSecretKey(createHmac('sha256', lookupKey).update('pixels').digest());

/** Undefined when the frames of a file aren't known, or lie in a data set that is deflated as a whole. */
export function pixelSourceOf(
  { frameIndex, deflated }: Readonly<{ frameIndex: EncodedFrameIndex | null; deflated: boolean }>,
  { rows, columns, bitsAllocated }: ImageShape,
): PixelSource | undefined {
  if (frameIndex === null || deflated) return undefined;
  const ranges = rangesOf(decodeFrameIndex(frameIndex));
  const bytes = ranges.reduce((sum, [, length]) => sum + length, 0);
  if (bytes < PIXEL_BYTES_MIN) return undefined;
  const isNative = frameIndex[0] === 'n';
  return { ranges, shape: isNative ? `native ${rows} ${columns} ${bitsAllocated}` : 'coded' };
}

/** In the order of the file: padding and tables of offsets are no part of the picture. */
function rangesOf(index: FrameIndex): readonly FrameRange[] {
  if (index.kind === 'encapsulated') return index.frames.flat().toSorted(([a], [b]) => a - b);
  const { offset, frameBytes, frames, frameBits } = index;
  const bytes = frameBits === undefined ? frameBytes * frames : Math.ceil((frameBits * frames) / 8);
  return [[offset, bytes]];
}

/** Feeds what lies in the ranges to a keyed digest, chunk by chunk. */
export function pixelDigester(key: KeyObject, { ranges, shape }: PixelSource): PixelDigester {
  const hmac = createHmac('sha256', key).update(`${shape}\0`);
  let at = 0;
  let next = 0;
  let first: number | undefined;
  let isFlat = true;
  const take = (bytes: Uint8Array): void => {
    first ??= bytes[0];
    if (isFlat) isFlat = bytes.every((byte) => byte === first);
    hmac.update(bytes);
  };
  return {
    update: (chunk) => {
      const end = at + chunk.length;
      for (let range = ranges[next]; range !== undefined && range[0] < end; range = ranges[next]) {
        const [start, length] = range;
        take(chunk.subarray(Math.max(0, start - at), start + length - at));
        if (start + length > end) break;
        next += 1;
      }
      at = end;
    },
    digest: () => (isFlat ? undefined : hmac.digest().subarray(0, PIXEL_DIGEST_BYTES)),
  };
}
