import type { ByteRange } from '#storage/object-store';

/** The bytes of `part` of what lies in `ranges`, one after the other; all of it without one. Ranges that give nothing are left out. */
export function cutRanges(
  ranges: readonly ByteRange[],
  part: ByteRange | undefined,
): readonly ByteRange[] {
  if (part === undefined) return ranges;
  const wanted: ByteRange[] = [];
  let before = 0;
  for (const { start, end } of ranges) {
    const from = Math.max(start, start + part.start - before);
    const until = Math.min(end, start + part.end - before);
    if (from < until) wanted.push({ start: from, end: until });
    before += end - start;
  }
  return wanted;
}

/** The bytes of `part` of a buffer, without a copy; all of it without one. */
export const cutBuffer = (buffer: Buffer, part: ByteRange | undefined): Buffer =>
  part === undefined ? buffer : buffer.subarray(part.start, part.end);
