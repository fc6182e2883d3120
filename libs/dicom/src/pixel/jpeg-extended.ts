import {
  type BitReader,
  bitReader,
  type HuffmanTable,
  isOverrun,
  readBits,
  readDifference,
  readHuffmanTables,
  readSymbol,
  skipRestart,
} from './huffman.js';
import { type Block, inverseDct } from './inverse-dct.js';
import { type JpegHeader, type JpegSegment, jpegSegments } from './jpeg-header.js';
import { type Decoded, refused } from './samples.js';

const EXTENDED_SEQUENTIAL = 1;
const PRECISION = 12;
const SIDE = 8;
const BLOCK_VALUES = 64;
/** Tables for AC coefficients have the class bit above the destination. */
const AC_CLASS = 16;
const SIXTEEN_ZEROS = 0xf0;

/** Place of each coefficient of the zigzag order (T.81 figure A.6) in the block, row by row. */
const ZIGZAG = zigzag();

/** One sequential Huffman-coded frame of 12 bits (T.81 process 4) of a single component: what DICOM keeps in 1.2.840.10008.1.2.4.51. */
export function decodeJpeg12(bytes: Uint8Array, header: JpegHeader): Decoded {
  if (header.process !== EXTENDED_SEQUENTIAL || header.precision !== PRECISION)
    return refused('no-codec');
  if (header.components.length !== 1) return refused('unsupported');
  const { rows, columns } = header;
  const frame: Frame = {
    ...{ bytes, rows, columns, values: new Uint16Array(rows * columns) },
    ...{ huffman: [], quantizers: [], restartInterval: 0 },
  };
  return decodeScan(frame)
    ? { ok: true, values: frame.values, precision: PRECISION, signExtended: false, byPlane: false }
    : refused('corrupt');
}

type Frame = {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly values: Uint16Array;
  /** By class and destination. */
  readonly huffman: HuffmanTable[];
  /** By destination, in zigzag order. */
  readonly quantizers: Uint16Array[];
  /** Blocks between two restart markers; 0 without restarts. */
  restartInterval: number;
};

/** Reads the segments before the scan, and the scan. */
function decodeScan(frame: Frame): boolean {
  const { bytes } = frame;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const segment of jpegSegments(view)) {
    const { marker, start, end } = segment;
    const content = bytes.subarray(start, end);
    if (marker === 0xc4 && !readHuffmanTables(content, frame.huffman)) return false;
    if (marker === 0xdb && !readQuantizers(content, frame.quantizers)) return false;
    if (marker === 0xdd && end - start >= 2) frame.restartInterval = view.getUint16(start);
    if (marker === 0xda) return decodeBlocks(frame, segment);
  }
  return false;
}

/** T.81 §B.2.4.1: tables of 64 values of one or two bytes. */
function readQuantizers(segment: Uint8Array, quantizers: Uint16Array[]): boolean {
  for (let at = 0; at < segment.length; ) {
    const head = segment[at++] ?? 0;
    const values = Buffer.from(segment.subarray(at, at + BLOCK_VALUES * (head >> 4 === 0 ? 1 : 2)));
    const valueBytes = values.length / BLOCK_VALUES;
    if (valueBytes !== 1 && valueBytes !== 2) return false;
    quantizers[head & 15] = Uint16Array.from({ length: BLOCK_VALUES }, (_, index) =>
      values.readUIntBE(index * valueBytes, valueBytes),
    );
    at += values.length;
  }
  return true;
}

/** What every block of the scan needs. */
type Scan = Readonly<{
  reader: BitReader;
  dc: HuffmanTable;
  ac: HuffmanTable;
  quantizer: Uint16Array;
  block: Block;
}>;

function readScan({ bytes, huffman, quantizers }: Frame, { start, end }: JpegSegment) {
  const selected = bytes[start + 2] ?? 0;
  const dc = huffman[selected >> 4];
  const ac = huffman[AC_CLASS + (selected & 15)];
  const quantizer = quantizers[quantizerOf(bytes)];
  const isOne = bytes[start] === 1 && end - start >= 6;
  if (!isOne || dc === undefined || ac === undefined || quantizer === undefined) return undefined;
  const scan: Scan = {
    ...{ reader: bitReader(bytes, end), dc, ac, quantizer },
    block: new Int32Array(BLOCK_VALUES),
  };
  return scan;
}

/** The quantization table that the frame header selects for its only component (T.81 §B.2.2). */
function quantizerOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { marker, start } of jpegSegments(view))
    if (marker === 0xc0 + EXTENDED_SEQUENTIAL) return bytes[start + 8] ?? 0;
  return 0;
}

function decodeBlocks(frame: Frame, segment: JpegSegment): boolean {
  const scan = readScan(frame, segment);
  if (scan === undefined) return false;
  const across = Math.ceil(frame.columns / SIDE);
  const blocks = across * Math.ceil(frame.rows / SIDE);
  const { restartInterval } = frame;
  let mean = 0;
  for (let index = 0; index < blocks; index++) {
    const isRestart = index > 0 && restartInterval > 0 && index % restartInterval === 0;
    if (isRestart && !skipRestart(scan.reader)) return false;
    const change = decodeBlock(scan, isRestart ? 0 : mean);
    if (change === undefined || isOverrun(scan.reader)) return false;
    mean = change;
    inverseDct(scan.block);
    place(frame, scan.block, {
      top: Math.floor(index / across) * SIDE,
      left: (index % across) * SIDE,
    });
  }
  return true;
}

/** Reads and dequantizes one block (T.81 §F.2.2); gives its DC value, undefined where no code fits. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the codec's inner loop, once per coefficient
function decodeBlock({ reader, dc, ac, quantizer, block }: Scan, before: number) {
  block.fill(0);
  const difference = readDifference(reader, dc);
  if (Number.isNaN(difference)) return undefined;
  const mean = before + difference;
  block[0] = mean * (quantizer[0] ?? 0);
  for (let at = 1; at < BLOCK_VALUES; at++) {
    const symbol = readSymbol(reader, ac);
    if (symbol === undefined) return undefined;
    const size = symbol & 15;
    if (size === 0 && symbol !== SIXTEEN_ZEROS) break;
    at += symbol >> 4;
    if (at >= BLOCK_VALUES) return undefined;
    if (size > 0) block[ZIGZAG[at] ?? 0] = readBits(reader, size) * (quantizer[at] ?? 0);
  }
  return mean;
}

type Corner = Readonly<{ top: number; left: number }>;

/** Puts the part of the block that lies within the frame in its place, moved up to unsigned values. */
function place({ rows, columns, values }: Frame, block: Block, { top, left }: Corner): void {
  const middle = 2 ** (PRECISION - 1);
  const highest = 2 ** PRECISION - 1;
  const height = Math.min(SIDE, rows - top);
  const width = Math.min(SIDE, columns - left);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const value = (block[row * SIDE + column] ?? 0) + middle;
      values[(top + row) * columns + left + column] = Math.min(highest, Math.max(0, value));
    }
}

function zigzag(): Uint8Array {
  const places = Array.from({ length: BLOCK_VALUES }, (_, place) => place);
  const diagonal = (place: number) => (place >> 3) + (place & 7);
  const along = (place: number) => (diagonal(place) % 2 === 0 ? place & 7 : place >> 3);
  return Uint8Array.from(places.sort((a, b) => diagonal(a) - diagonal(b) || along(a) - along(b)));
}
