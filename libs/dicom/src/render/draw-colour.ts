import { isSubsampled, type PixelDescription } from '../pixel-description.js';

/**
 * Red, green and blue of each pixel from native three-sample pixels (PS3.3 §C.7.6.3.1.2); undefined for a photometric
 * interpretation or an allocation that has no picture here.
 */
export function drawColour(bytes: Uint8Array, it: PixelDescription): Uint8Array | undefined {
  const samples = samplesOf(bytes, it);
  if (samples === undefined || it.samplesPerPixel !== 3) return undefined;
  const pixels = it.rows * it.columns;
  switch (it.photometricInterpretation) {
    case 'YBR_FULL':
      return fromFull(samples, pixels);
    case 'YBR_FULL_422':
      return fromFull(isSubsampled(it) ? widened(samples, pixels) : samples, pixels);
    case 'YBR_PARTIAL_422':
      return fromPartial(widened(samples, pixels), pixels);
    case 'YBR_RCT':
    case 'YBR_ICT':
    case 'YBR_PARTIAL_420':
    case 'HSV':
      return undefined;
    default:
      return samples.subarray(0, pixels * 3);
  }
}

/** Samples of eight bits: deeper ones lose their lower bits. */
function samplesOf(bytes: Uint8Array, it: PixelDescription): Uint8Array | undefined {
  if (it.bitsAllocated === 8 && it.bitsStored === 8) return bytes;
  if (it.bitsAllocated === 8) return bytes.map((value) => scaled(value, it.bitsStored));
  const sampleBytes = it.bitsAllocated / 8;
  if (sampleBytes !== 2 && sampleBytes !== 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Uint8Array(bytes.byteLength / sampleBytes);
  for (let at = 0; at < samples.length; at++) {
    const value = sampleBytes === 2 ? view.getUint16(at * 2, true) : view.getUint32(at * 4, true);
    samples[at] = scaled(value, it.bitsStored);
  }
  return samples;
}

const scaled = (value: number, bits: number): number =>
  Math.round(((value % 2 ** bits) * 255) / (2 ** bits - 1));

/** Y Y Cb Cr of two pixels → Y Cb Cr of each. */
function widened(samples: Uint8Array, pixels: number): Uint8Array {
  const whole = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const pair = (pixel >> 1) * 4;
    whole[pixel * 3] = samples[pair + (pixel & 1)] ?? 0;
    whole[pixel * 3 + 1] = samples[pair + 2] ?? 0;
    whole[pixel * 3 + 2] = samples[pair + 3] ?? 0;
  }
  return whole;
}

/** ITU-R BT.601 over all 256 values, as in JFIF. */
function fromFull(samples: Uint8Array, pixels: number): Uint8Array {
  const drawn = new Uint8ClampedArray(pixels * 3);
  for (let at = 0; at < drawn.length; at += 3) {
    const y = samples[at] ?? 0;
    const cb = (samples[at + 1] ?? 0) - 128;
    const cr = (samples[at + 2] ?? 0) - 128;
    drawn[at] = y + 1.402 * cr;
    drawn[at + 1] = y - 0.344136 * cb - 0.714136 * cr;
    drawn[at + 2] = y + 1.772 * cb;
  }
  return new Uint8Array(drawn.buffer);
}

/** The same with black at 16, white at 235 and chroma from 16 to 240. */
function fromPartial(samples: Uint8Array, pixels: number): Uint8Array {
  const drawn = new Uint8ClampedArray(pixels * 3);
  for (let at = 0; at < drawn.length; at += 3) {
    const y = 1.164383 * ((samples[at] ?? 0) - 16);
    const cb = (samples[at + 1] ?? 0) - 128;
    const cr = (samples[at + 2] ?? 0) - 128;
    drawn[at] = y + 1.596027 * cr;
    drawn[at + 1] = y - 0.391762 * cb - 0.812968 * cr;
    drawn[at + 2] = y + 2.017232 * cb;
  }
  return new Uint8Array(drawn.buffer);
}
