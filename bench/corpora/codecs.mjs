import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const quiet = () => ({ print: () => undefined });
const openCodec = {
  j2k: () => require('@cornerstonejs/codec-openjpeg/wasmjs')(quiet()),
  jls: () => require('@cornerstonejs/codec-charls/wasmjs')(quiet()),
};

const square = (side) => ({
  width: side,
  height: side,
  bitsPerSample: 16,
  componentCount: 1,
  isSigned: false,
});

/** Returns a function that encodes one square 16-bit frame without loss; the WASM module stays loaded. */
export async function openEncoder(kind, side) {
  const codec = await openCodec[kind]();
  return (frame) => {
    const encoder = kind === 'j2k' ? new codec.J2KEncoder() : new codec.JpegLSEncoder();
    encoder.getDecodedBuffer(square(side)).set(frame);
    if (kind === 'j2k') encoder.setQuality(true, 0);
    else encoder.setNearLossless(0);
    encoder.encode();
    const encoded = Buffer.from(encoder.getEncodedBuffer());
    encoder.delete();
    return encoded;
  };
}

/** Returns a function that decodes one frame: the raw limit of a decoding row on this machine. */
export async function openDecoder(kind) {
  const codec = await openCodec[kind]();
  return (frame) => {
    const decoder = kind === 'j2k' ? new codec.J2KDecoder() : new codec.JpegLSDecoder();
    decoder.getEncodedBuffer(frame.length).set(frame);
    decoder.decode();
    const decoded = Buffer.from(decoder.getDecodedBuffer());
    decoder.delete();
    return decoded;
  };
}
