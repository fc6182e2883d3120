import { isSubsampled, nativeFrameBytes, type PixelDescription } from '../pixel-description.js';

/** A native frame that was stored big endian, in little endian (PS3.5 §7.3); undefined when its words can't be told. */
export function fromBigEndian(it: PixelDescription, bytes: Uint8Array): Uint8Array | undefined {
  const isWords = it.bitsAllocated > 8 || it.pixelDataVr === 'OW';
  if (!isWords) return bytes;
  return bytes.length % 2 === 0 ? swapped(bytes, 2) : undefined;
}

/** A copy with the bytes of each word of `wordBytes` reversed; an incomplete word at the end stays as it is. */
export function swapped(bytes: Uint8Array, wordBytes: 2 | 4 | 8): Uint8Array {
  const copy = Buffer.from(bytes);
  const whole = copy.subarray(0, copy.length - (copy.length % wordBytes));
  if (wordBytes === 2) whole.swap16();
  if (wordBytes === 4) whole.swap32();
  if (wordBytes === 8) whole.swap64();
  return new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength);
}

/** A native frame by pixel; one whose planes follow each other is interleaved. */
export function byPixel(it: PixelDescription, bytes: Uint8Array): Uint8Array {
  const cellBytes = it.bitsAllocated / 8;
  const isByPlane = it.planarConfiguration === 1 && it.samplesPerPixel > 1 && !isSubsampled(it);
  if (!isByPlane || cellBytes < 1) return bytes;
  const pixels = it.rows * it.columns;
  const result = new Uint8Array(nativeFrameBytes(it));
  let from = 0;
  for (let plane = 0; plane < it.samplesPerPixel; plane++)
    for (let pixel = 0; pixel < pixels; pixel++) {
      const to = (pixel * it.samplesPerPixel + plane) * cellBytes;
      for (let byte = 0; byte < cellBytes; byte++) result[to + byte] = bytes[from++] ?? 0;
    }
  return result;
}
