import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nativeFrameBytes } from '../pixel-description.js';
import { describe16, encodeRle } from './encode.testing.js';
import { decodeRle } from './rle.js';

const descriptions = fc
  .record({
    rows: fc.integer({ min: 1, max: 12 }),
    columns: fc.integer({ min: 1, max: 150 }),
    samplesPerPixel: fc.constantFrom(1, 3),
    bitsAllocated: fc.constantFrom(8, 16, 32),
  })
  .map(describe16);

test('what the encoder wrote comes back, for any depth, samples and content', () => {
  fc.assert(
    fc.property(descriptions, fc.infiniteStream(fc.constantFrom(0, 0, 0, 1, 255)), (it, noise) => {
      const native = Uint8Array.from(
        { length: nativeFrameBytes(it) },
        () => noise.next().value ?? 0,
      );
      expect(decodeRle(it, encodeRle(it, native))).toEqual(native);
    }),
  );
});

test('any bytes at all give an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const native = decodeRle(describe16(), bytes);
      expect(native === undefined || native.length === 48).toBe(true);
    }),
  );
});

test('a frame cut anywhere before its last run is refused', () => {
  const it = describe16({ rows: 1, columns: 3, bitsAllocated: 8 });
  const encoded = encodeRle(it, Uint8Array.of(1, 2, 3));
  expect(decodeRle(it, encoded.subarray(0, 67))).toBeUndefined();
  expect(decodeRle(it, encoded)).toEqual(Uint8Array.of(1, 2, 3));
});

test('a header that counts other segments than the description needs is refused', () => {
  const it = describe16({ rows: 1, columns: 3, bitsAllocated: 8 });
  const encoded = encodeRle(it, Uint8Array.of(1, 2, 3));
  expect(decodeRle({ ...it, bitsAllocated: 16 }, encoded)).toBeUndefined();
});

test('a segment that starts beyond the frame is refused', () => {
  const it = describe16({ rows: 1, columns: 3, bitsAllocated: 8 });
  const encoded = encodeRle(it, Uint8Array.of(1, 2, 3));
  new DataView(encoded.buffer, encoded.byteOffset).setUint32(4, 4_000_000_000, true);
  expect(decodeRle(it, encoded)).toBeUndefined();
});
