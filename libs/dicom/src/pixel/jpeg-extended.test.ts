import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFrame } from '../decode-frame.js';
import { TransferSyntaxUid } from '../transfer-syntax.js';
import { describe16 } from './encode.testing.js';
import { inverseDct } from './inverse-dct.js';

const QUANTUM = 3;
const CATEGORIES = Array.from({ length: 16 }, (_, size) => size);
const AC_SYMBOLS = [
  0x00,
  0xf0,
  ...Array.from({ length: 160 }, (_, at) => (Math.floor(at / 10) << 4) | ((at % 10) + 1)),
];

/** Places in the block, row by row, of the first coefficients in the order of T.81 figure A.6. */
const FIRST_PLACES = [0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5];

const segment = (marker: number, content: readonly number[]): number[] => [
  ...[0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255],
  ...content,
];

const counts = (bits: number, count: number) =>
  CATEGORIES.map((index) => (index === bits - 1 ? count : 0));

const bitsOf = (value: number, size: number) =>
  (value < 0 ? value + 2 ** size - 1 : value).toString(2).padStart(size, '0');
const sizeOf = (value: number) => 32 - Math.clz32(Math.abs(value));

/** Blocks of quantized coefficients in zigzag order, as process 4 writes them. */
function encode(rows: number, columns: number, blocks: readonly (readonly number[])[]): Uint8Array {
  let bits = '';
  let before = 0;
  const coded = (code: number, length: number, value: number, size: number) => {
    bits += code.toString(2).padStart(length, '0') + (size > 0 ? bitsOf(value, size) : '');
  };
  for (const [mean = 0, ...rest] of blocks) {
    coded(sizeOf(mean - before), 5, mean - before, sizeOf(mean - before));
    before = mean;
    let zeros = 0;
    for (const value of rest) {
      if (value === 0) zeros++;
      else {
        coded(AC_SYMBOLS.indexOf((zeros << 4) | sizeOf(value)), 8, value, sizeOf(value));
        zeros = 0;
      }
    }
    coded(0, 8, 0, 0);
  }
  const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? [])
    .map((byte) => Number.parseInt(byte, 2))
    .flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]));
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array<number>(64).fill(QUANTUM)]),
    ...segment(0xc1, [12, rows >> 8, rows & 255, columns >> 8, columns & 255, 1, 1, 0x11, 0]),
    ...segment(0xc4, [0, ...counts(5, CATEGORIES.length), ...CATEGORIES]),
    ...segment(0xc4, [0x10, ...counts(8, AC_SYMBOLS.length), ...AC_SYMBOLS]),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...bytes,
    ...[0xff, 0xd9],
  ]);
}

/** T.81 §A.3.3, by its definition. */
function exactly(coefficients: readonly number[]): number[] {
  const scale = (index: number) => (index === 0 ? Math.SQRT1_2 : 1);
  const wave = (at: number, index: number) => Math.cos(((2 * at + 1) * index * Math.PI) / 16);
  return Array.from({ length: 64 }, (_, place) => {
    const [y, x] = [place >> 3, place & 7];
    return coefficients.reduce((sum, value, index) => {
      const [v, u] = [index >> 3, index & 7];
      return sum + (scale(u) * scale(v) * value * wave(x, u) * wave(y, v)) / 4;
    }, 0);
  });
}

const quantized = fc
  .tuple(
    fc.integer({ min: -2000, max: 2000 }),
    fc.array(fc.constantFrom(0, 0, 0, 1, -1, 5, -60, 300), { maxLength: 15 }),
  )
  .map(([mean, rest]) => [mean, ...rest]);

test('blocks come out as the definition of the transform has them, give or take one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(quantized, { minLength: 4, maxLength: 4 }), async (blocks) => {
      const decoded = await decodeFrame({
        transferSyntax: TransferSyntaxUid.JPEGExtended,
        description: describe16({ rows: 11, columns: 13, bitsStored: 12 }),
        bytes: encode(11, 13, blocks),
      });
      if (!decoded.ok) throw new Error(decoded.reason);
      const values = new Uint16Array(Uint8Array.from(decoded.bytes).buffer);
      for (const [at, value] of values.entries()) {
        const [row, column] = [Math.floor(at / 13), at % 13];
        const block = blocks[(row >> 3) * 2 + (column >> 3)] ?? [];
        const natural = Array<number>(64).fill(0);
        for (const [index, level] of block.entries())
          natural[FIRST_PLACES[index] ?? 0] = level * QUANTUM;
        const exact = (exactly(natural)[(row & 7) * 8 + (column & 7)] ?? 0) + 2048;
        const expected = Math.min(4095, Math.max(0, exact));
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1.01);
      }
    }),
    { numRuns: 20 },
  );
});

test('a block of nothing but its mean is flat', () => {
  const block = new Int32Array(64);
  block[0] = 80;
  inverseDct(block);
  expect([...new Set(block)]).toEqual([10]);
});

test('corrupt bytes give an answer, never a fault', async () => {
  const description = describe16({ rows: 16, columns: 16, bitsStored: 12 });
  const bytes = encode(16, 16, Array(4).fill([7, 1, -1, 0, 5]));
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), async (...at) => {
      const [place, value, length] = at;
      const changed = Uint8Array.from(bytes).subarray(0, Math.max(length, place + 1));
      changed[place] = value;
      const transferSyntax = TransferSyntaxUid.JPEGExtended;
      const decoded = await decodeFrame({ transferSyntax, description, bytes: changed });
      if (decoded.ok) expect(decoded.bytes.length).toBe(512);
      else expect(['corrupt', 'mismatch', 'unsupported', 'no-codec']).toContain(decoded.reason);
    }),
    { numRuns: 200 },
  );
});
