/**
 * Frame `frameIndex` (from 0) of bit-packed pixels, as if it began on a byte: `bytes` hold it from the byte that its first bit lies in,
 * lowest bit first (PS3.5 §8.1.1). Bits behind its end are zero.
 */
export function bitFrame(bytes: Buffer, frameIndex: number, frameBits: number): Buffer {
  const shift = (frameIndex * frameBits) % 8;
  const frame = Buffer.alloc(Math.ceil(frameBits / 8));
  for (let at = 0; at < frame.length; at++) {
    const low = (bytes[at] ?? 0) >>> shift;
    const high = (bytes[at + 1] ?? 0) << (8 - shift);
    frame[at] = low | high;
  }
  const rest = frameBits % 8;
  if (rest > 0) frame[frame.length - 1] = (frame.at(-1) ?? 0) & ((1 << rest) - 1);
  return frame;
}
