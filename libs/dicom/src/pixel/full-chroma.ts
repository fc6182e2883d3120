import type { PixelDescription } from '../pixel-description.js';

/**
 * A native YBR_FULL_422 frame of 8 bits as YBR_FULL: of each Y Y CB CR (PS3.3 §C.7.6.3.1.2) two pixels are made that share
 * their chroma. Undefined for odd columns and other depths, which the standard doesn't have.
 */
export function fullChroma(it: PixelDescription, native: Uint8Array): Uint8Array | undefined {
  if (it.bitsAllocated !== 8 || it.columns % 2 === 1) return undefined;
  const full = new Uint8Array(it.rows * it.columns * 3);
  for (let from = 0, to = 0; to < full.length; from += 4) {
    const blue = native[from + 2] ?? 0;
    const red = native[from + 3] ?? 0;
    full[to++] = native[from] ?? 0;
    full[to++] = blue;
    full[to++] = red;
    full[to++] = native[from + 1] ?? 0;
    full[to++] = blue;
    full[to++] = red;
  }
  return full;
}
