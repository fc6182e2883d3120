import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutRanges } from './frame-part.js';

const bytes = Buffer.from(Array.from({ length: 200 }, (_, index) => index));
const read = (ranges: readonly { start: number; end: number }[]) =>
  Buffer.concat(ranges.map(({ start, end }) => bytes.subarray(start, end)));

test('a part of fragments is the part of what they are joined', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(100), fc.nat(40)), { maxLength: 6 }),
      fc.nat(250),
      fc.nat(250),
      (fragments, start, length) => {
        const ranges = fragments.map(([from, count]) => ({ start: from, end: from + count }));
        const part = { start, end: start + length };
        const cut = cutRanges(ranges, part);
        expect(read(cut)).toEqual(read(ranges).subarray(part.start, part.end));
        for (const range of cut) expect(range.end).toBeGreaterThan(range.start);
      },
    ),
  ));
