/** What the SIZ segment of a JPEG 2000 codestream says (T.800 §A.5.1). */
export type J2kHeader = Readonly<{
  rows: number;
  columns: number;
  components: number;
  precision: number;
  isSigned: boolean;
  /** Whether all components have the same depth and no subsampling, and the image begins at the grid's origin. */
  isPlain: boolean;
  /** Offset of the first component's Ssiz byte within the codestream. */
  depthAt: number;
}>;

const BOXES_MAX = 100;
const SIZ_BYTES = 42;
const COMPONENTS_MAX = 4;

/** The raw codestream: the same bytes, or the content of the first `jp2c` box when a JP2 file was put in (not allowed by PS3.5 §A.4.4, but real). */
export function codestreamOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(4) !== 0x6a502020) return bytes;
  let at = 0;
  for (let box = 0; box < BOXES_MAX && at + 8 <= bytes.length; box++) {
    const length = view.getUint32(at);
    if (view.getUint32(at + 4) === 0x6a703263)
      return bytes.subarray(at + 8, length === 0 ? bytes.length : at + length);
    if (length < 8) break;
    at += length;
  }
  return bytes;
}

/** Reads the start of a codestream; undefined when it isn't one. */
export function readJ2kHeader(codestream: Uint8Array): J2kHeader | undefined {
  const { buffer, byteOffset, byteLength } = codestream;
  const view = new DataView(buffer, byteOffset, byteLength);
  if (byteLength < SIZ_BYTES || view.getUint32(0) !== 0xff4fff51) return undefined;
  const components = view.getUint16(40);
  const isReadable = components >= 1 && components <= COMPONENTS_MAX;
  if (!isReadable || byteLength < SIZ_BYTES + components * 3) return undefined;
  const depth = view.getUint8(SIZ_BYTES);
  let isPlain = view.getUint32(16) === 0 && view.getUint32(20) === 0;
  for (let at = SIZ_BYTES; at < SIZ_BYTES + components * 3; at += 3)
    isPlain &&= view.getUint8(at) === depth && view.getUint16(at + 1) === 0x0101;
  return {
    rows: view.getUint32(12) - view.getUint32(20),
    columns: view.getUint32(8) - view.getUint32(16),
    components,
    precision: (depth & 0x7f) + 1,
    isSigned: (depth & 0x80) !== 0,
    isPlain,
    depthAt: SIZ_BYTES,
  };
}

const TILE_PARTS_MAX = 1_000_000;
const START_OF_TILE_PART = 0xff90;
const END_OF_CODESTREAM = 0xffd9;

/** Whether every tile-part is there to its end; the decoders would fill what is missing with guesses and say nothing. */
export function isWholeCodestream(codestream: Uint8Array): boolean {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  let at = 2;
  while (at + 4 <= view.byteLength && view.getUint16(at) !== START_OF_TILE_PART)
    at += 2 + view.getUint16(at + 2);
  for (let part = 0; part < TILE_PARTS_MAX && at + 12 <= view.byteLength; part++) {
    if (view.getUint16(at) !== START_OF_TILE_PART) return part > 0;
    const length = view.getUint32(at + 6);
    if (length === 0) return hasEnd(view);
    if (length < 14) return false;
    at += length;
  }
  return at >= SIZ_BYTES && at <= view.byteLength;
}

/** Whether the codestream ends with its end marker, behind which there may be zeros. */
function hasEnd(view: DataView): boolean {
  let end = view.byteLength;
  while (end > 2 && view.getUint8(end - 1) === 0) end--;
  return view.getUint16(end - 2) === END_OF_CODESTREAM;
}
