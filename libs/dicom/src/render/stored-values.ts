import type { Display } from '../display.js';
import { nativeFrameBytes, type PixelDescription } from '../pixel-description.js';

/** Stored values of one-sample pixels, by index from 0 in reading order; `bits` of an integer, undefined for floats and wide integers. */
export type StoredValues = Readonly<{
  count: number;
  at: (index: number) => number;
  /** Given where a table of all values is small: then every value is an integer of so many bits, two's complement when signed. */
  bits?: number;
}>;

/** Integers up to here are looked up in a table. */
export const TABLE_BITS_MAX = 16;

/** Reads native pixel cells (PS3.5 §8.1.1); undefined for cells that no number type has. `isNative`: they were stored so, with bits above High Bit that are no pixel. */
export function storedValues(
  bytes: Uint8Array,
  it: PixelDescription,
  { highBit, isFloat }: Pick<Display, 'highBit' | 'isFloat'>,
): StoredValues | undefined {
  const count = it.rows * it.columns;
  const view = new DataView(bytes.buffer, bytes.byteOffset, nativeFrameBytes(it));
  if (isFloat) return floats(view, it.bitsAllocated, count);
  if (it.bitsAllocated === 1)
    return { count, at: (index) => (view.getUint8(index >> 3) >> (index & 7)) & 1, bits: 1 };
  const cell = cells(view, it.bitsAllocated);
  if (cell === undefined) return undefined;
  const shift = Math.min(
    Math.max(highBit + 1 - it.bitsStored, 0),
    it.bitsAllocated - it.bitsStored,
  );
  const at = it.pixelRepresentation === 1 ? signed(cell, it, shift) : unsigned(cell, it, shift);
  return it.bitsStored <= TABLE_BITS_MAX ? { count, at, bits: it.bitsStored } : { count, at };
}

type At = (index: number) => number;

function floats(view: DataView, bits: number, count: number): StoredValues | undefined {
  if (bits === 32) return { count, at: (index) => view.getFloat32(index * 4, true) };
  return bits === 64 ? { count, at: (index) => view.getFloat64(index * 8, true) } : undefined;
}

function cells(view: DataView, bits: number): At | undefined {
  if (bits === 8) return (index) => view.getUint8(index);
  if (bits === 16) return (index) => view.getUint16(index * 2, true);
  return bits === 32 ? (index) => view.getUint32(index * 4, true) : undefined;
}

function signed(cell: At, { bitsStored }: PixelDescription, shift: number): At {
  const up = 32 - bitsStored;
  return (index) => ((cell(index) >>> shift) << up) >> up;
}

function unsigned(cell: At, { bitsStored }: PixelDescription, shift: number): At {
  const spare = 32 - bitsStored;
  return (index) => ((cell(index) >>> shift) << spare) >>> spare;
}
