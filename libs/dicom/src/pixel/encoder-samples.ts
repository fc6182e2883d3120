import type { PixelDescription } from '../pixel-description.js';

/** What an encoder is given: one value per sample, by pixel, in the smallest array that holds the precision; signed ones as two's complement of `precision` bits. */
export type EncoderSamples = Readonly<{
  values: Uint8Array | Uint16Array;
  precision: number;
}>;

/** T.81 and T.87 know no samples of one bit. */
const PRECISION_MIN = 2;

/**
 * The samples of a native frame of 8 or 16 bits allocated, in little endian and by pixel. The precision is Bits Stored; where
 * a cell holds more than that (an overlay in its high bits, PS3.5 §8.1.1, or a value that isn't sign-extended) it is
 * Bits Allocated, so that nothing is lost; and where no more than 8 bits are stored in 16, since decoders take such a stream
 * for one of single bytes.
 */
export function encoderSamples(it: PixelDescription, native: Uint8Array): EncoderSamples {
  const cells = it.bitsAllocated === 16 ? wordsOf(native) : native;
  const isNarrow = it.bitsAllocated === 16 && it.bitsStored <= 8;
  const bits = !isNarrow && fitsBitsStored(it, cells) ? it.bitsStored : it.bitsAllocated;
  const precision = Math.max(PRECISION_MIN, bits);
  const isReady = cells.BYTES_PER_ELEMENT === (precision > 8 ? 2 : 1);
  if (isReady && (it.pixelRepresentation === 0 || precision === it.bitsAllocated))
    return { values: cells, precision };
  const values = precision > 8 ? new Uint16Array(cells.length) : new Uint8Array(cells.length);
  const mask = 2 ** precision - 1;
  for (let at = 0; at < cells.length; at++) values[at] = (cells[at] ?? 0) & mask;
  return { values, precision };
}

/** The samples of a signed image moved up by half their range, which is what T.800 §G.1 takes off unsigned ones. */
export function movedUp({ values, precision }: EncoderSamples): EncoderSamples {
  const half = 1 << (precision - 1);
  return { values: values.map((value) => value ^ half), precision };
}

/** The bytes of the samples, little endian. */
export const bytesOf = ({ values }: EncoderSamples): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function wordsOf(native: Uint8Array): Uint16Array {
  const isAligned = native.byteOffset % 2 === 0;
  const { buffer, byteOffset } = isAligned ? native : Uint8Array.from(native);
  return new Uint16Array(buffer, byteOffset, native.length >> 1);
}

function fitsBitsStored(it: PixelDescription, cells: Uint8Array | Uint16Array): boolean {
  if (it.bitsStored === it.bitsAllocated) return true;
  return it.pixelRepresentation === 0
    ? isBelow(cells, 2 ** it.bitsStored)
    : isSignExtended(cells, it);
}

function isBelow(cells: Uint8Array | Uint16Array, limit: number): boolean {
  let all = 0;
  for (let at = 0; at < cells.length; at++) all |= cells[at] ?? 0;
  return all < limit;
}

function isSignExtended(cells: Uint8Array | Uint16Array, it: PixelDescription): boolean {
  const half = 1 << (it.bitsStored - 1);
  const all = 2 ** it.bitsAllocated;
  for (let at = 0; at < cells.length; at++) {
    const value = cells[at] ?? 0;
    if (value >= half && value < all - half) return false;
  }
  return true;
}
