import type { PixelDescription } from '../pixel-description.js';

const HEADER_BYTES = 64;
const RUN_MAX = 128;
/** Runs that are shorter don't pay (PS3.5 §G.3.1). */
const RUN_MIN = 3;

/**
 * A native frame, by pixel, of whole bytes a sample as RLE (PS3.5 Annex G): one segment for each byte of each sample, the most
 * significant first; rows are packed one by one, segments end on an even byte.
 */
export function encodeRle(it: PixelDescription, native: Uint8Array): Uint8Array {
  const cellBytes = it.bitsAllocated / 8;
  const segments = cellBytes * it.samplesPerPixel;
  const rowBytesMax = it.columns + Math.ceil(it.columns / RUN_MAX);
  const encoded = new Uint8Array(HEADER_BYTES + segments * (it.rows * rowBytesMax + 1));
  const header = new DataView(encoded.buffer);
  header.setUint32(0, segments, true);
  let at = HEADER_BYTES;
  for (let segment = 0; segment < segments; segment++) {
    header.setUint32((segment + 1) * 4, at, true);
    const sample = Math.floor(segment / cellBytes);
    const byte = cellBytes - 1 - (segment % cellBytes);
    const first = sample * cellBytes + byte;
    at = packPlane(it, native, { first, stride: segments, into: encoded, at });
  }
  return encoded.subarray(0, at);
}

type Plane = Readonly<{ first: number; stride: number; into: Uint8Array; at: number }>;

/** Packs every `stride`th byte from `first` on; gives where the next segment may begin. */
function packPlane(it: PixelDescription, native: Uint8Array, plane: Plane): number {
  const { first, stride, into } = plane;
  const row = new Uint8Array(it.columns);
  let { at } = plane;
  let from = first;
  for (let left = it.rows; left > 0; left--) {
    for (let column = 0; column < row.length; column++, from += stride)
      row[column] = native[from] ?? 0;
    at = packRow(row, into, at);
  }
  return at + (at % 2);
}

/** PackBits of one row (PS3.5 §G.3.1); gives where it ends. */
function packRow(row: Uint8Array, into: Uint8Array, start: number): number {
  let at = start;
  for (let from = 0; from < row.length; ) {
    const run = runAt(row, from, RUN_MAX);
    if (run >= RUN_MIN) {
      into[at++] = 257 - run;
      into[at++] = row[from] ?? 0;
      from += run;
      continue;
    }
    const end = literalEnd(row, from);
    into[at++] = end - from - 1;
    while (from < end) into[at++] = row[from++] ?? 0;
  }
  return at;
}

/** How many equal bytes there are from `at` on. */
function runAt(row: Uint8Array, at: number, max: number): number {
  const end = Math.min(row.length, at + max);
  let to = at + 1;
  while (to < end && row[to] === row[at]) to++;
  return to - at;
}

/** Where a stretch without runs that begins at `from` ends. */
function literalEnd(row: Uint8Array, from: number): number {
  const end = Math.min(row.length, from + RUN_MAX);
  let to = from + 1;
  while (to < end && runAt(row, to, RUN_MIN) < RUN_MIN) to++;
  return to;
}
