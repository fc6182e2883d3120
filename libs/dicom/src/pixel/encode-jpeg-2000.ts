import instantiateOpenJpeg from '@cornerstonejs/codec-openjpeg/wasmjs';
import instantiateOpenJph from '@cornerstonejs/codec-openjph/wasmjs';
import type { JpegShape } from './encode-jpeg-lossless.js';
import { bytesOf, type EncoderSamples, movedUp } from './encoder-samples.js';
import { readJ2kHeader } from './j2k-header.js';
import { type EncodeWasm, type WasmImage, wasmEncoder } from './wasm-encoder.js';

const NO_LIMIT = 0;
const SIGNED = 0x80;
const DECOMPOSITIONS_MAX = 5;

const openJpeg = wasmEncoder({
  instantiate: instantiateOpenJpeg,
  create: (module, image) => {
    const encoder = new module.J2KEncoder();
    encoder.setDecompositions(decompositionsOf(image));
    encoder.setQuality(true, 1);
    encoder.setCompressionRatio(0, NO_LIMIT);
    return encoder;
  },
});

const openJph = wasmEncoder({
  instantiate: instantiateOpenJph,
  create: (module) => {
    const encoder = new module.HTJ2KEncoder();
    encoder.setDecompositions(DECOMPOSITIONS_MAX);
    encoder.setQuality(true, NO_LIMIT);
    return encoder;
  },
});

/** As many halvings as the shorter side allows: OpenJPEG refuses more. (OpenJPH takes any count but is wrong at 0.) */
function decompositionsOf({ width, height }: WasmImage): number {
  return Math.min(DECOMPOSITIONS_MAX, Math.floor(Math.log2(Math.min(width, height))));
}

type Encode = (
  shape: JpegShape,
  samples: EncoderSamples,
  isSigned: boolean,
) => Promise<Uint8Array | undefined>;

/** Reversible JPEG 2000 codestreams (T.800); three components are RGB and get the reversible transform (YBR_RCT). Undefined when the codec fails. */
export const encodeJ2k: Encode = encodeWith(openJpeg);

/** The same as High-Throughput codestreams (T.814). */
export const encodeHtj2k: Encode = encodeWith(openJph);

/**
 * Signed samples go in moved up, and the codestream is told afterwards that they are signed: not all encoders take signed ones
 * of 8 bits, and the coefficients are the same.
 */
function encodeWith(encode: EncodeWasm): Encode {
  return async ({ rows, columns, components }, samples, isSigned) => {
    const image = {
      width: columns,
      height: rows,
      bitsPerSample: samples.precision,
      componentCount: components,
      isSigned: false,
      isUsingColorTransform: components === 3,
    };
    const codestream = await encode(image, bytesOf(isSigned ? movedUp(samples) : samples));
    if (codestream === undefined) return undefined;
    const header = readJ2kHeader(codestream);
    if (header === undefined) return undefined;
    if (isSigned) codestream[header.depthAt] = (samples.precision - 1) | SIGNED;
    return codestream;
  };
}
