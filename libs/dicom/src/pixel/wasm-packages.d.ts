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
