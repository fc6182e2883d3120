import type { PixelDescription } from '../pixel-description.js';
import {
  type BitReader,
  bitReader,
  type HuffmanTable,
  isOverrun,
  readDifference,
  readHuffmanTables,
  skipRestart,
} from './huffman.js';
import { type JpegHeader, type JpegSegment, jpegSegments } from './jpeg-header.js';
import { type Decoded, refused } from './samples.js';

const LOSSLESS = 3;
const SCANS_MAX = 4;

/** One lossless Huffman-coded frame (T.81 Annex H, processes 14): every predictor, point transform, restarts, one or several scans. */
export function decodeJpegLossless(
  it: PixelDescription,
  bytes: Uint8Array,
  header: JpegHeader,
): Decoded {
  if (header.process !== LOSSLESS) return refused('no-codec');
  if (header.components.some((one) => one.horizontal !== 1 || one.vertical !== 1))
    return refused('unsupported');
  const samples = it.rows * it.columns * it.samplesPerPixel;
  const values = header.precision > 8 ? new Uint16Array(samples) : new Uint8Array(samples);
  const stream: Stream = { bytes, header, values, tables: [], restartInterval: 0, decoded: 0 };
  let at = 2;
  for (let scan = 0; scan < SCANS_MAX && stream.decoded < it.samplesPerPixel; scan++) {
    const end = decodeNextScan(stream, at);
    if (end === undefined) return refused('corrupt');
    at = end;
  }
  if (stream.decoded !== it.samplesPerPixel) return refused('corrupt');
  return { ok: true, values, precision: header.precision, signExtended: false, byPlane: false };
}

type Stream = {
  readonly bytes: Uint8Array;
  readonly header: JpegHeader;
  readonly values: Uint8Array | Uint16Array;
  readonly tables: HuffmanTable[];
  /** Samples of each component between two restart markers; 0 without restarts. */
  restartInterval: number;
  /** Components whose scan is done. */
  decoded: number;
};

/** Reads the segments before a scan and the scan itself; gives where the bytes after it begin. */
function decodeNextScan(stream: Stream, from: number): number | undefined {
  const { bytes } = stream;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const segment of jpegSegments(view, from)) {
    const { marker, start, end } = segment;
    if (marker === 0xc4 && !readHuffmanTables(bytes.subarray(start, end), stream.tables))
      return undefined;
    if (marker === 0xdd && end - start >= 2) stream.restartInterval = view.getUint16(start);
    if (marker === 0xda) return decodeScan(stream, segment);
  }
  return undefined;
}

/** The scan's part of the frame, ready for its inner loop. */
type Scan = Readonly<{
  /** One per component of the scan. */
  tables: HuffmanTable[];
  /** Index of the scan's first component within a pixel. */
  first: number;
  predictor: number;
  pointTransform: number;
}>;

function decodeScan(stream: Stream, segment: JpegSegment): number | undefined {
  const scan = readScan(stream, segment);
  if (scan === undefined) return undefined;
  const reader = bitReader(stream.bytes, segment.end);
  const { rows, columns } = stream.header;
  const rowsBetweenRestarts = stream.restartInterval / columns;
  if (!Number.isInteger(rowsBetweenRestarts)) return undefined;
  for (let row = 0; row < rows; row++) {
    const isRestart = row > 0 && rowsBetweenRestarts > 0 && row % rowsBetweenRestarts === 0;
    if (isRestart && !skipRestart(reader)) return undefined;
    const isFirst = row === 0 || isRestart;
    if (!decodeRow(stream, scan, { reader, row, isFirst })) return undefined;
  }
  stream.decoded += scan.tables.length;
  return nextMarker(reader);
}

function readScan({ bytes, header, tables }: Stream, { start, end }: JpegSegment) {
  const count = bytes[start] ?? 0;
  if (count < 1 || count > header.components.length || end - start < count * 2 + 4)
    return undefined;
  const chosen = [];
  for (let at = 0; at < count; at++) {
    const table = tables[(bytes[start + 2 + at * 2] ?? 0) >> 4];
    if (table === undefined) return undefined;
    chosen.push(table);
  }
  const first = header.components.findIndex((one) => one.id === bytes[start + 1]);
  const predictor = bytes[start + 1 + count * 2] ?? 0;
  const pointTransform = (bytes[start + 3 + count * 2] ?? 0) & 15;
  const isSound =
    first >= 0 &&
    first + count <= header.components.length &&
    predictor >= 1 &&
    predictor <= 7 &&
    pointTransform < header.precision;
  const scan: Scan = { tables: chosen, first, predictor, pointTransform };
  return isSound ? scan : undefined;
}

type Row = Readonly<{ reader: BitReader; row: number; isFirst: boolean }>;

/** One row of every component of the scan; predictions and their wrap-around as in T.81 §H.1.2.1. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the codec's inner loop, once per sample
function decodeRow(stream: Stream, scan: Scan, { reader, row, isFirst }: Row): boolean {
  const { values, header } = stream;
  const { tables, predictor, pointTransform } = scan;
  const stride = header.components.length;
  const above = header.columns * stride;
  const rowStart = row * above;
  const start = 1 << (header.precision - pointTransform - 1);
  for (let column = 0; column < header.columns; column++)
    for (let part = 0; part < tables.length; part++) {
      const at = rowStart + column * stride + scan.first + part;
      const difference = readDifference(reader, tables[part] as HuffmanTable);
      let prediction = start;
      if (column === 0 && !isFirst) prediction = (values[at - above] ?? 0) >> pointTransform;
      else if (column > 0) {
        const left = (values[at - stride] ?? 0) >> pointTransform;
        const up = (values[at - above] ?? 0) >> pointTransform;
        const corner = (values[at - above - stride] ?? 0) >> pointTransform;
        prediction = isFirst ? left : predict(predictor, left, up, corner);
      }
      values[at] = ((prediction + difference) & 0xffff) << pointTransform;
      if (Number.isNaN(difference)) return false;
    }
  return !isOverrun(reader);
}

/** T.81 table H.1. */
function predict(predictor: number, left: number, up: number, corner: number): number {
  switch (predictor) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return corner;
    case 4:
      return left + up - corner;
    case 5:
      return left + ((up - corner) >> 1);
    case 6:
      return up + ((left - corner) >> 1);
    default:
      return (left + up) >> 1;
  }
}

/** Where the first marker at or behind the reader stands; its unread bits are the padding of the scan. */
function nextMarker({ bytes, at }: BitReader): number {
  let from = at;
  while (from + 1 < bytes.length && (bytes[from] !== 0xff || bytes[from + 1] === 0)) from++;
  return from;
}
