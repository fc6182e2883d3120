import { HEAP_BYTES_MAX, listeningModule, type WasmModule } from './wasm-codec.js';

/** The image as the encoders of the codec packages want it described. */
export type WasmImage = Readonly<{
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
  isSigned: boolean;
  isUsingColorTransform: boolean;
}>;

/** The part that all encoders of the codec packages have. */
export type WasmEncoder = {
  /** A view of module memory to copy the samples into. */
  getDecodedBuffer(image: WasmImage): Uint8Array;
  encode(): void;
  /** A view of module memory, gone after `delete`, or a copy. */
  getEncodedBuffer(): Uint8Array | Uint8ClampedArray;
  delete(): void;
};

type Package<Module extends WasmModule, Encoder extends WasmEncoder> = Readonly<{
  instantiate: (settings: object) => Promise<Module>;
  create: (module: Module, image: WasmImage) => Encoder;
}>;

/** Encodes samples of the image; undefined when it can't be done. */
export type EncodeWasm = (image: WasmImage, samples: Uint8Array) => Promise<Uint8Array | undefined>;

/** As with decoders the module is kept until a fault or until its memory, which never shrinks, has grown too large. */
export function wasmEncoder<Module extends WasmModule, Encoder extends WasmEncoder>({
  instantiate,
  create,
}: Package<Module, Encoder>): EncodeWasm {
  const modules = listeningModule(instantiate);
  return async (image, samples) => {
    const module = await modules.take();
    const encoded = modules.attempt(() => {
      const encoder = create(module, image);
      encoder.getDecodedBuffer(image).set(samples);
      encoder.encode();
      const bytes = Uint8Array.from(encoder.getEncodedBuffer());
      encoder.delete();
      return bytes;
    });
    if (encoded !== undefined && module.HEAPU8.length <= HEAP_BYTES_MAX) modules.keep(module);
    return modules.hasFailed() ? undefined : encoded;
  };
}
