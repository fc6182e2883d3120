import { ctSlice, part10 } from '../../support/part10.js';

/** How frames are written: native, or encapsulated with one of the tables of PS3.5 §A.4 or none; each frame is one fragment. */
export type Table = 'native' | 'extended' | 'basic' | 'none';

/** A multi-frame instance of 16-bit pixels, `side` × `side` each. */
export type MultiFrame = Readonly<{
  uids: Readonly<{ study: string; series: string; instance: string }>;
  frames: number;
  side: number;
  table: Table;
}>;

const ENHANCED_CT = '1.2.840.10008.5.1.4.1.1.2.1';
const ENCAPSULATED_UNCOMPRESSED = '1.2.840.10008.1.2.1.98';
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM_HEADER_BYTES = 8;
const PIECE_BYTES = 4 * 1024 * 1024;

export const frameBytesOf = ({ side }: MultiFrame): number => side * side * 2;

/** The frame with this number, from 1; it begins with its number, so that no two are alike. */
export function frameOf(image: MultiFrame, number: number): Buffer {
  const bytes = Buffer.alloc(frameBytesOf(image), number % 251);
  bytes.writeUInt32LE(number, 0);
  return bytes;
}

/** The file in pieces: it's never whole in memory. */
export function* multiFrameFile(image: MultiFrame): Generator<Buffer> {
  const { uids, frames, side, table } = image;
  const { '7FE00010': _pixels, ...header } = ctSlice(uids, {
    '00080016': ['UI', ENHANCED_CT],
    '00280008': ['IS', String(frames)],
    '00280010': ['US', side],
    '00280011': ['US', side],
  });
  const isNative = table === 'native';
  yield part10(header, isNative ? {} : { '00020010': ['UI', ENCAPSULATED_UNCOMPRESSED] });
  if (table === 'extended') yield extendedTable(image);
  const bytes = frames * frameBytesOf(image);
  yield longHead(0x10, isNative ? 'OW' : 'OB', isNative ? bytes : UNDEFINED_LENGTH);
  if (!isNative) yield basicTable(image);
  yield* inPieces(framesOf(image));
  if (!isNative) yield itemHead(0xe0dd, 0);
}

function* framesOf(image: MultiFrame): Generator<Buffer> {
  for (let number = 1; number <= image.frames; number++) {
    if (image.table !== 'native') yield itemHead(0xe000, frameBytesOf(image));
    yield frameOf(image, number);
  }
}

/* Small chunks would make the client the slowest of all. */
function* inPieces(chunks: Iterable<Buffer>): Generator<Buffer> {
  let piece: Buffer[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    piece.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(piece);
    [piece, bytes] = [[], 0];
  }
  yield Buffer.concat(piece);
}

const longHead = (element: number, vr: string, length: number): Buffer => {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(0x7fe0, 0);
  head.writeUInt16LE(element, 2);
  head.write(vr, 4, 'latin1');
  head.writeUInt32LE(length, 8);
  return head;
};

const itemHead = (element: number, length: number): Buffer => {
  const head = Buffer.alloc(ITEM_HEADER_BYTES);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(length, 4);
  return head;
};

const offsetOf = (image: MultiFrame, index: number): number =>
  index * (frameBytesOf(image) + ITEM_HEADER_BYTES);

/* PS3.3 §C.7.6.3.1.8: 64 bits an offset. */
function extendedTable(image: MultiFrame): Buffer {
  const offsets = Buffer.alloc(image.frames * 8);
  const lengths = Buffer.alloc(image.frames * 8);
  for (let index = 0; index < image.frames; index++) {
    offsets.writeBigUInt64LE(BigInt(offsetOf(image, index)), index * 8);
    lengths.writeBigUInt64LE(BigInt(frameBytesOf(image)), index * 8);
  }
  return Buffer.concat([
    longHead(1, 'OV', offsets.length),
    offsets,
    longHead(2, 'OV', lengths.length),
    lengths,
  ]);
}

function basicTable(image: MultiFrame): Buffer {
  if (image.table !== 'basic') return itemHead(0xe000, 0);
  const offsets = Buffer.alloc(image.frames * 4);
  for (let index = 0; index < image.frames; index++)
    offsets.writeUInt32LE(offsetOf(image, index), index * 4);
  return Buffer.concat([itemHead(0xe000, offsets.length), offsets]);
}
