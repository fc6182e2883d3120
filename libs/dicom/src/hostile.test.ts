import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dataSetBytes,
  fileBytes,
  fileWith,
  headerBytes,
  headerOf,
  marker,
  readBytes,
  type TestDataSet,
  type TestElement,
} from './dicom-file.testing.js';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, UNDEFINED_LENGTH } from './element.js';
import { frameIndexOf } from './frame-index.js';
import { readHeader } from './read-header.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

const { ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, JPEGBaseline } =
  TransferSyntaxUid;

const element: fc.Arbitrary<TestElement> = fc.oneof(
  fc.tuple(
    fc.constant(0x00080060),
    fc.constant('CS' as const),
    fc.constantFrom('CT', 'MR\\OT', ''),
  ),
  fc.tuple(
    fc.constant(0x00104000),
    fc.constant('LT' as const),
    fc.string({ unit: 'grapheme-ascii', maxLength: 3000 }),
  ),
  fc.tuple(
    fc.constant(0x00189073),
    fc.constant('FD' as const),
    fc.array(fc.integer(), { maxLength: 5 }),
  ),
  fc.tuple(fc.constant(0x00280106), fc.constant('US' as const), fc.tuple(fc.nat({ max: 65535 }))),
  fc.tuple(fc.constant(0x00280103), fc.constant('US' as const), fc.constantFrom([0], [1])),
  fc.tuple(
    fc.constant(0x00283006),
    fc.constant('OW' as const),
    fc.nat({ max: 4000 }).map((n) => Buffer.alloc(n * 2, n)),
  ),
);
const dataSetOf = (item: fc.Arbitrary<TestElement>): fc.Arbitrary<TestDataSet> =>
  fc
    .uniqueArray(item, { selector: ([tag]) => tag, maxLength: 6 })
    .map((elements) => [...elements].sort(([a], [b]) => a - b));
const sequence = (items: fc.Arbitrary<TestDataSet>): fc.Arbitrary<TestElement> =>
  fc.tuple(
    fc.constant(0x00081140),
    fc.constant('SQ' as const),
    fc.record({ items: fc.array(items, { maxLength: 4 }), delimited: fc.boolean() }),
  );
const pixelData: fc.Arbitrary<TestElement> = fc.tuple(
  fc.constant(0x7fe00010),
  fc.constant('OB' as const),
  fc.oneof(
    fc.nat({ max: 9000 }).map((n) => Buffer.alloc(n * 2, 1)),
    fc
      .array(fc.nat({ max: 9000 }), { minLength: 1, maxLength: 5 })
      .map((sizes) => ({ fragments: sizes.map((n) => Buffer.alloc(n * 2, 1)) })),
  ),
);
const item = dataSetOf(fc.oneof(element, sequence(dataSetOf(element))));
const file = fc
  .tuple(
    dataSetOf(fc.oneof(element, sequence(item), pixelData)),
    fc.constantFrom(ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian),
  )
  .map(([dataSet, uid]) =>
    fileBytes(
      dataSet,
      uid === ExplicitVRBigEndian && JSON.stringify(dataSet).includes('fragments')
        ? JPEGBaseline
        : uid,
    ),
  );

test('whatever pieces a file is read in, it gives the same header', () =>
  fc.assert(
    fc.asyncProperty(file, fc.integer({ min: 1, max: 5000 }), async (bytes, firstReadBytes) => {
      const [whole, pieces] = [await readBytes(bytes), await readBytes(bytes, { firstReadBytes })];
      expect(pieces).toEqual(whole);
      expect(whole.ok).toBe(true);
    }),
  ));

test('a file cut short anywhere gives an error in its bounds, or a header of whole elements', () =>
  fc.assert(
    fc.asyncProperty(file, fc.double({ min: 0, max: 1, noNaN: true }), async (bytes, part) => {
      const short = bytes.subarray(0, Math.floor(bytes.length * part));
      const result = await readBytes(short);
      if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(short.length);
      else
        for (const { start, length } of result.header.bulk)
          expect(start + length).toBeLessThanOrEqual(short.length);
    }),
  ));

test('a small file cut short at every byte gives an error or a header', async () => {
  const dataSet: TestDataSet = [
    [0x00080005, 'CS', '\\ISO 2022 IR 87'],
    [0x00081140, 'SQ', { delimited: true, items: [[[0x00081155, 'UI', '1.2']], []] }],
    [0x00100010, 'PN', Buffer.from('1b2442 3b33 4544 1b2842'.replaceAll(' ', ''), 'hex')],
    [0x7fe00010, 'OB', { fragments: [Buffer.alloc(0), Buffer.alloc(6)] }],
    [0xfffcfffc, 'OB', Buffer.alloc(2)],
  ];
  const bytes = fileBytes(dataSet, JPEGBaseline);
  for (let length = 0; length < bytes.length; length += 1) {
    const result = await readBytes(bytes.subarray(0, length));
    if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(length);
  }
});

test('bytes changed at random give an error or a header, and a frame index or none', () =>
  fc.assert(
    fc.asyncProperty(
      file,
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 20 }),
      async (bytes, changes) => {
        const changed = Buffer.from(bytes);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        const result = await readBytes(changed);
        if (result.ok) frameIndexOf(result.header);
        else expect(result.error.offset).toBeLessThanOrEqual(changed.length);
      },
    ),
  ));

test('noise behind a prefix gives an error or a header', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (noise) => {
      for (const uid of [
        ImplicitVRLittleEndian,
        ExplicitVRLittleEndian,
        ExplicitVRBigEndian,
        JPEGBaseline,
        '1.2.840.10008.1.2.1.99',
      ])
        await readBytes(fileWith(Buffer.from(noise), uid));
    }),
  ));

describe('bounds', () => {
  const reasonOf = async (bytes: Buffer, limits = {}) => {
    const result = await readBytes(bytes, limits);
    return result.ok ? 'read' : result.error.reason;
  };

  test('a length of four gigabytes allocates nothing', async () => {
    for (const vr of ['UN', 'OB', 'UT', 'SQ'] as const) {
      const bytes = fileWith(
        Buffer.concat([
          headerBytes(0x00091010, vr, 0xfffffffe, EXPLICIT_LITTLE_ENDIAN),
          Buffer.alloc(100),
        ]),
      );
      expect(await reasonOf(bytes)).toBe('truncated');
    }
  });

  test('the file is never asked for more than the bound in all', async () => {
    const value: TestDataSet = [[0x00104000, 'LT', 'x'.repeat(60_000)]];
    const bytes = fileBytes([
      [0x00081140, 'SQ', { items: Array.from({ length: 50 }, () => value) }],
    ]);
    const reads: [number, number][] = [];
    const result = await readBytes(bytes, { headerBytesMax: 1_000_000 }, reads);
    expect(result).toMatchObject({ ok: false, error: { reason: 'header-too-long' } });
    expect(reads.reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThanOrEqual(
      1_000_000,
    );
  });

  test('what lies between the headers of many small fragments counts as no header', async () => {
    const fragments = [Buffer.alloc(0), ...new Array(2000).fill(Buffer.alloc(2000))];
    const bytes = fileBytes([[0x7fe00010, 'OB', { fragments }]], JPEGBaseline);
    expect(await reasonOf(bytes, { headerBytesMax: 200_000 })).toBe('read');
  });

  test.each([63, 64, 5000])('%i nested sequences', async (depth) => {
    const open = Buffer.concat([
      headerBytes(0x00081140, 'SQ', UNDEFINED_LENGTH, EXPLICIT_LITTLE_ENDIAN),
      marker(0xfffee000, UNDEFINED_LENGTH, EXPLICIT_LITTLE_ENDIAN),
    ]);
    const close = Buffer.concat([
      marker(0xfffee00d, 0, EXPLICIT_LITTLE_ENDIAN),
      marker(0xfffee0dd, 0, EXPLICIT_LITTLE_ENDIAN),
    ]);
    const bytes = fileWith(
      Buffer.concat([...new Array(depth).fill(open), ...new Array(depth).fill(close)]),
    );
    expect(await reasonOf(bytes)).toBe(depth > 64 ? 'nested-too-deep' : 'read');
  });

  test('unknown sequences within each other are not read twice over', async () => {
    let bytes = Buffer.from('noise');
    for (let depth = 0; depth < 60; depth += 1) {
      const item = Buffer.concat([marker(0xfffee000, bytes.length, IMPLICIT_LITTLE_ENDIAN), bytes]);
      bytes = Buffer.concat([
        headerBytes(0x00081140, 'SQ', item.length, IMPLICIT_LITTLE_ENDIAN),
        item,
      ]);
    }
    const unknown = fileBytes([[0x00081140, 'UN', bytes]]);
    const header = await headerOf(unknown);
    expect(header.dataSet['00081140']?.vr).toBe('UN');
  });

  test('empty items are counted', async () => {
    const items = Buffer.concat(
      new Array(2000).fill(marker(0xfffee000, 0, EXPLICIT_LITTLE_ENDIAN)),
    );
    const bytes = fileWith(
      Buffer.concat([headerBytes(0x00081140, 'SQ', items.length, EXPLICIT_LITTLE_ENDIAN), items]),
    );
    expect(await reasonOf(bytes, { elementsMax: 1000 })).toBe('too-many-elements');
  });

  test('delimiters that nothing opened are counted', async () => {
    const noise = Buffer.concat(
      new Array(2000).fill(marker(0xfffee0dd, 0, EXPLICIT_LITTLE_ENDIAN)),
    );
    const bytes = fileWith(
      Buffer.concat([dataSetBytes([[0x00080060, 'CS', 'CT']], EXPLICIT_LITTLE_ENDIAN), noise]),
    );
    const result = await readBytes(bytes, { elementsMax: 1000 });
    expect(result).toMatchObject({ ok: false, error: { reason: 'too-many-elements' } });
  });

  test('values of lists are counted, person names as elements', async () => {
    const list = (vr: 'PN' | 'IS'): TestDataSet => [
      [vr === 'PN' ? 0x00100010 : 0x00201206, vr, '1\\'.repeat(900)],
    ];
    expect(await reasonOf(fileBytes(list('PN')), { elementsMax: 500 })).toBe('too-many-elements');
    expect(await reasonOf(fileBytes(list('IS')), { elementsMax: 500 })).toBe('read');
    expect(await reasonOf(fileBytes(list('IS')), { valuesMax: 500 })).toBe('too-many-elements');
  });

  test('oddities are listed up to the bound', async () => {
    const dataSet = Array.from({ length: 500 }, () => [0x00100020, 'LO', 'A'] as const);
    expect((await headerOf(fileBytes(dataSet))).oddities).toHaveLength(64);
  });

  test('an offset table beyond the bound is refused', async () => {
    const bytes = fileBytes(
      [[0x7fe00010, 'OB', { fragments: [Buffer.alloc(5000), Buffer.alloc(2)] }]],
      JPEGBaseline,
    );
    expect(await reasonOf(bytes, { offsetTableBytesMax: 4000 })).toBe('value-too-long');
  });

  test('a file that shrinks while it is read is cut short', async () => {
    const bytes = fileBytes([[0x00104000, 'LT', 'x'.repeat(60_000)]]);
    const file = {
      length: bytes.length,
      read: async (start: number, end: number) => bytes.subarray(start, Math.min(end, 3000)),
    };
    expect(await readHeader(file)).toMatchObject({ ok: false, error: { reason: 'truncated' } });
  });
});
