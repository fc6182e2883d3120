import type { DecodeRefusal, PixelDescription } from '../pixel-description.js';

/** What a codec gives: one value per sample, in the smallest array that holds its precision. */
export type Samples = Readonly<{
  ok: true;
  values: Uint8Array | Uint16Array;
  /** Bits of a value that carry the sample. */
  precision: number;
  /** Whether the bits above the precision already repeat the sign. */
  signExtended: boolean;
  /** Whether one plane follows the other (RRGGBB). */
  byPlane: boolean;
}>;

/** A codec's answer: values, or why there are none. */
export type Decoded = Samples | Refused;

/** A frame that was not decoded. */
export type Refused = Readonly<{ ok: false; reason: DecodeRefusal }>;

/** A refusal for `reason`. */
export const refused = (reason: DecodeRefusal): Refused => ({ ok: false, reason });

/** Lays samples out as native pixel cells (PS3.5 §8.1.1): by pixel, in the described allocation, signed ones sign-extended. */
export function toNative(it: PixelDescription, samples: Samples): Uint8Array | undefined {
  if (samples.precision > it.bitsAllocated) return undefined;
  if (it.bitsAllocated === 1) return packBits(samples.values);
  const target = cells(it.bitsAllocated, samples.values.length);
  if (target === undefined) return undefined;
  const shift = signShift(it, samples);
  const isReady = shift === 0 && !samples.byPlane && isSameWidth(target, samples.values);
  if (isReady) return bytesOf(samples.values);
  const planes = samples.byPlane ? it.samplesPerPixel : 1;
  const pixels = samples.values.length / planes;
  for (let plane = 0; plane < planes; plane++)
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = samples.values[plane * pixels + pixel] ?? 0;
      target[pixel * planes + plane] = (value << shift) >> shift;
    }
  return bytesOf(target);
}

/** How far a value of a signed sample is moved up and down again so that its sign fills the cell; 0 when there is nothing to fill. */
function signShift(it: PixelDescription, samples: Samples): number {
  const isSigned = it.pixelRepresentation === 1;
  if (!isSigned) return 0;
  const valueBits = samples.signExtended ? samples.values.BYTES_PER_ELEMENT * 8 : samples.precision;
  return valueBits === it.bitsAllocated ? 0 : 32 - valueBits;
}

function cells(bits: number, length: number): Uint8Array | Uint16Array | Uint32Array | undefined {
  if (bits === 8) return new Uint8Array(length);
  if (bits === 16) return new Uint16Array(length);
  return bits === 32 ? new Uint32Array(length) : undefined;
}

function isSameWidth(a: { BYTES_PER_ELEMENT: number }, b: { BYTES_PER_ELEMENT: number }): boolean {
  return a.BYTES_PER_ELEMENT === b.BYTES_PER_ELEMENT;
}

/** One-bit samples, the first in the lowest bit (PS3.5 §8.1.1). */
function packBits(values: Uint8Array | Uint16Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(values.length / 8));
  for (let at = 0; at < values.length; at++)
    if (values[at] !== 0) packed[at >> 3] = (packed[at >> 3] ?? 0) | (1 << (at & 7));
  return packed;
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
