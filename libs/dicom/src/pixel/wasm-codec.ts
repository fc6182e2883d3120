/** The part that all decoders of the codec packages have; its memory lies in the module until `delete`. */
export type WasmDecoder = {
  /** A view of module memory to copy the encoded bytes into. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  /** A view of module memory, gone after `delete` or the next allocation, or a copy. */
  getDecodedBuffer(): Uint8Array | Uint8ClampedArray;
  getFrameInfo(): WasmFrameInfo;
  delete(): void;
};

/** What the decoder found in the encoded frame. */
export type WasmFrameInfo = Readonly<{
  width: number;
  height: number;
  bitsPerSample: number;
  componentCount: number;
}>;

/** A decoded frame, copied out of the module's memory; `fact` is what only this decoder tells. */
export type WasmFrame<Fact> = Readonly<{ bytes: Uint8Array; info: WasmFrameInfo; fact: Fact }>;

/** Decodes the frame whose encoded bytes are `parts`, one after the other; undefined when it can't be done. */
export type WasmCodec<Fact> = (
  parts: readonly Uint8Array[],
) => Promise<WasmFrame<Fact> | undefined>;

/** A codec package that runs. */
export type WasmModule = Readonly<{ HEAPU8: Uint8Array }>;

/** How a codec package is used. */
type Package<Module extends WasmModule, Decoder extends WasmDecoder, Fact> = Readonly<{
  instantiate: (settings: object) => Promise<Module>;
  create: (module: Module) => Decoder;
  inspect: (decoder: Decoder) => Fact;
}>;

/** Module memory never shrinks: one that has grown beyond this is given up after its frame. */
export const HEAP_BYTES_MAX = 256 * 1024 * 1024;

/**
 * The module is made at the first frame and kept for the next ones; a fault inside it, which may have damaged or leaked
 * its memory, costs the module. Some codecs only print that they failed: then there is no frame either.
 */
export function wasmCodec<Module extends WasmModule, Decoder extends WasmDecoder, Fact>({
  instantiate,
  create,
  inspect,
}: Package<Module, Decoder, Fact>): WasmCodec<Fact> {
  const modules = listeningModule(instantiate);
  return async (parts) => {
    const module = await modules.take();
    const frame = modules.attempt(() => {
      const decoder = create(module);
      const bytes = decode(module, decoder, parts);
      const decoded = { bytes, info: { ...decoder.getFrameInfo() }, fact: inspect(decoder) };
      decoder.delete();
      return decoded;
    });
    if (frame !== undefined && module.HEAPU8.length <= HEAP_BYTES_MAX) modules.keep(module);
    return modules.hasFailed() ? undefined : frame;
  };
}

/** Makes modules of a package and keeps one; listens to what it prints. */
export function listeningModule<Module extends WasmModule>(
  instantiate: (settings: object) => Promise<Module>,
) {
  let kept: Module | undefined;
  let hasFailed = false;
  const listen = (line: string) => {
    hasFailed ||= /error|fail/i.test(line);
  };
  return {
    take: async (): Promise<Module> => {
      const module = kept ?? (await instantiate({ print: listen, printErr: listen }));
      kept = undefined;
      return module;
    },
    keep: (module: Module): void => {
      kept = module;
    },
    /** What `action` gives; undefined when it ended in a fault. */
    attempt: <Result>(action: () => Result): Result | undefined => {
      hasFailed = false;
      return attempt(action);
    },
    /** Whether the module printed, during the last attempt, that it failed. */
    hasFailed: () => hasFailed,
  };
}

/** C++ exceptions come out as numbers, full memory as a RuntimeError: to the caller both mean a frame that can't be decoded. */
function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function decode(
  module: WasmModule,
  decoder: WasmDecoder,
  parts: readonly Uint8Array[],
): Uint8Array {
  const encoded = decoder.getEncodedBuffer(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    encoded.set(part, at);
    at += part.length;
  }
  decoder.decode();
  const decoded = decoder.getDecodedBuffer();
  const isCopy = decoded.buffer !== module.HEAPU8.buffer;
  return isCopy
    ? new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength)
    : new Uint8Array(decoded);
}
