import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fileBytes,
  headerOf,
  readBytes,
  type TestDataSet,
  type TestElement,
} from './dicom-file.testing.js';
import { type FrameIndex, frameIndexOf, frameRanges } from './frame-index.js';
import { decodeFrameIndex, encodeFrameIndex } from './frame-index-code.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

const image = (
  frames: number,
  { rows = 4, columns = 3, bits = 16, photometric = 'MONOCHROME2' } = {},
): TestDataSet => [
  [0x00280002, 'US', [photometric === 'MONOCHROME2' ? 1 : 3]],
  [0x00280004, 'CS', photometric],
  ...(frames === 1 ? [] : [[0x00280008, 'IS', String(frames)] as const]),
  [0x00280010, 'US', [rows]],
  [0x00280011, 'US', [columns]],
  [0x00280100, 'US', [bits]],
];

describe('native pixel data', () => {
  const indexOf = async (dataSet: TestDataSet) => frameIndexOf(await headerOf(fileBytes(dataSet)));

  test('frames follow each other', async () => {
    const bytes = fileBytes([...image(3), [0x7fe00010, 'OW', Buffer.alloc(72)]]);
    const index = frameIndexOf(await headerOf(bytes));
    const offset = bytes.length - 72;
    expect(index).toEqual({
      ok: true,
      frameIndex: { kind: 'native', offset, frameBytes: 24, frames: 3 },
    });
    expect(index.ok && frameRanges(index.frameIndex, 2)).toEqual([[offset + 48, 24]]);
    expect(index.ok && frameRanges(index.frameIndex, 3)).toBeUndefined();
    expect(index.ok && frameRanges(index.frameIndex, -1)).toBeUndefined();
  });

  test('bit-packed frames need not begin on a byte (PS3.5 §8.1.1)', async () => {
    const index = await indexOf([
      ...image(3, { bits: 1, rows: 3, columns: 3 }),
      [0x7fe00010, 'OB', Buffer.alloc(4)],
    ]);
    if (!index.ok) throw new Error(index.error);
    expect(index.frameIndex).toMatchObject({ frameBytes: 2, frameBits: 9 });
    const [[offset] = [0]] = frameRanges(index.frameIndex, 0) ?? [];
    expect(frameRanges(index.frameIndex, 1)).toEqual([[offset + 1, 2]]);
    expect(frameRanges(index.frameIndex, 2)).toEqual([[offset + 2, 2]]);
  });

  test('three samples fill a frame, 4:2:2 only two', async () => {
    const rgb = await indexOf([
      ...image(1, { bits: 8, photometric: 'RGB' }),
      [0x7fe00010, 'OB', Buffer.alloc(36)],
    ]);
    expect(rgb).toMatchObject({ frameIndex: { frameBytes: 36 } });
    const ybr = await indexOf([
      ...image(1, { bits: 8, photometric: 'YBR_FULL_422' }),
      [0x7fe00010, 'OB', Buffer.alloc(24)],
    ]);
    expect(ybr).toMatchObject({ frameIndex: { frameBytes: 24 } });
  });

  test('floating point pixels have frames too', async () => {
    const index = await indexOf([...image(2, { bits: 32 }), [0x7fe00008, 'OF', Buffer.alloc(96)]]);
    expect(index).toMatchObject({ frameIndex: { frameBytes: 48, frames: 2 } });
  });

  test('pixels that are too few, or of unknown size, or absent, are said to be so', async () => {
    expect(await indexOf([...image(3), [0x7fe00010, 'OW', Buffer.alloc(70)]])).toEqual({
      ok: false,
      error: 'pixel-data-too-short',
    });
    expect(await indexOf([[0x7fe00010, 'OW', Buffer.alloc(70)]])).toEqual({
      ok: false,
      error: 'no-image-attributes',
    });
    expect(await indexOf(image(1))).toEqual({ ok: false, error: 'no-pixel-data' });
  });
});

const jpeg = (bytes: number) =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(bytes - 4, 9)]);
const more = (bytes: number) => Buffer.alloc(bytes, 7);
const words = (...values: number[]) => {
  const table = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    table.writeUInt32LE(value, i * 4);
  });
  return table;
};
const longs = (...values: number[]) => {
  const table = Buffer.alloc(values.length * 8);
  values.forEach((value, i) => {
    table.writeBigUInt64LE(BigInt(value), i * 8);
  });
  return table;
};
const NO_TABLE = Buffer.alloc(0);

describe('encapsulated pixel data', () => {
  const framesOf = async (
    frames: number,
    fragments: readonly Buffer[],
    extra: readonly TestElement[] = [],
    uid: string = TransferSyntaxUid.JPEGBaseline,
  ) => {
    const bytes = fileBytes([...image(frames), ...extra, [0x7fe00010, 'OB', { fragments }]], uid);
    const index = frameIndexOf(await headerOf(bytes));
    if (!index.ok) return index.error;
    if (index.frameIndex.kind === 'native') throw new Error('native');
    return index.frameIndex.frames.map((ranges) =>
      Buffer.concat(ranges.map(([offset, length]) => bytes.subarray(offset, offset + length))),
    );
  };

  test('all fragments are the one frame', async () => {
    expect(await framesOf(1, [NO_TABLE, jpeg(10), more(6), more(4)])).toEqual([
      Buffer.concat([jpeg(10), more(6), more(4)]),
    ]);
  });

  test('a fragment is a frame where there are as many', async () => {
    expect(await framesOf(2, [NO_TABLE, more(10), more(6)])).toEqual([more(10), more(6)]);
  });

  test('the basic offset table says where frames begin', async () => {
    const fragments = [words(0, 18 + 14), more(10), more(6), more(4), more(2)];
    expect(await framesOf(2, fragments)).toEqual([
      Buffer.concat([more(10), more(6)]),
      Buffer.concat([more(4), more(2)]),
    ]);
  });

  test('a basic offset table that names no fragment is not believed', async () => {
    const fragments = [words(0, 17), jpeg(10), more(6), jpeg(4)];
    expect(await framesOf(2, fragments)).toEqual([Buffer.concat([jpeg(10), more(6)]), jpeg(4)]);
  });

  test('without a table frames begin where images do', async () => {
    const fragments = [NO_TABLE, jpeg(10), more(6), jpeg(8), jpeg(12), more(2)];
    expect(await framesOf(3, fragments)).toEqual([
      Buffer.concat([jpeg(10), more(6)]),
      jpeg(8),
      Buffer.concat([jpeg(12), more(2)]),
    ]);
  });

  test('JPEG 2000 code streams begin images', async () => {
    const codeStream = Buffer.from('ff4fff510000', 'hex');
    const frames = await framesOf(
      2,
      [NO_TABLE, codeStream, more(2), codeStream],
      [],
      TransferSyntaxUid.JPEG2000,
    );
    expect(frames).toEqual([Buffer.concat([codeStream, more(2)]), codeStream]);
  });

  test('the extended offset table gives offsets and lengths without padding', async () => {
    const extra: TestElement[] = [
      [0x7fe00001, 'OV', longs(0, 18)],
      [0x7fe00002, 'OV', longs(9, 6)],
    ];
    expect(await framesOf(2, [NO_TABLE, more(10), more(6)], extra)).toEqual([more(9), more(6)]);
  });

  test('an extended offset table beyond the inline bound is used all the same', async () => {
    const frames = 200;
    const offsets = Array.from({ length: frames }, (_, i) => i * 12);
    const extra: TestElement[] = [
      [0x7fe00001, 'OV', longs(...offsets)],
      [0x7fe00002, 'OV', longs(...offsets.map(() => 3))],
    ];
    const found = await framesOf(frames, [NO_TABLE, ...offsets.map(() => more(4))], extra);
    expect(found).toEqual(offsets.map(() => more(3)));
  });

  test('a video is one stretch of bytes', async () => {
    expect(
      await framesOf(25, [NO_TABLE, more(10), more(6)], [], '1.2.840.10008.1.2.4.102'),
    ).toEqual([Buffer.concat([more(10), more(6)])]);
  });

  test('fragments that cannot be told apart are an error', async () => {
    expect(
      await framesOf(2, [NO_TABLE, more(10), more(6), more(2)], [], TransferSyntaxUid.RLELossless),
    ).toBe('frames-unmapped');
    expect(await framesOf(3, [NO_TABLE, more(10), more(6)])).toBe('frames-unmapped');
    expect(await framesOf(1, [NO_TABLE])).toBe('no-fragments');
  });

  test('what is no item between fragments is an error with the tag of the value', async () => {
    const bytes = fileBytes(
      [...image(1), [0x7fe00010, 'OB', { fragments: [NO_TABLE, more(10)] }]],
      TransferSyntaxUid.JPEGBaseline,
    );
    bytes.writeUInt16LE(0x0008, bytes.length - 8);
    expect(await readBytes(bytes)).toEqual({
      ok: false,
      error: { reason: 'item-expected', offset: bytes.length - 8, tag: '7FE00010' },
    });
  });

  test('more fragments than the bound are an error', async () => {
    const bytes = fileBytes(
      [...image(1), [0x7fe00010, 'OB', { fragments: [NO_TABLE, more(2), more(2), more(2)] }]],
      TransferSyntaxUid.JPEGBaseline,
    );
    expect(await readBytes(bytes, { fragmentsMax: 2 })).toMatchObject({
      ok: false,
      error: { reason: 'too-many-fragments' },
    });
  });
});

describe('the compact form', () => {
  const range = fc.tuple(fc.nat({ max: 2 ** 40 }), fc.nat({ max: 0xffffffff }));
  const index: fc.Arbitrary<FrameIndex> = fc.oneof(
    fc.record({
      kind: fc.constant('native' as const),
      offset: fc.nat({ max: 2 ** 40 }),
      frameBytes: fc.nat(),
      frames: fc.nat(),
    }),
    fc.record({
      kind: fc.constant('native' as const),
      offset: fc.nat(),
      frameBytes: fc.nat(),
      frames: fc.nat(),
      frameBits: fc.nat(),
    }),
    fc.record({
      kind: fc.constant('encapsulated' as const),
      frames: fc.array(fc.array(range, { minLength: 1, maxLength: 4 })),
    }),
  );

  test('decoding gives what was encoded, through JSON', () => {
    fc.assert(
      fc.property(index, (one) => {
        expect(decodeFrameIndex(JSON.parse(JSON.stringify(encodeFrameIndex(one))))).toEqual(one);
      }),
    );
  });

  test('100,000 frames of 20 KB take less than seven characters each', () => {
    const frames = Array.from({ length: 100_000 }, (_, i) => [
      [1000 + i * 20_008, 19_000 + (i % 1000)] as const,
    ]);
    const text = JSON.stringify(encodeFrameIndex({ kind: 'encapsulated', frames }));
    expect(text.length).toBeLessThan(100_000 * 8);
  });
});
