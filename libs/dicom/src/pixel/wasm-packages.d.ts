// biome-ignore-all lint/style/noDefaultExport: this is how the packages export
/** What the codec packages export; they ship no declarations of their own. */
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  type Decoder = import('./wasm-codec.js').WasmDecoder & { getInterleaveMode(): number };
  const instantiate: (settings: object) => Promise<{
    HEAPU8: Uint8Array;
    JpegLSDecoder: new () => Decoder;
  }>;
  export default instantiate;
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const instantiate: (settings: object) => Promise<{
    HEAPU8: Uint8Array;
    J2KDecoder: new () => import('./wasm-codec.js').WasmDecoder;
  }>;
  export default instantiate;
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const instantiate: (settings: object) => Promise<{
    HEAPU8: Uint8Array;
    HTJ2KDecoder: new () => import('./wasm-codec.js').WasmDecoder;
    HTJ2KEncoder: new () => import('./wasm-encoder.js').WasmEncoder & {
      setDecompositions(levels: number): void;
      setQuality(lossless: boolean, quantizationStep: number): void;
    };
  }>;
  export default instantiate;
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const instantiate: (settings: object) => Promise<{
    HEAPU8: Uint8Array;
    JPEGDecoder: new () => import('./wasm-codec.js').WasmDecoder;
  }>;
  export default instantiate;
}
declare module '@cornerstonejs/codec-charls/wasmjs' {
  type Encoder = import('./wasm-encoder.js').WasmEncoder & {
    setInterleaveMode(mode: number): void;
    setNearLossless(near: number): void;
  };
  const instantiate: (settings: object) => Promise<{
    HEAPU8: Uint8Array;
    JpegLSEncoder: new () => Encoder;
  }>;
  export default instantiate;
}
declare module '@cornerstonejs/codec-openjpeg/wasmjs' {
  type Encoder = import('./wasm-encoder.js').WasmEncoder & {
    setDecompositions(levels: number): void;
    setQuality(lossless: boolean, layers: number): void;
    setCompressionRatio(layer: number, ratio: number): void;
  };
  const instantiate: (settings: object) => Promise<{
    HEAPU8: Uint8Array;
    J2KEncoder: new () => Encoder;
  }>;
  export default instantiate;
}
