import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrameIndex } from '#dicom/frame-index-code';
import { type PixelSource, pixelDigester, pixelKeyOf, pixelSourceOf } from './pixel-digest.js';

const key = pixelKeyOf(Buffer.alloc(32, 3));
const shape = { rows: 16, columns: 16, bitsAllocated: 8 };
const picture = Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 7) % 251));
const native = (offset: number, frames = 2) =>
  pixelSourceOf(
    {
      frameIndex: encodeFrameIndex({ kind: 'native', offset, frameBytes: 256, frames }),
      deflated: false,
    },
    shape,
  ) as PixelSource;
const digestOf = (file: Buffer, source: PixelSource, cuts: readonly number[] = []) => {
  const digester = pixelDigester(key, source);
  const ends = [...new Set([...cuts.map((cut) => cut % (file.length + 1)), file.length])];
  let from = 0;
  for (const end of ends.toSorted((a, b) => a - b)) {
    digester.update(file.subarray(from, end));
    from = end;
  }
  return digester.digest()?.toString('hex');
};
const fileOf = (head: string, pixels: Buffer, tail = '') =>
  Buffer.concat([Buffer.from(head), pixels, Buffer.from(tail)]);

test('the same pixels have the same digest, whatever stands before and behind them', () => {
  const one = digestOf(fileOf('one header', picture), native(10));
  const other = digestOf(fileOf('a longer header', picture, '\0pad'), native(15));
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(other).toBe(one);
});

test('one other pixel is another picture, and so are other rows', () => {
  const changed = Buffer.from(picture);
  changed[300] = 1;
  const one = digestOf(picture, native(0));
  expect(digestOf(changed, native(0))).not.toBe(one);
  expect(digestOf(picture, { ...native(0), shape: 'native 8 32 8' })).not.toBe(one);
});

test('however the bytes come, the digest is the same', () => {
  const source: PixelSource = {
    ranges: [
      [3, 40],
      [51, 100],
      [151, 1],
      [160, 300],
    ],
    shape: 'coded',
  };
  const whole = digestOf(picture, source);
  fc.assert(
    fc.property(fc.array(fc.nat(512)), (cuts) => {
      expect(digestOf(picture, source, cuts)).toBe(whole);
    }),
  );
});

test('fragments count without their item heads, in the order of the file', () => {
  const cut = [picture.subarray(0, 200), picture.subarray(200)] as const;
  const file = Buffer.concat([Buffer.from('head'), cut[0], Buffer.from('item....'), cut[1]]);
  const frames = [[[4, 200]], [[212, 312]]] as const;
  const one = pixelSourceOf(
    { frameIndex: encodeFrameIndex({ kind: 'encapsulated', frames }), deflated: false },
    shape,
  ) as PixelSource;
  const whole = pixelSourceOf(
    {
      frameIndex: encodeFrameIndex({ kind: 'encapsulated', frames: [[[0, 512]]] }),
      deflated: false,
    },
    shape,
  ) as PixelSource;
  expect(digestOf(file, one)).toBe(digestOf(picture, whole));
});

test('a picture of one value tells nothing, nor does a tiny one, nor what is deflated', () => {
  expect(digestOf(Buffer.alloc(512, 9), native(0))).toBeUndefined();
  const frameIndex = encodeFrameIndex({ kind: 'native', offset: 0, frameBytes: 64, frames: 1 });
  expect(pixelSourceOf({ frameIndex, deflated: false }, shape)).toBeUndefined();
  const large = encodeFrameIndex({ kind: 'native', offset: 0, frameBytes: 6_400, frames: 1 });
  expect(pixelSourceOf({ frameIndex: large, deflated: true }, shape)).toBeUndefined();
  expect(pixelSourceOf({ frameIndex: null, deflated: false }, shape)).toBeUndefined();
});

test('without the key it tells nothing of a picture that somebody has', () => {
  const other = pixelDigester(pixelKeyOf(Buffer.alloc(32, 4)), native(0));
  other.update(picture);
  expect(other.digest()?.toString('hex')).not.toBe(digestOf(picture, native(0)));
});
