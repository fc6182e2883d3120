import { UNDEFINED_LENGTH } from '../element.js';
import { Tag } from '../tag.js';
import type { BulkBytes, BulkValue } from './bulk.js';
import { addBulk, addBytes, addHeader, addItem, type Sheet } from './sheet.js';
import { WriteStopped } from './write-fault.js';

type Frames = Extract<BulkValue, { kind: 'frames' }>;

const ITEM_HEADER_BYTES = 8;
const FRAGMENT_BYTES_MAX = UNDEFINED_LENGTH - 1;
const OFFSET_MAX = 0xffffffff;

/**
 * Adds Pixel Data of compressed frames (PS3.5 §A.4), with a Basic Offset Table where the frames may have one. Frames beyond
 * 4 GiB, which it can't name, get an Extended Offset Table in its place (PS3.3 §C.7.6.3.1.8), if each is one fragment.
 */
export function addFrames(sheet: Sheet, { frames, offsets }: Frames, path: string): void {
  if (frames.length === 0 || frames.some((fragments) => fragments.length === 0))
    throw new WriteStopped('pixel-data-form', path);
  if (frames.flat().some(({ bytes }) => bytes > FRAGMENT_BYTES_MAX))
    throw new WriteStopped('value-too-long', path);
  const starts = startsOf(frames);
  const isNear = (starts.at(-1) ?? 0) <= OFFSET_MAX;
  if (offsets && !isNear) addExtendedTable(sheet, frames, starts);
  addHeader(sheet, Tag.PixelData, 'OB', UNDEFINED_LENGTH);
  const table = offsets && isNear ? basicTable(starts) : Buffer.alloc(0);
  addItem(sheet, Tag.Item, table.length);
  addBytes(sheet, table);
  for (const fragment of frames.flat()) {
    addItem(sheet, Tag.Item, even(fragment.bytes));
    addBulk(sheet, fragment, 0);
  }
  addItem(sheet, Tag.SequenceDelimitationItem, 0);
}

/** Offsets of the frames from the first fragment's item tag on. */
function startsOf(frames: readonly (readonly BulkBytes[])[]): readonly number[] {
  let at = 0;
  return frames.map((fragments) => {
    const start = at;
    for (const { bytes } of fragments) at += ITEM_HEADER_BYTES + even(bytes);
    return start;
  });
}

const even = (bytes: number) => bytes + (bytes % 2);

function basicTable(starts: readonly number[]): Buffer {
  const table = Buffer.alloc(starts.length * 4);
  for (const [index, start] of starts.entries()) table.writeUInt32LE(start, index * 4);
  return table;
}

function addExtendedTable(
  sheet: Sheet,
  frames: readonly (readonly BulkBytes[])[],
  starts: readonly number[],
): void {
  if (frames.some((fragments) => fragments.length > 1)) return;
  const lengths = frames.map(([fragment]) => fragment?.bytes ?? 0);
  addLongs(sheet, Tag.ExtendedOffsetTable, starts);
  addLongs(sheet, Tag.ExtendedOffsetTableLengths, lengths);
}

function addLongs(sheet: Sheet, tag: number, values: readonly number[]): void {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
  addHeader(sheet, tag, 'OV', bytes.length);
  addBytes(sheet, bytes);
}
