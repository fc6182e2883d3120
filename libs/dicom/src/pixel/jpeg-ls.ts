import instantiate from '@cornerstonejs/codec-charls/decodewasmjs';
import type { JpegHeader } from './jpeg-header.js';
import { type Decoded, refused } from './samples.js';
import { wasmCodec } from './wasm-codec.js';

const JPEG_LS = 7;
const BY_PLANE = 0;

const codec = wasmCodec({
  instantiate,
  create: (module) => new module.JpegLSDecoder(),
  inspect: (decoder) => decoder.getInterleaveMode(),
});

/** One JPEG-LS frame (T.87), lossless or near-lossless, any interleave mode. */
export async function decodeJpegLs(bytes: Uint8Array, header: JpegHeader): Promise<Decoded> {
  if (header.process !== JPEG_LS) return refused('no-codec');
  const frame = await codec([bytes]);
  if (frame === undefined) return refused('corrupt');
  return {
    ok: true,
    values: valuesOf(frame.bytes, header.precision),
    precision: header.precision,
    signExtended: false,
    byPlane: header.components.length > 1 && frame.fact === BY_PLANE,
  };
}

/** The codecs' bytes as values: above 8 bits they use two bytes, little endian as every machine that runs WASM here. */
export function valuesOf(bytes: Uint8Array, precision: number): Uint8Array | Uint16Array {
  return precision > 8
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1)
    : bytes;
}
