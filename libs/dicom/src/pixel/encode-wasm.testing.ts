import { createRequire } from 'node:module';

/** The image as the encoders of the codec packages want it described. */
export type EncoderInput = Readonly<{
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform: boolean;
}>;

type Encoder = {
  getDecodedBuffer(input: EncoderInput): Uint8Array;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  setInterleaveMode?(mode: number): void;
  delete(): void;
};

const PACKAGES = {
  jpeg: ['@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs', 'JPEGEncoder'],
  'jpeg-ls': ['@cornerstonejs/codec-charls/wasmjs', 'JpegLSEncoder'],
  'jpeg-2000': ['@cornerstonejs/codec-openjpeg/wasmjs', 'J2KEncoder'],
  htj2k: ['@cornerstonejs/codec-openjph/wasmjs', 'HTJ2KEncoder'],
} as const;

/** Encodes native bytes; `interleaveMode` is JPEG-LS's: 0 by plane, 1 by line, 2 by pixel. */
export async function encodeWasm(
  coding: keyof typeof PACKAGES,
  input: EncoderInput,
  native: Uint8Array,
  interleaveMode?: number,
): Promise<Uint8Array> {
  const [name, encoderName] = PACKAGES[coding];
  const instantiate = createRequire(import.meta.url)(name);
  const module = await instantiate({ print: () => undefined });
  const encoder: Encoder = new module[encoderName]();
  encoder.getDecodedBuffer(input).set(native);
  if (interleaveMode !== undefined) encoder.setInterleaveMode?.(interleaveMode);
  encoder.encode();
  const encoded = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();
  return encoded;
}
