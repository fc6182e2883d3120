import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitFrame } from './bit-frame.js';

test('any frame cut out of packed bits holds exactly its own bits', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.infiniteStream(fc.boolean()),
      (frameBits, frames, stream) => {
        const bits = [...stream.take(frameBits * frames)];
        const packed = Buffer.alloc(Math.ceil(bits.length / 8));
        bits.forEach((bit, at) => {
          if (bit) packed[at >> 3] = packed[at >> 3]! | (1 << (at % 8));
        });
        for (let index = 0; index < frames; index++) {
          const start = Math.floor((index * frameBits) / 8);
          const end = Math.ceil(((index + 1) * frameBits) / 8);
          const frame = bitFrame(packed.subarray(start, end), index, frameBits);
          const read = Array.from({ length: frame.length * 8 }, (_, at) =>
            Boolean((frame[at >> 3]! >> (at % 8)) & 1),
          );
          const own = bits.slice(index * frameBits, (index + 1) * frameBits);
          expect(read).toEqual([...own, ...Array(read.length - frameBits).fill(false)]);
        }
      },
    ),
  ));
