import { codestreamOf, type J2kHeader, readJ2kHeader } from './pixel/j2k-header.js';
import { type JpegHeader, jpegSegments, readJpegHeader } from './pixel/jpeg-header.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

/**
 * What the head of a compressed image says of itself: the transfer syntax that its coding is, and what the Image Pixel
 * Description Macro (PS3.3 §C.7.6.3) would say of its pixels.
 */
export type CodedImage = Readonly<{
  transferSyntax: string;
  rows: number;
  columns: number;
  samples: number;
  bitsStored: number;
  isSigned: boolean;
  photometricInterpretation: string;
}>;

const START_OF_SCAN = 0xda;
const JPEG_LS_PROCESS = 7;

/** Reads JPEG, JPEG-LS, JPEG 2000 and HTJ2K up to their first scan or tile; undefined for anything else. */
export const readCodedImage = (head: Uint8Array): CodedImage | undefined =>
  readJpeg(head) ?? readJ2k(codestreamOf(head));

function readJpeg(head: Uint8Array): CodedImage | undefined {
  const header = readJpegHeader(head);
  const transferSyntax = header && jpegSyntax(header, selectionOf(head));
  if (header === undefined || transferSyntax === undefined) return undefined;
  return {
    transferSyntax,
    rows: header.rows,
    columns: header.columns,
    samples: header.components.length,
    bitsStored: header.precision,
    isSigned: false,
    photometricInterpretation: jpegColours(header),
  };
}

/** By the process of the frame; `selection` is the predictor of a lossless scan, NEAR of a JPEG-LS scan. */
function jpegSyntax({ process }: JpegHeader, selection: number | undefined): string | undefined {
  switch (process) {
    case 0:
      return TransferSyntaxUid.JPEGBaseline;
    case 1:
      return TransferSyntaxUid.JPEGExtended;
    case 3:
      return selection === 1
        ? TransferSyntaxUid.JPEGLosslessFirstOrder
        : TransferSyntaxUid.JPEGLossless;
    case JPEG_LS_PROCESS:
      return selection === 0
        ? TransferSyntaxUid.JPEGLSLossless
        : TransferSyntaxUid.JPEGLSNearLossless;
    default:
      return undefined;
  }
}

/** The byte behind the component list of the first scan header (T.81 §B.2.3, T.87 §C.2.3). */
function selectionOf(head: Uint8Array): number | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (const { marker, start, end } of jpegSegments(view)) {
    if (marker !== START_OF_SCAN) continue;
    const at = start + 1 + 2 * view.getUint8(start);
    return at < end ? view.getUint8(at) : undefined;
  }
  return undefined;
}

function jpegColours({ process, components, adobeTransform }: JpegHeader): string {
  if (components.length === 1) return 'MONOCHROME2';
  if (process === 3 || process === JPEG_LS_PROCESS || adobeTransform === 0) return 'RGB';
  return components[0]?.horizontal === 2 ? 'YBR_FULL_422' : 'YBR_FULL';
}

function readJ2k(codestream: Uint8Array): CodedImage | undefined {
  const header = readJ2kHeader(codestream);
  const coding = header && codingStyle(codestream);
  if (header === undefined || coding === undefined) return undefined;
  return {
    transferSyntax: j2kSyntax(coding),
    rows: header.rows,
    columns: header.columns,
    samples: header.components,
    bitsStored: header.precision,
    isSigned: header.isSigned,
    photometricInterpretation: j2kColours(header, coding),
  };
}

type CodingStyle = Readonly<{
  isHighThroughput: boolean;
  isReversible: boolean;
  mixesColours: boolean;
  progression: number;
}>;

const CAPABILITIES = 0xff50;
const CODING_STYLE = 0xff52;
const START_OF_TILE_PART = 0xff90;
const RPCL = 2;
const SEGMENTS_MAX = 1000;

/** The default coding style (T.800 §A.6.1), and whether the capabilities announce high-throughput blocks (T.814 §A.2). */
function codingStyle(codestream: Uint8Array): CodingStyle | undefined {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  let isHighThroughput = false;
  for (let at = 2, count = 0; at + 4 <= view.byteLength && count < SEGMENTS_MAX; count++) {
    const marker = view.getUint16(at);
    if (marker === START_OF_TILE_PART) return undefined;
    if (marker === CAPABILITIES) isHighThroughput = true;
    if (marker === CODING_STYLE && at + 14 <= view.byteLength)
      return {
        isHighThroughput,
        progression: view.getUint8(at + 5),
        mixesColours: view.getUint8(at + 8) === 1,
        isReversible: view.getUint8(at + 13) === 1,
      };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function j2kSyntax({ isHighThroughput, isReversible, progression }: CodingStyle): string {
  if (!isHighThroughput)
    return isReversible ? TransferSyntaxUid.JPEG2000Lossless : TransferSyntaxUid.JPEG2000;
  if (!isReversible) return TransferSyntaxUid.HTJ2K;
  return progression === RPCL
    ? TransferSyntaxUid.HTJ2KLosslessRPCL
    : TransferSyntaxUid.HTJ2KLossless;
}

function j2kColours({ components }: J2kHeader, { mixesColours, isReversible }: CodingStyle) {
  if (components === 1) return 'MONOCHROME2';
  if (!mixesColours) return 'RGB';
  return isReversible ? 'YBR_RCT' : 'YBR_ICT';
}
