import { type Output, writeHeader, writeItem } from '../transcode/output.js';
import type { Vr } from '../vr.js';
import type { BulkBytes } from './bulk.js';

/** What has been planned: encoded bytes, gathered in buffers, and bulk data to be read in between. */
export type Sheet = {
  readonly pieces: Piece[];
  readonly open: Output;
};

const BUFFER_BYTES = 64 * 1024;
const HEADER_BYTES_MAX = 12;

export const newSheet = (): Sheet => ({
  pieces: [],
  open: { buffer: Buffer.allocUnsafe(BUFFER_BYTES), length: 0 },
});

/** Adds an element header; `length` counts the value with its padding. */
export function addHeader(sheet: Sheet, tag: number, vr: Vr, length: number): void {
  makeRoom(sheet, HEADER_BYTES_MAX);
  writeHeader(sheet.open, tag, vr, length);
}

/** Adds the header of an item, or a delimiter (length 0). */
export function addItem(sheet: Sheet, tag: number, length: number): void {
  makeRoom(sheet, HEADER_BYTES_MAX);
  writeItem(sheet.open, tag, length);
}

/** Adds encoded bytes; large ones go in without a copy. */
export function addBytes(sheet: Sheet, bytes: Buffer): void {
  if (bytes.length > BUFFER_BYTES) {
    closeBuffer(sheet);
    sheet.pieces.push(bytes);
    return;
  }
  makeRoom(sheet, bytes.length);
  sheet.open.length += bytes.copy(sheet.open.buffer, sheet.open.length);
}

/** Adds bulk data, and a byte of padding where it needs one (PS3.5 §7.1.1). */
export function addBulk(sheet: Sheet, bulk: BulkBytes, padding: number): void {
  closeBuffer(sheet);
  sheet.pieces.push(bulk);
  if (bulk.bytes % 2 === 1) addBytes(sheet, Buffer.of(padding));
}

/** Encoded bytes, or bulk data to be read. */
export type Piece = Buffer | BulkBytes;

/** All that was planned, in its order; the sheet is used up. */
export function takePieces(sheet: Sheet): readonly Piece[] {
  closeBuffer(sheet);
  return sheet.pieces;
}

export const piecesBytes = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);

/** The bytes of the pieces; bulk data of another length than it was planned with throws. */
export async function* bytesOfPieces(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (Buffer.isBuffer(piece)) yield piece;
    else yield* exactly(piece);
  }
}

async function* exactly({ bytes, open }: BulkBytes): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of open()) {
    left -= chunk.length;
    yield chunk;
  }
  if (left !== 0) throw new Error('bulk data has another length than it had when it was planned');
}

const lengthOf = (piece: Piece) => (Buffer.isBuffer(piece) ? piece.length : piece.bytes);

function makeRoom(sheet: Sheet, bytes: number): void {
  if (sheet.open.length + bytes > BUFFER_BYTES) closeBuffer(sheet);
}

function closeBuffer(sheet: Sheet): void {
  if (sheet.open.length === 0) return;
  sheet.pieces.push(Buffer.from(sheet.open.buffer.subarray(0, sheet.open.length)));
  sheet.open.length = 0;
}
