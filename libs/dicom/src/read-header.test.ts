import { describe, expect, test } from 'vitest';
import {
  dataSetBytes,
  fileBytes,
  fileMetaBytes,
  fileWith,
  headerBytes,
  headerOf,
  marker,
  readBytes,
  type TestDataSet,
} from './dicom-file.testing.js';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  UNDEFINED_LENGTH,
} from './element.js';
import { BULKDATA_MARKER } from './read-inline.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

const IMAGE: TestDataSet = [
  [0x00080005, 'CS', 'ISO_IR 100'],
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
  [0x00081140, 'SQ', { items: [[[0x00081155, 'UI', '1.2.3']], []] }],
  [0x00280010, 'US', [4]],
  [0x00280011, 'US', [3]],
  [0x00280103, 'US', [1]],
];
const IMAGE_JSON = {
  '00080005': { vr: 'CS', Value: ['ISO_IR 100'] },
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] },
  '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2.3'] } }, {}] },
  '00280010': { vr: 'US', Value: [4] },
  '00280011': { vr: 'US', Value: [3] },
  '00280103': { vr: 'US', Value: [1] },
};
const { ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian } = TransferSyntaxUid;

describe('encodings', () => {
  test.each([ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])(
    '%s gives the same data set',
    async (transferSyntax) => {
      const header = await headerOf(fileBytes(IMAGE, transferSyntax));
      expect(header.dataSet).toEqual(IMAGE_JSON);
      expect(header).toMatchObject({
        hasPreamble: true,
        transferSyntax,
        deflated: false,
        oddities: [],
      });
      expect(header.fileMeta['00020010']).toEqual({ vr: 'UI', Value: [transferSyntax] });
      expect(header.dataSetStart).toBe(132 + fileMetaBytes(transferSyntax).length);
    },
  );

  test('a data set in another encoding than declared is read as it is', async () => {
    const bytes = fileWith(dataSetBytes(IMAGE, IMPLICIT_LITTLE_ENDIAN), ExplicitVRLittleEndian);
    const header = await headerOf(bytes);
    expect(header.dataSet).toEqual(IMAGE_JSON);
    expect(header.explicit).toBe(false);
    expect(header.oddities).toMatchObject([{ reason: 'transfer-syntax-guessed' }]);
  });

  test('a data set that begins with a large sequence is read as declared', async () => {
    const items = [
      [[0x00104000, 'LT', 'x'.repeat(60_000)]],
      [[0x00104000, 'LT', 'y'.repeat(60_000)]],
    ] as const;
    for (const uid of [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]) {
      const header = await headerOf(fileBytes([[0x00081140, 'SQ', { items }]], uid));
      expect(header.dataSet['00081140']?.Value).toHaveLength(2);
      expect(header.oddities).toEqual([]);
    }
  });

  test.each([ExplicitVRLittleEndian, ExplicitVRBigEndian])(
    'a data set whose first VR the dictionary does not have is read as declared (%s)',
    async (uid) => {
      const header = await headerOf(
        fileBytes(
          [
            [0x00080050, 'LO', ''],
            [0x00080060, 'CS', 'CT'],
          ],
          uid,
        ),
      );
      expect(header.dataSet).toEqual({
        '00080050': { vr: 'LO' },
        '00080060': { vr: 'CS', Value: ['CT'] },
      });
      expect(header.explicit).toBe(true);
      expect(header.oddities).toEqual([]);
    },
  );

  test('an unknown transfer syntax is read as Explicit VR Little Endian and noted', async () => {
    const header = await headerOf(fileWith(dataSetBytes(IMAGE, EXPLICIT_LITTLE_ENDIAN), '1.2.3.4'));
    expect(header.dataSet).toEqual(IMAGE_JSON);
    expect(header.oddities).toMatchObject([{ reason: 'transfer-syntax-unknown' }]);
  });

  test('an element without a VR in the middle is read by the dictionary', async () => {
    const bytes = Buffer.concat([
      dataSetBytes([[0x00080060, 'CS', 'CT']], EXPLICIT_LITTLE_ENDIAN),
      dataSetBytes([[0x00100020, 'LO', 'ID']], IMPLICIT_LITTLE_ENDIAN),
      dataSetBytes([[0x00280010, 'US', [4]]], EXPLICIT_LITTLE_ENDIAN),
    ]);
    const header = await headerOf(fileWith(bytes));
    expect(header.dataSet['00100020']).toEqual({ vr: 'LO', Value: ['ID'] });
    expect(header.dataSet['00280010']).toEqual({ vr: 'US', Value: [4] });
    expect(header.oddities).toMatchObject([{ reason: 'element-without-vr', tag: '00100020' }]);
  });
});

describe('what stands in front', () => {
  test('without preamble File Meta Information tells the encoding', async () => {
    const bytes = fileBytes(IMAGE, ExplicitVRBigEndian).subarray(132);
    const header = await headerOf(bytes);
    expect(header.dataSet).toEqual(IMAGE_JSON);
    expect(header.hasPreamble).toBe(false);
    expect(header.oddities).toMatchObject([{ reason: 'no-preamble' }]);
  });

  test.each([
    [IMPLICIT_LITTLE_ENDIAN, ImplicitVRLittleEndian],
    [EXPLICIT_LITTLE_ENDIAN, ExplicitVRLittleEndian],
    [EXPLICIT_BIG_ENDIAN, ExplicitVRBigEndian],
  ])(
    'a bare data set that begins with two known elements of group 0008 is read, %o',
    async (encoding, uid) => {
      const header = await headerOf(dataSetBytes(IMAGE, encoding));
      expect(header.dataSet).toEqual(IMAGE_JSON);
      expect(header.transferSyntax).toBe(uid);
      expect(header.oddities.map(({ reason }) => reason)).toEqual([
        'no-preamble',
        'no-transfer-syntax',
      ]);
    },
  );

  test.each([
    ['text', Buffer.from('Dear Sir or Madam, this is not an image.')],
    ['zeros', Buffer.alloc(4096)],
    [
      'a data set that begins with the patient',
      dataSetBytes(
        [
          [0x00100010, 'PN', 'A'],
          [0x00100020, 'LO', 'B'],
        ],
        EXPLICIT_LITTLE_ENDIAN,
      ),
    ],
    [
      "a VR that is not the dictionary's",
      dataSetBytes(
        [
          [0x00080005, 'LT', 'A'],
          [0x00080016, 'LT', 'B'],
        ],
        EXPLICIT_LITTLE_ENDIAN,
      ),
    ],
  ])('bytes that nothing shows to be DICOM are refused: %s', async (_, bytes) => {
    expect(await readBytes(bytes)).toEqual({
      ok: false,
      error: { reason: 'not-dicom', offset: 0 },
    });
  });

  test('an empty file is refused', async () => {
    expect(await readBytes(Buffer.alloc(0))).toEqual({
      ok: false,
      error: { reason: 'empty', offset: 0 },
    });
  });

  test.each([0, 4, 100_000])(
    'a group length of %i where another is right does not matter',
    async (wrong) => {
      const bytes = fileBytes(IMAGE);
      bytes.writeUInt32LE(wrong, 132 + 8);
      const header = await headerOf(bytes);
      expect(header.dataSet).toEqual(IMAGE_JSON);
      expect(header.oddities).toMatchObject([{ reason: 'meta-group-length' }]);
    },
  );

  test('File Meta Information without group length is read', async () => {
    const bytes = fileBytes(IMAGE);
    const header = await headerOf(Buffer.concat([bytes.subarray(0, 132), bytes.subarray(144)]));
    expect(header.dataSet).toEqual(IMAGE_JSON);
  });

  test('File Meta Information without a transfer syntax leaves the encoding to the bytes', async () => {
    const meta = dataSetBytes([[0x00020002, 'UI', '1.2.3']], EXPLICIT_LITTLE_ENDIAN);
    const bytes = Buffer.concat([
      fileBytes([]).subarray(0, 132),
      meta,
      dataSetBytes(IMAGE, IMPLICIT_LITTLE_ENDIAN),
    ]);
    expect((await headerOf(bytes)).dataSet).toEqual(IMAGE_JSON);
  });
});

describe('sequences', () => {
  const nested = (delimited: boolean): TestDataSet => [
    [
      0x00081140,
      'SQ',
      {
        delimited,
        items: [[[0x00081199, 'SQ', { delimited, items: [[], [[0x00081155, 'UI', '1.2']]] }]]],
      },
    ],
    [0x00100020, 'LO', 'ID'],
  ];
  const json = {
    '00081140': {
      vr: 'SQ',
      Value: [
        { '00081199': { vr: 'SQ', Value: [{}, { '00081155': { vr: 'UI', Value: ['1.2'] } }] } },
      ],
    },
    '00100020': { vr: 'LO', Value: ['ID'] },
  };

  test.each([ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])(
    'defined and undefined lengths read alike in %s',
    async (uid) => {
      expect((await headerOf(fileBytes(nested(true), uid))).dataSet).toEqual(json);
      expect((await headerOf(fileBytes(nested(false), uid))).dataSet).toEqual(json);
    },
  );

  test('a sequence without items has no Value', async () => {
    const header = await headerOf(
      fileBytes([
        [0x00081140, 'SQ', { items: [] }],
        [0x00081199, 'SQ', { items: [], delimited: true }],
      ]),
    );
    expect(header.dataSet).toEqual({ '00081140': { vr: 'SQ' }, '00081199': { vr: 'SQ' } });
  });

  test.each([ExplicitVRLittleEndian, ExplicitVRBigEndian])(
    'UN of undefined length is a sequence in Implicit VR Little Endian (PS3.5 §6.2.2), also in %s',
    async (uid) => {
      const encoding = uid === ExplicitVRBigEndian ? EXPLICIT_BIG_ENDIAN : EXPLICIT_LITTLE_ENDIAN;
      const item = dataSetBytes([[0x00080060, 'CS', 'CT']], IMPLICIT_LITTLE_ENDIAN);
      const bytes = Buffer.concat([
        headerBytes(0x00091010, 'UN', UNDEFINED_LENGTH, encoding),
        marker(0xfffee000, item.length, IMPLICIT_LITTLE_ENDIAN),
        item,
        marker(0xfffee0dd, 0, IMPLICIT_LITTLE_ENDIAN),
        dataSetBytes([[0x00100020, 'LO', 'ID']], encoding),
      ]);
      const header = await headerOf(fileWith(bytes, uid));
      expect(header.dataSet['00091010']).toEqual({
        vr: 'SQ',
        Value: [{ '00080060': { vr: 'CS', Value: ['CT'] } }],
      });
      expect(header.dataSet['00100020']).toEqual({ vr: 'LO', Value: ['ID'] });
    },
  );

  test('UN of defined length is read by the dictionary', async () => {
    const item = dataSetBytes([[0x00080060, 'CS', 'CT']], IMPLICIT_LITTLE_ENDIAN);
    const sequence = Buffer.concat([marker(0xfffee000, item.length, IMPLICIT_LITTLE_ENDIAN), item]);
    const header = await headerOf(
      fileBytes([
        [0x00081140, 'UN', sequence],
        [0x00081199, 'UN', Buffer.from('noise, no items')],
        [0x00091001, 'UN', Buffer.from('private!')],
        [0x00100020, 'UN', Buffer.from('ID')],
      ]),
    );
    expect(header.dataSet).toEqual({
      '00081140': { vr: 'SQ', Value: [{ '00080060': { vr: 'CS', Value: ['CT'] } }] },
      '00081199': { vr: 'UN', InlineBinary: Buffer.from('noise, no items').toString('base64') },
      '00091001': { vr: 'UN', InlineBinary: Buffer.from('private!').toString('base64') },
      '00100020': { vr: 'LO', Value: ['ID'] },
    });
    expect(header.oddities).toMatchObject([{ reason: 'unreadable-sequence', tag: '00081199' }]);
  });

  test('an item has its own character set and gives it up at its end', async () => {
    const name: TestDataSet = [[0x00100010, 'PN', Buffer.from('é ')]];
    const header = await headerOf(
      fileBytes([
        [0x00080005, 'CS', 'ISO_IR 144'],
        [
          0x00081140,
          'SQ',
          {
            items: [
              [[0x00080005, 'CS', 'ISO_IR 192'], ...name],
              [[0x00100010, 'PN', Buffer.from([0xbb, 0x20])]],
            ],
          },
        ],
        [0x00100010, 'PN', Buffer.from([0xbb, 0x20])],
      ]),
    );
    expect(header.dataSet['00081140']?.Value).toMatchObject([
      { '00100010': { Value: [{ Alphabetic: 'é' }] } },
      { '00100010': { Value: [{ Alphabetic: 'Л' }] } },
    ]);
    expect(header.dataSet['00100010']?.Value).toEqual([{ Alphabetic: 'Л' }]);
  });

  test('a character set that nobody knows is noted', async () => {
    const header = await headerOf(
      fileBytes([
        [0x00080005, 'CS', 'KLINGON'],
        [0x00100020, 'LO', 'ID'],
      ]),
    );
    expect(header.oddities).toMatchObject([{ reason: 'unknown-character-set', tag: '00080005' }]);
  });

  test('delimiters that nothing opened are passed over and noted', async () => {
    const bytes = Buffer.concat([
      dataSetBytes([[0x00080060, 'CS', 'CT']], EXPLICIT_LITTLE_ENDIAN),
      marker(0xfffee00d, 0, EXPLICIT_LITTLE_ENDIAN),
      marker(0xfffee0dd, 0, EXPLICIT_LITTLE_ENDIAN),
      dataSetBytes([[0x00100020, 'LO', 'ID']], EXPLICIT_LITTLE_ENDIAN),
    ]);
    const header = await headerOf(fileWith(bytes));
    expect(Object.keys(header.dataSet)).toEqual(['00080060', '00100020']);
    expect(header.oddities.map(({ reason }) => reason)).toEqual([
      'stray-delimiter',
      'stray-delimiter',
    ]);
  });

  test('an item that its sequence cannot hold is an error with its tag', async () => {
    const bytes = Buffer.concat([
      headerBytes(0x00081140, 'SQ', 8, EXPLICIT_LITTLE_ENDIAN),
      marker(0xfffee000, 100, EXPLICIT_LITTLE_ENDIAN),
      Buffer.alloc(200),
    ]);
    const start = fileWith(Buffer.alloc(0)).length;
    expect(await readBytes(fileWith(bytes))).toEqual({
      ok: false,
      error: { reason: 'exceeds-parent', offset: start + 20, tag: '00081140' },
    });
  });
});

describe('US or SS', () => {
  const descriptor = [0x00281101, 'US', [65535]] as const;
  const signed = [0x00280103, 'US', [1]] as const;

  test.each([
    ['before', [[0x00189810, 'US', [65535]], signed]],
    ['behind', [signed, [0x00280120, 'US', [65535]]]],
  ] as const)('Pixel Representation settles what stands %s it', async (_, dataSet) => {
    const header = await headerOf(fileBytes(dataSet, ImplicitVRLittleEndian));
    const element = Object.entries(header.dataSet).find(([tag]) => tag !== '00280103')?.[1];
    expect(element).toEqual({ vr: 'SS', Value: [-1] });
  });

  test('an item takes Pixel Representation from the data set around it, wherever that stands', async () => {
    const item = { items: [[descriptor]] };
    const dataSet: TestDataSet = [[0x00081140, 'SQ', item], signed, [0x00283010, 'SQ', item]];
    const header = await headerOf(fileBytes(dataSet, ImplicitVRLittleEndian));
    for (const tag of ['00081140', '00283010'])
      expect(header.dataSet[tag]?.Value).toEqual([{ '00281101': { vr: 'SS', Value: [-1] } }]);
  });

  test('an item with a Pixel Representation of its own keeps to that', async () => {
    const item = { items: [[[0x00280103, 'US', [0]], descriptor] as const] };
    const dataSet: TestDataSet = [signed, [0x00880200, 'SQ', item]];
    const header = await headerOf(fileBytes(dataSet, ImplicitVRLittleEndian));
    expect(header.dataSet['00880200']?.Value).toMatchObject([
      { '00281101': { vr: 'US', Value: [65535] } },
    ]);
  });

  test('without Pixel Representation they are unsigned', async () => {
    const header = await headerOf(fileBytes([descriptor], ImplicitVRLittleEndian));
    expect(header.dataSet['00281101']).toEqual({ vr: 'US', Value: [65535] });
  });
});

describe('bulk data', () => {
  const pixels = Buffer.alloc(300_000, 7);
  const image: TestDataSet = [...IMAGE, [0x7fe00010, 'OW', pixels]];

  test('Pixel Data is named, never read, and what stands behind it is read', async () => {
    const reads: [number, number][] = [];
    const bytes = fileBytes([...image, [0xfffcfffc, 'OB', Buffer.alloc(6)]]);
    const result = await readBytes(bytes, {}, reads);
    if (!result.ok) throw new Error(result.error.reason);
    const start = fileBytes(IMAGE).length + 12;
    expect(result.header.dataSet['7FE00010']).toEqual({
      vr: 'OW',
      BulkDataURI: `${BULKDATA_MARKER}7FE00010`,
    });
    expect(result.header.pixelData).toEqual({ path: '7FE00010', vr: 'OW', start, length: 300_000 });
    expect(result.header.dataSet['FFFCFFFC']?.InlineBinary).toBe('AAAAAAAA');
    expect(reads).toEqual([
      [0, 65536],
      [start + 300_000, bytes.length],
    ]);
  });

  test('a path names the items on the way', async () => {
    const waveform = Buffer.alloc(4000, 1);
    const dataSet: TestDataSet = [
      [0x54000100, 'SQ', { items: [[], [[0x54001010, 'OW', waveform]]] }],
    ];
    const bytes = fileBytes(dataSet);
    const header = await headerOf(bytes);
    const [bulk] = header.bulk;
    expect(bulk).toMatchObject({ path: '54000100/1/54001010', vr: 'OW', length: 4000 });
    expect(bytes.subarray(bulk?.start, (bulk?.start ?? 0) + 4000)).toEqual(waveform);
  });

  test('binary values up to the bound are inline, longer ones are not', async () => {
    const dataSet: TestDataSet = [
      [0x00091001, 'OB', Buffer.alloc(1024)],
      [0x00091002, 'OB', Buffer.alloc(1026)],
    ];
    const header = await headerOf(fileBytes(dataSet));
    expect(header.bulk.map(({ path }) => path)).toEqual(['00091002']);
  });

  test('long text and numbers become bulk data where PS3.18 §F.2.2 lets them', async () => {
    const dataSet: TestDataSet = [
      [0x00084000, 'LT', 'x'.repeat(66_000)],
      [0x30060050, 'DS', new Array(20_000).fill('1.5').join('\\')],
    ];
    const header = await headerOf(fileBytes(dataSet, ImplicitVRLittleEndian));
    expect(header.bulk.map(({ path, vr }) => [path, vr])).toEqual([
      ['00084000', 'LT'],
      ['30060050', 'DS'],
    ]);
  });

  test('text for which there is no bulk form is refused beyond the bound', async () => {
    const bytes = fileBytes([[0x00100020, 'LO', 'x'.repeat(200)]], ImplicitVRLittleEndian);
    expect(await readBytes(bytes, { valueBytesMax: 100 })).toMatchObject({
      ok: false,
      error: { reason: 'value-too-long', tag: '00100020' },
    });
  });

  test('fragments are walked, not read', async () => {
    const reads: [number, number][] = [];
    const fragments = [Buffer.alloc(0), Buffer.alloc(200_000, 1), Buffer.alloc(200_000, 2)];
    const bytes = fileBytes(
      [...IMAGE, [0x7fe00010, 'OB', { fragments }], [0xfffcfffc, 'OB', Buffer.alloc(2)]],
      TransferSyntaxUid.RLELossless,
    );
    const result = await readBytes(bytes, {}, reads);
    if (!result.ok) throw new Error(result.error.reason);
    expect(result.header.pixelData?.fragments?.places.filter((_, i) => i % 2 === 1)).toEqual([
      200_000, 200_000,
    ]);
    expect(result.header.dataSet['FFFCFFFC']).toBeDefined();
    expect(reads.slice(1).reduce((sum, [start, end]) => sum + end - start, 0)).toBeLessThan(1000);
  });
});

describe('the end', () => {
  test('zeros behind the data set are padding', async () => {
    for (const zeros of [1, 7, 8, 100]) {
      const header = await headerOf(Buffer.concat([fileBytes(IMAGE), Buffer.alloc(zeros)]));
      expect(header.dataSet).toEqual(IMAGE_JSON);
      expect(header.oddities).toMatchObject([{ reason: 'trailing-bytes' }]);
    }
  });

  test('noise behind Pixel Data leaves the header as it is', async () => {
    const whole = fileBytes([...IMAGE, [0x7fe00010, 'OW', Buffer.alloc(24)]]);
    const header = await headerOf(Buffer.concat([whole, Buffer.from('this is not DICOM at all')]));
    expect(header.pixelData?.length).toBe(24);
    expect(header.oddities).toContainEqual({ reason: 'trailing-bytes', offset: whole.length + 8 });
  });

  test('Pixel Data that is cut short is an error', async () => {
    const whole = fileBytes([...IMAGE, [0x7fe00010, 'OW', Buffer.alloc(24)]]);
    expect(await readBytes(whole.subarray(0, -1))).toMatchObject({
      ok: false,
      error: { reason: 'truncated', tag: '7FE00010' },
    });
  });

  test('group lengths are no attributes (PS3.18 §F.2.2)', async () => {
    const header = await headerOf(fileBytes([[0x00080000, 'UL', [10]], ...IMAGE]));
    expect(header.dataSet).toEqual(IMAGE_JSON);
  });

  test('of two elements with one tag the last one counts, and it is noted', async () => {
    const header = await headerOf(
      fileBytes([
        [0x00100020, 'LO', 'A'],
        [0x00100020, 'LO', 'B'],
      ]),
    );
    expect(header.dataSet['00100020']?.Value).toEqual(['B']);
    expect(header.oddities).toMatchObject([{ reason: 'duplicate-element', tag: '00100020' }]);
  });

  test('a failing read is a fault, not a property of the file', async () => {
    const { readHeader } = await import('./read-header.js');
    const file = { length: 1000, read: () => Promise.reject(new Error('disk')) };
    await expect(readHeader(file)).rejects.toThrow('disk');
  });
});
