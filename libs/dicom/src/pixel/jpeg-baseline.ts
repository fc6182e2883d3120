import instantiate from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import type { PixelDescription } from '../pixel-description.js';
import { type JpegHeader, jpegSegments } from './jpeg-header.js';
import { type Decoded, refused } from './samples.js';
import { wasmCodec } from './wasm-codec.js';

const codec = wasmCodec({
  instantiate,
  create: (module) => new module.JPEGDecoder(),
  inspect: () => undefined,
});

/** Sequential and progressive Huffman-coded frames of 8 bits (T.81 processes 1, 2, 10); colour comes out as RGB. */
export async function decodeJpeg8(
  it: PixelDescription,
  bytes: Uint8Array,
  header: JpegHeader,
): Promise<Decoded> {
  if (header.precision !== 8 || header.process > 2) return refused('no-codec');
  const isColour = header.components.length === 3;
  const parts = isColour ? withTransform(bytes, transformOf(it, header)) : [bytes];
  const frame = await codec(parts);
  if (frame === undefined) return refused('corrupt');
  return { ok: true, values: frame.bytes, precision: 8, signExtended: false, byPlane: false };
}

const TRANSFORM_RGB = 0;
const TRANSFORM_YCC = 1;

/**
 * Whether the three components are RGB or YCbCr. What the stream says wins, JFIF before Adobe, since data sets are often
 * wrong; where it is silent, subsampled components can only be chroma, and else Photometric Interpretation decides.
 */
function transformOf(it: PixelDescription, header: JpegHeader): number {
  if (header.isJfif) return TRANSFORM_YCC;
  if (header.adobeTransform === TRANSFORM_RGB || header.adobeTransform === TRANSFORM_YCC)
    return header.adobeTransform;
  if (header.components.map((one) => one.id).join() === '82,71,66') return TRANSFORM_RGB;
  const [luma, ...chroma] = header.components;
  const isSubsampled = chroma.some(
    (one) => one.horizontal !== luma?.horizontal || one.vertical !== luma.vertical,
  );
  return it.photometricInterpretation === 'RGB' && !isSubsampled ? TRANSFORM_RGB : TRANSFORM_YCC;
}

/** The stream with an Adobe APP14 segment of our own, the one hint that the decoder always follows, in place of its APP0 and APP14. */
function withTransform(bytes: Uint8Array, transform: number): Uint8Array[] {
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];
  const parts: Uint8Array[] = [new Uint8Array([0xff, 0xd8, ...adobe])];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let kept = 2;
  for (const { marker, start, end } of jpegSegments(view))
    if (marker === 0xe0 || marker === 0xee) {
      parts.push(bytes.subarray(kept, start - 4));
      kept = end;
    }
  return [...parts, bytes.subarray(kept)];
}
