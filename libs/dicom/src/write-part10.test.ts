import { describe, expect, test } from 'vitest';
import { headerOf } from './dicom-file.testing.js';
import { frameIndexOf } from './frame-index.js';
import { type Part10Source, planPart10 } from './write-part10.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const JPEG = '1.2.840.10008.1.2.4.50';
const RLE = '1.2.840.10008.1.2.5';
const NO_BULK: Part10Source['bulk'] = () => undefined;

const bulkOf = (bytes: Buffer) => ({
  bytes: bytes.length,
  open: async function* () {
    yield bytes.subarray(0, 1);
    yield bytes.subarray(1);
  },
});

const source = (dataSet: unknown, change: Partial<Part10Source> = {}): Part10Source => ({
  dataSet,
  transferSyntax: EXPLICIT,
  bulk: NO_BULK,
  ...change,
});

async function written(from: Part10Source): Promise<Buffer> {
  const planned = planPart10(from);
  if (!planned.ok) throw new Error(JSON.stringify(planned.fault));
  const chunks: Uint8Array[] = [];
  for await (const chunk of planned.part10.open()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  expect(bytes.length).toBe(planned.part10.bytes);
  return bytes;
}
const dataSetOf = async (dataSet: unknown) =>
  (await headerOf(await written(source(dataSet)))).dataSet;
const faultOf = (dataSet: unknown, change: Partial<Part10Source> = {}) => {
  const planned = planPart10(source(dataSet, change));
  return planned.ok ? undefined : `${planned.fault.reason} ${planned.fault.path}`.trim();
};

const UIDS = {
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] },
  '00080018': { vr: 'UI', Value: ['1.2.3'] },
};

describe('what is written', () => {
  test.each<[string, object]>([
    ['text', { '00081030': { vr: 'LO', Value: ['a', null, 'b'] } }],
    ['a name', { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A^B', Phonetic: 'C' }] } }],
    ['decimals', { '00280030': { vr: 'DS', Value: [0.1, -2, 1e-7] } }],
    ['a decimal as text', { '00101030': { vr: 'DS', Value: [71.5] } }],
    ['integers', { '00200013': { vr: 'IS', Value: [-2147483648] } }],
    ['tags', { '00280009': { vr: 'AT', Value: ['00181063', '0018106C'] } }],
    ['short numbers', { '00280010': { vr: 'US', Value: [0, 65535] } }],
    ['signed numbers', { '00189219': { vr: 'SS', Value: [-32768] } }],
    ['floats', { '00189087': { vr: 'FD', Value: [1.5, 'NaN'] } }],
    ['very long numbers', { '00083005': { vr: 'UV', Value: ['18446744073709551615'] } }],
    ['bytes', { '00420011': { vr: 'OB', InlineBinary: 'AQIDBA==' } }],
    ['an empty value', { '00100020': { vr: 'LO' } }],
    ['a text with backslashes', { '00204000': { vr: 'LT', Value: ['c:\\temp'] } }],
    ['an empty item', { '00081140': { vr: 'SQ', Value: [{}] } }],
    ['an unknown private attribute', { '00091001': { vr: 'UN', InlineBinary: 'AAE=' } }],
  ])('%s reads as it was', async (_, dataSet) => expect(await dataSetOf(dataSet)).toEqual(dataSet));
  test('items read as they were, in their order', async () => {
    const item = (uid: string) => ({ '00081155': { vr: 'UI', Value: [uid] } });
    const dataSet = { '00081140': { vr: 'SQ', Value: [item('1.2'), item('1.3')] } };
    expect(await dataSetOf(dataSet)).toEqual(dataSet);
  });
  test('text beyond ASCII is UTF-8, and the data set says so', async () => {
    const name = {
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller', Ideographic: '山田' }] },
    };
    expect(await dataSetOf(name)).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      ...name,
    });
  });
  test('a character set that is named becomes UTF-8, in items too', async () => {
    const latin = { '00080005': { vr: 'CS', Value: ['ISO_IR 100'] } };
    const utf8 = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
    expect(await dataSetOf({ ...latin, '00081140': { vr: 'SQ', Value: [latin] } })).toEqual({
      ...utf8,
      '00081140': { vr: 'SQ', Value: [utf8] },
    });
  });
  test('a value too long for its length field is still its text', async () => {
    const long = { '00081030': { vr: 'LO', Value: ['x'.repeat(70_000)] } };
    expect(await dataSetOf(long)).toEqual(long);
  });
  test('a number that has more than 16 characters is rounded to them', async () => {
    const bytes = await written(source({ '00101030': { vr: 'DS', Value: [-1 / 3e-7] } }));
    expect(bytes.toString('latin1').endsWith('DS\u0010\0-3333333.3333333')).toBe(true);
  });
  test('the file meta names the instance, its transfer syntax and this software', async () => {
    const { fileMeta, transferSyntax } = await headerOf(await written(source(UIDS)));
    expect(transferSyntax).toBe(EXPLICIT);
    expect(fileMeta).toMatchObject({
      '00020002': UIDS['00080016'],
      '00020003': UIDS['00080018'],
      '00020010': { Value: [EXPLICIT] },
    });
    expect(Object.keys(fileMeta)).toContain('00020012');
  });
  test('the order of the keys makes no difference', async () => {
    const [first, second] = Object.entries(UIDS);
    const turned = Object.fromEntries([second, first] as [string, object][]);
    expect(await written(source(turned))).toEqual(await written(source(UIDS)));
  });
  test('group lengths and file meta of the source are left out', async () => {
    const more = { '00080000': { vr: 'UL', Value: [9] }, '00020010': { vr: 'UI', Value: ['1.2'] } };
    expect(await dataSetOf({ ...UIDS, ...more })).toEqual(UIDS);
  });
});

describe('bulk data', () => {
  const pixels = { '7FE00010': { vr: 'OW', BulkDataURI: 'pixels' } };
  const image = {
    ...UIDS,
    '00280008': { vr: 'IS', Value: [2] },
    '00280010': { vr: 'US', Value: [1] },
    '00280011': { vr: 'US', Value: [3] },
    '00280100': { vr: 'US', Value: [8] },
    ...pixels,
  };
  test('of odd length is padded', async () => {
    const value = bulkOf(Buffer.from([1, 2, 3]));
    const bulk = (uri: string) =>
      uri === 'pixels' ? ({ kind: 'value', value } as const) : undefined;
    const bytes = await written(source(pixels, { bulk }));
    expect([...bytes.subarray(-16)]).toEqual([
      ...Buffer.from('e07f10004f57000004000000', 'hex'),
      1,
      2,
      3,
      0,
    ]);
  });
  test('in frames is encapsulated, and the offset table finds each frame', async () => {
    const frames = [[Buffer.from([1, 2, 3])], [Buffer.from([4, 5]), Buffer.from([6, 7])]];
    const bulk = () =>
      ({ kind: 'frames', offsets: true, frames: frames.map((f) => f.map(bulkOf)) }) as const;
    const bytes = await written(source(image, { bulk, transferSyntax: RLE }));
    const header = await headerOf(bytes);
    const index = frameIndexOf(header);
    expect(header.pixelData?.fragments?.basicOffsets).toEqual([0, 12]);
    expect(
      index.ok &&
        index.frameIndex.kind === 'encapsulated' &&
        index.frameIndex.frames.map((f) => f.map(([at, n]) => [...bytes.subarray(at, at + n)])),
    ).toEqual([
      [[1, 2, 3, 0]],
      [
        [4, 5],
        [6, 7],
      ],
    ]);
  });
  test('beyond 4 GiB gets an extended offset table', () => {
    const large = { bytes: 2 ** 32 - 2, open: bulkOf(Buffer.alloc(0)).open };
    const bulk = () => ({ kind: 'frames', offsets: true, frames: [[large], [large]] }) as const;
    const planned = planPart10(source(image, { bulk, transferSyntax: RLE }));
    expect(planned.ok && planned.part10.bytes).toBeGreaterThan(2 ** 33);
    const plain = planPart10(
      source(image, { bulk: () => ({ ...bulk(), offsets: false }), transferSyntax: RLE }),
    );
    expect(planned.ok && plain.ok && planned.part10.bytes - plain.part10.bytes).toBe(2 * (12 + 16));
  });
  test('that is missing, in another form, or too long is refused by its path', () => {
    const value = { kind: 'value', value: bulkOf(Buffer.alloc(2)) } as const;
    const long = { kind: 'value', value: { ...value.value, bytes: 2 ** 32 } } as const;
    expect(faultOf(pixels)).toBe('no-bulk-data 7FE00010');
    expect(faultOf(pixels, { transferSyntax: JPEG, bulk: () => value })).toBe(
      'pixel-data-form 7FE00010',
    );
    expect(faultOf(pixels, { bulk: () => long })).toBe('value-too-long 7FE00010');
  });
});

describe('what can’t be written', () => {
  const deep = (levels: number): object =>
    levels === 0 ? {} : { '00081140': { vr: 'SQ', Value: [deep(levels - 1)] } };
  test.each<[string, unknown, string]>([
    ['a list', [], 'not-a-data-set'],
    ['no tag', { PatientID: { vr: 'LO' } }, 'not-a-tag'],
    ['an item delimiter', { FFFEE00D: { vr: 'UN' } }, 'not-a-tag'],
    ['no attribute', { '00100020': 'P1' }, 'not-an-attribute 00100020'],
    [
      'a repeated tag',
      { '0020000d': { vr: 'UI' }, '0020000D': { vr: 'UI' } },
      'repeated-attribute 0020000D',
    ],
    ['an unknown VR', { '00100020': { vr: 'XX' } }, 'unknown-vr 00100020'],
    ['no VR', { '00100020': { Value: ['x'] } }, 'unknown-vr 00100020'],
    [
      'two forms',
      { '00100020': { vr: 'UN', Value: [], InlineBinary: '' } },
      'more-than-one-value-form 00100020',
    ],
    ['a number as text', { '00100020': { vr: 'LO', Value: [5] } }, 'value-of-other-type 00100020'],
    [
      'a number out of range',
      { '00280010': { vr: 'US', Value: [65536] } },
      'number-out-of-range 00280010',
    ],
    [
      'an IS with a fraction',
      { '00200013': { vr: 'IS', Value: [1.5] } },
      'number-out-of-range 00200013',
    ],
    ['a backslash', { '00100020': { vr: 'LO', Value: ['a\\b'] } }, 'delimiter-in-value 00100020'],
    ['a CS beyond ASCII', { '00100040': { vr: 'CS', Value: ['Ä'] } }, 'not-ascii 00100040'],
    ['no base64', { '00420011': { vr: 'OB', InlineBinary: '%' } }, 'not-base64 00420011'],
    [
      'a fault in an item',
      { '00081140': { vr: 'SQ', Value: [{}, { '00081155': { vr: 'UI', Value: [1] } }] } },
      'value-of-other-type 00081140/1/00081155',
    ],
    ['what is nested too deep', deep(65), `nested-too-deep ${'00081140/0/'.repeat(64)}00081140`],
  ])('%s is refused by its path', (_, dataSet, fault) => expect(faultOf(dataSet)).toBe(fault));
  test.each(['1.2.840.10008.1.2', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.1.99', '1.2.3'])(
    'the transfer syntax %s is refused',
    (transferSyntax) => expect(faultOf(UIDS, { transferSyntax })).toBe('transfer-syntax'),
  );
});
