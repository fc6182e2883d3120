import instantiateOpenJpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import instantiateOpenJph from '@cornerstonejs/codec-openjph/wasmjs';
import { isWholeCodestream, type J2kHeader } from './j2k-header.js';
import { valuesOf } from './jpeg-ls.js';
import { type Decoded, refused } from './samples.js';
import { type WasmCodec, wasmCodec } from './wasm-codec.js';

const openJpeg = wasmCodec({
  instantiate: instantiateOpenJpeg,
  create: (module) => new module.J2KDecoder(),
  inspect: () => undefined,
});

const openJph = wasmCodec({
  instantiate: instantiateOpenJph,
  create: (module) => new module.HTJ2KDecoder(),
  inspect: () => undefined,
});

/** One JPEG 2000 codestream (T.800), reversible or not; a component transform is undone. */
export const decodeJ2k = (codestream: Uint8Array, header: J2kHeader): Promise<Decoded> =>
  decodeWith(openJpeg, codestream, header);

/** One High-Throughput JPEG 2000 codestream (T.814). */
export const decodeHtj2k = (codestream: Uint8Array, header: J2kHeader): Promise<Decoded> =>
  decodeWith(openJph, codestream, header);

async function decodeWith(
  codec: WasmCodec<undefined>,
  codestream: Uint8Array,
  header: J2kHeader,
): Promise<Decoded> {
  const { components, precision, isSigned } = header;
  const isMono = components === 1;
  const isColour = components === 3 && precision <= 8 && !isSigned;
  if (!header.isPlain || precision > 16 || !(isMono || isColour)) return refused('unsupported');
  if (!isWholeCodestream(codestream)) return refused('corrupt');
  const isSmallSigned = isSigned && precision <= 8;
  const frame = await codec(isSmallSigned ? asUnsigned(codestream, header) : [codestream]);
  if (frame === undefined) return refused('corrupt');
  return {
    ok: true,
    values: isSmallSigned
      ? frame.bytes.map((value) => value ^ (1 << (precision - 1)))
      : valuesOf(frame.bytes, precision),
    precision,
    signExtended: isSigned && !isSmallSigned,
    byPlane: false,
  };
}

/** The decoders clip signed values of one byte at 0; told that they are unsigned, they add half the range, which is taken off again. */
function asUnsigned(codestream: Uint8Array, { depthAt, precision }: J2kHeader): Uint8Array[] {
  return [
    codestream.subarray(0, depthAt),
    new Uint8Array([precision - 1]),
    codestream.subarray(depthAt + 1),
  ];
}
