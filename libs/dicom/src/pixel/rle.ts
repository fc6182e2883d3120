import { nativeFrameBytes, type PixelDescription } from '../pixel-description.js';

const HEADER_BYTES = 64;
const SEGMENTS_MAX = 15;

/**
 * One RLE frame (PS3.5 Annex G) as native bytes: each segment is one byte plane of one sample, the most significant first.
 * Undefined when the header, the count of segments or a segment's length doesn't fit the description.
 */
export function decodeRle(it: PixelDescription, encoded: Uint8Array): Uint8Array | undefined {
  const cellBytes = Math.ceil(it.bitsAllocated / 8);
  const planes = it.samplesPerPixel * cellBytes;
  const offsets = segmentOffsets(encoded, planes);
  if (offsets === undefined) return undefined;
  const native = new Uint8Array(nativeFrameBytes(it));
  for (let plane = 0; plane < planes; plane++) {
    const sample = Math.floor(plane / cellBytes);
    const byte = cellBytes - 1 - (plane % cellBytes);
    const segment = encoded.subarray(offsets[plane], offsets[plane + 1]);
    if (!unpack(segment, { into: native, first: sample * cellBytes + byte, stride: planes }))
      return undefined;
  }
  return native;
}

/** Where each segment starts, and after the last one the end of the frame. */
function segmentOffsets(encoded: Uint8Array, planes: number): number[] | undefined {
  if (encoded.length < HEADER_BYTES || planes > SEGMENTS_MAX) return undefined;
  const header = new DataView(encoded.buffer, encoded.byteOffset, HEADER_BYTES);
  if (header.getUint32(0, true) !== planes) return undefined;
  const offsets: number[] = [];
  for (let plane = 0; plane < planes; plane++)
    offsets.push(header.getUint32((plane + 1) * 4, true));
  offsets.push(encoded.length);
  const isAscending = offsets.every((offset, at) => offset >= (offsets[at - 1] ?? HEADER_BYTES));
  return isAscending && (offsets.at(-2) ?? 0) <= encoded.length ? offsets : undefined;
}

type Plane = Readonly<{ into: Uint8Array; first: number; stride: number }>;

/** PackBits (PS3.5 §G.3.2): stops when the plane is full; padding after it is no error, too little is. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the codec's inner loop, once per byte
function unpack(segment: Uint8Array, { into, first, stride }: Plane): boolean {
  let to = first;
  let from = 0;
  while (to < into.length && from < segment.length) {
    const control = segment[from++] ?? 0;
    if (control < 128) {
      const end = Math.min(from + control + 1, segment.length);
      for (; from < end && to < into.length; to += stride) into[to] = segment[from++] ?? 0;
    } else if (control > 128) {
      if (from >= segment.length) return false;
      const value = segment[from++] ?? 0;
      for (let left = 257 - control; left > 0 && to < into.length; left--, to += stride)
        into[to] = value;
    }
  }
  return to >= into.length;
}
