import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describe16, encodeJpegLossless, type LosslessChoice } from './encode.testing.js';
import { readJpegHeader } from './jpeg-header.js';
import { decodeJpegLossless } from './jpeg-lossless.js';

const CHOICE: LosslessChoice = {
  predictor: 1,
  pointTransform: 0,
  restartRows: 0,
  precision: 16,
  isInterleaved: true,
};

const decode = (it: ReturnType<typeof describe16>, bytes: Uint8Array) => {
  const header = readJpegHeader(bytes);
  if (header === undefined) throw new Error('the encoder wrote no header');
  return decodeJpegLossless(it, bytes, header);
};

const cases = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 9 }),
  samplesPerPixel: fc.constantFrom(1, 3),
  predictor: fc.integer({ min: 1, max: 7 }),
  pointTransform: fc.constantFrom(0, 0, 3),
  restartRows: fc.constantFrom(0, 1, 2),
  precision: fc.constantFrom(5, 8, 12, 16),
  isInterleaved: fc.boolean(),
});

test('what the encoder wrote comes back, for any predictor, transform, restart, depth and order of scans', () => {
  fc.assert(
    fc.property(cases, fc.infiniteStream(fc.nat(65535)), ({ rows, columns, ...rest }, noise) => {
      const it = describe16({ rows, columns, samplesPerPixel: rest.samplesPerPixel });
      const values = Array.from(
        { length: rows * columns * rest.samplesPerPixel },
        () => (noise.next().value ?? 0) % 2 ** rest.precision,
      );
      const decoded = decode(it, encodeJpegLossless(it, values, rest));
      const kept = values.map((value) => (value >> rest.pointTransform) << rest.pointTransform);
      expect(decoded.ok && [...decoded.values]).toEqual(kept);
    }),
    { numRuns: 300 },
  );
});

const it4 = describe16();
const values = Array.from({ length: 24 }, (_, at) => (at * 2711) % 65536);

test('a frame cut before its last bits is refused', () => {
  const whole = encodeJpegLossless(it4, values, CHOICE);
  for (let end = 60; end < whole.length - 3; end++)
    expect(decode(it4, whole.subarray(0, end))).toEqual({ ok: false, reason: 'corrupt' });
});

test('a frame without the restart marker that it promised is refused', () => {
  const whole = encodeJpegLossless(it4, values, { ...CHOICE, restartRows: 2 });
  const at = whole.findIndex((byte, index) => byte === 0xff && whole[index + 1] === 0xd0);
  const without = Uint8Array.from([...whole.subarray(0, at), ...whole.subarray(at + 2)]);
  expect(decode(it4, without).ok).toBe(false);
});

test('corrupt bytes give an answer, never a fault', () => {
  const whole = encodeJpegLossless(it4, values, CHOICE);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const bytes = whole.slice();
      bytes[at] = byte;
      const header = readJpegHeader(bytes);
      if (header === undefined) return;
      const is4x6 = header.rows === 4 && header.columns === 6 && header.components.length === 1;
      if (is4x6) expect(typeof decodeJpegLossless(it4, bytes, header).ok).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});

test('a stream of another process than lossless is refused', () => {
  const whole = encodeJpegLossless(it4, values, CHOICE);
  const header = readJpegHeader(whole);
  if (header === undefined) throw new Error('the encoder wrote no header');
  expect(decodeJpegLossless(it4, whole, { ...header, process: 1 })).toEqual({
    ok: false,
    reason: 'no-codec',
  });
});
