import { inflateRawSync } from 'node:zlib';
import { codestreamOf, readJ2kHeader } from './pixel/j2k-header.js';
import { decodeHtj2k, decodeJ2k } from './pixel/jpeg-2000.js';
import { decodeJpeg8 } from './pixel/jpeg-baseline.js';
import { decodeJpeg12 } from './pixel/jpeg-extended.js';
import { readJpegHeader } from './pixel/jpeg-header.js';
import { decodeJpegLossless } from './pixel/jpeg-lossless.js';
import { decodeJpegLs } from './pixel/jpeg-ls.js';
import { byPixel, fromBigEndian } from './pixel/native.js';
import { decodeRle } from './pixel/rle.js';
import { type Decoded, type Refused, refused, toNative } from './pixel/samples.js';
import {
  type DecodedFrame,
  FRAME_BYTES_MAX,
  isPixelDescription,
  nativeFrameBytes,
  type PixelDescription,
} from './pixel-description.js';
import { type TransferSyntax, transferSyntaxOf } from './transfer-syntax.js';

/** One frame as it is stored: all of its fragments, joined. */
export type EncodedFrame = Readonly<{
  transferSyntax: string;
  description: PixelDescription;
  bytes: Uint8Array;
  /** Bound for the encoded and for the native frame. */
  frameBytesMax?: number;
}>;

/**
 * The frame as Explicit VR Little Endian would hold it, by pixel. Sizes are checked against the description before a codec
 * starts, and its output after. Runs for seconds on large frames and holds the thread: never on an event loop that serves.
 */
export async function decodeFrame(frame: EncodedFrame): Promise<DecodedFrame> {
  const syntax = transferSyntaxOf(frame.transferSyntax);
  if (syntax === undefined) return refused('no-codec');
  if (!isPixelDescription(frame.description)) return refused('bad-description');
  const photometricInterpretation = decodedPhotometric(syntax, frame.description);
  const description = { ...frame.description, photometricInterpretation };
  const bytesMax = frame.frameBytesMax ?? FRAME_BYTES_MAX;
  const nativeBytes = nativeFrameBytes(description);
  if (nativeBytes > bytesMax || frame.bytes.length > bytesMax) return refused('too-large');
  const native = await decodeTo(syntax, frame, description);
  if (!(native instanceof Uint8Array)) return native;
  if (native.length < nativeBytes) return refused('mismatch');
  return { ok: true, bytes: native.subarray(0, nativeBytes), photometricInterpretation };
}

/** Photometric Interpretation of the decoded frame: PS3.5 §8.2 lets the encoded one name a transform that decoding undoes. */
export function decodedPhotometric(syntax: TransferSyntax, it: PixelDescription): string {
  const encoded = it.photometricInterpretation;
  if (!syntax.encapsulated || it.samplesPerPixel !== 3 || syntax.coding === 'native')
    return encoded;
  if (syntax.coding === 'jpeg' && syntax.lossy) return 'RGB';
  if (encoded === 'YBR_ICT' || encoded === 'YBR_RCT') return 'RGB';
  const isHalfChroma = encoded === 'YBR_FULL_422' && syntax.coding !== 'deflated-frame';
  return isHalfChroma ? 'YBR_FULL' : encoded;
}

/** `decoded` is the description that holds for the native frame. */
function decodeTo(
  syntax: TransferSyntax,
  { description, bytes }: EncodedFrame,
  decoded: PixelDescription,
): Uint8Array | Refused | Promise<Uint8Array | Refused> {
  switch (syntax.coding) {
    case 'native':
      return decodeNative(syntax, decoded, bytes);
    case 'deflated-frame':
      return inflateFrame(decoded, bytes);
    case 'rle':
      return decodeRle(decoded, bytes) ?? refused('corrupt');
    case 'jpeg':
    case 'jpeg-ls':
      return decodeJpegFamily(description, bytes);
    case 'jpeg-2000':
    case 'htj2k':
      return decodeJ2kFamily(syntax, description, bytes);
    default:
      return refused('no-codec');
  }
}

function decodeNative(syntax: TransferSyntax, it: PixelDescription, bytes: Uint8Array) {
  if (bytes.length < nativeFrameBytes(it)) return refused('mismatch');
  const little = syntax.encoding.bigEndian ? fromBigEndian(it, bytes) : bytes;
  return little === undefined ? refused('unsupported') : byPixel(it, little);
}

/** PS3.5 §A.4.13: each frame is deflated for itself. */
function inflateFrame(it: PixelDescription, bytes: Uint8Array): Uint8Array | Refused {
  try {
    const maxOutputLength = nativeFrameBytes(it) + 1;
    return byPixel(it, inflateRawSync(bytes, { maxOutputLength }));
  } catch {
    return refused('corrupt');
  }
}

async function decodeJpegFamily(it: PixelDescription, bytes: Uint8Array) {
  const header = readJpegHeader(bytes);
  if (header === undefined) return refused('corrupt');
  const { components, rows, columns, precision } = header;
  const isSame =
    rows === it.rows && columns === it.columns && components.length === it.samplesPerPixel;
  if (!isSame || precision > it.bitsAllocated) return refused('mismatch');
  if (components.length === 2 || components.length > 3) return refused('unsupported');
  if (header.process === 7) return native(it, await decodeJpegLs(bytes, header));
  if (header.process === 3) return native(it, decodeJpegLossless(it, bytes, header));
  if (precision > 8) return native(it, decodeJpeg12(bytes, header));
  return native(it, await decodeJpeg8(it, bytes, header));
}

async function decodeJ2kFamily(syntax: TransferSyntax, it: PixelDescription, bytes: Uint8Array) {
  const codestream = codestreamOf(bytes);
  const header = readJ2kHeader(codestream);
  if (header === undefined) return refused('corrupt');
  const { components, rows, columns, precision } = header;
  const isSame = rows === it.rows && columns === it.columns && components === it.samplesPerPixel;
  if (!isSame || precision > it.bitsAllocated) return refused('mismatch');
  const decode = syntax.coding === 'htj2k' ? decodeHtj2k : decodeJ2k;
  return native(it, await decode(codestream, header));
}

function native(it: PixelDescription, decoded: Decoded): Uint8Array | Refused {
  if (!decoded.ok) return decoded;
  const isWhole = decoded.values.length === it.rows * it.columns * it.samplesPerPixel;
  if (!isWhole) return refused('mismatch');
  return toNative(it, decoded) ?? refused('unsupported');
}
