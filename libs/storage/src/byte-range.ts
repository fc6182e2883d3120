import { type ByteRange, RANGE_BYTES_MAX } from './object-store.js';

/** Throws unless `range` is whole numbers with 0 <= start <= end, within an object of `objectBytes`. */
export function assertWithin(range: ByteRange, objectBytes: number): void {
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw new RangeError('not a byte range');
  if (end > objectBytes) throw new RangeError(`short read: ${end - objectBytes} bytes missing`);
}

/** As assertWithin, and no longer than one buffer may be. */
export function assertReadable(range: ByteRange, objectBytes: number): void {
  assertWithin(range, objectBytes);
  if (range.end - range.start > RANGE_BYTES_MAX)
    throw new RangeError(`a range above ${RANGE_BYTES_MAX} bytes is streamed, not read`);
}
