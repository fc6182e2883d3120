import instantiate from '@cornerstonejs/codec-charls/wasmjs';
import type { JpegShape } from './encode-jpeg-lossless.js';
import { bytesOf, type EncoderSamples } from './encoder-samples.js';
import { wasmEncoder } from './wasm-encoder.js';

const LOSSLESS = 0;
const BY_PLANE = 0;
const BY_LINE = 1;

/** By the count of components: CharLS takes samples by pixel when it is to interleave them. */
const interleaveOf = (components: number): number => (components === 1 ? BY_PLANE : BY_LINE);

const encoders = [BY_PLANE, BY_LINE].map((interleave) =>
  wasmEncoder({
    instantiate,
    create: (module) => {
      const encoder = new module.JpegLSEncoder();
      encoder.setNearLossless(LOSSLESS);
      encoder.setInterleaveMode(interleave);
      return encoder;
    },
  }),
);

/** One JPEG-LS frame (T.87) without loss; colour is interleaved by line. Undefined when the codec fails. */
export async function encodeJpegLs(
  { rows, columns, components }: JpegShape,
  samples: EncoderSamples,
): Promise<Uint8Array | undefined> {
  const image = {
    width: columns,
    height: rows,
    bitsPerSample: samples.precision,
    componentCount: components,
    isSigned: false,
    isUsingColorTransform: false,
  };
  return encoders[interleaveOf(components)]?.(image, bytesOf(samples));
}
