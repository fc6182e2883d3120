import { describe, expect, test } from 'vitest';
import type { DicomJson } from './dicom-json.js';
import { encodeDataSet } from './dicomdir/encode-element.js';
import { recordTypeOf } from './dicomdir/record-type.js';
import { type DirectoryFile, directory } from './dicomdir.js';
import { readHeader } from './read-header.js';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';

const file = (patient: string, study: string, series: string, number: number): DirectoryFile => ({
  fileId: ['DICOM', `SE${series}`, `IM${number}`],
  sopClass: CT,
  instance: `1.2.${study}.${series}.${number}`,
  transferSyntax: EXPLICIT,
  header: {
    '00100020': { vr: 'LO', Value: [patient] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Ana', Ideographic: '山田' }] },
    '0020000D': { vr: 'UI', Value: [`1.2.${study}`] },
    '0020000E': { vr: 'UI', Value: [`1.2.${study}.${series}`] },
    '00200013': { vr: 'IS', Value: [number] },
    '00280010': { vr: 'US', Value: [4] },
  },
});

const read = async (bytes: Buffer) => {
  const result = await readHeader({
    length: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
  });
  if (!result.ok) throw new Error(result.error.reason);
  return result.header.dataSet;
};

type Record = Readonly<{ type: string; key: string; at: number; next: number; lower: number }>;

/** The records in the order of the file, each with the place of its item. */
async function recordsOf(bytes: Buffer): Promise<readonly Record[]> {
  const items = (await read(bytes))['00041220']?.Value as readonly DicomJson[];
  let at = bytes.indexOf(Buffer.from('0400 2012 5351'.replaceAll(' ', ''), 'hex')) + 12;
  return items.map((item) => {
    const value = (tag: string) => item[tag]?.Value?.[0];
    const record = {
      type: String(value('00041430')),
      key: String(value('00041511') ?? value('0020000E') ?? value('0020000D') ?? value('00100020')),
      at,
      next: Number(value('00041400')),
      lower: Number(value('00041420')),
    };
    at += 8 + bytes.readUInt32LE(at + 4);
    return record;
  });
}

const FILES = [
  file('P1', '1', '1', 1),
  file('P1', '1', '1', 2),
  file('P1', '1', '2', 1),
  file('P1', '2', '3', 1),
  file('P2', '3', '4', 1),
];

function made(files: readonly DirectoryFile[]): Buffer {
  const listed = directory();
  for (const each of files) listed.add(each);
  return listed.file('2.25.1');
}

describe('a directory', () => {
  test('has each patient, study and series once, and every instance below its own', async () => {
    const records = await recordsOf(made(FILES));
    const placed = new Map(records.map((record) => [record.at, record]));
    const level = (at: number): readonly unknown[] => {
      const list: unknown[] = [];
      for (let record = placed.get(at); record !== undefined; record = placed.get(record.next))
        list.push([record.type, record.key, level(record.lower)]);
      return list;
    };
    const first = Number((await read(made(FILES)))['00041200']?.Value?.[0]);
    const image = (key: string) => ['IMAGE', key, []];
    expect(level(first)).toEqual([
      [
        'PATIENT',
        'P1',
        [
          [
            'STUDY',
            '1.2.1',
            [
              ['SERIES', '1.2.1.1', [image('1.2.1.1.1'), image('1.2.1.1.2')]],
              ['SERIES', '1.2.1.2', [image('1.2.1.2.1')]],
            ],
          ],
          ['STUDY', '1.2.2', [['SERIES', '1.2.2.3', [image('1.2.2.3.1')]]]],
        ],
      ],
      ['PATIENT', 'P2', [['STUDY', '1.2.3', [['SERIES', '1.2.3.4', [image('1.2.3.4.1')]]]]]],
    ]);
    expect(records).toHaveLength(14);
  });
  test('says where its last patient is', async () => {
    const bytes = made(FILES);
    const last = Number((await read(bytes))['00041202']?.Value?.[0]);
    expect((await recordsOf(bytes)).find(({ at }) => at === last)).toMatchObject({
      type: 'PATIENT',
      key: 'P2',
    });
  });
  test('keeps names in UTF-8', async () => {
    const items = (await read(made(FILES)))['00041220']?.Value as readonly DicomJson[];
    expect(items[0]?.['00100010']?.Value).toEqual([
      { Alphabetic: 'Müller^Ana', Ideographic: '山田' },
    ]);
  });
  test('of nothing has no records', async () => {
    const dataSet = await read(made([]));
    expect(dataSet['00041200']?.Value).toEqual([0]);
    expect(dataSet['00041220']?.Value ?? []).toEqual([]);
  });
  test('refuses names that no medium takes (PS3.10 §8.2)', () => {
    for (const name of ['image', 'TOOLONGNAME', 'A.DCM', ''])
      expect(() => made([{ ...file('P', '1', '1', 1), fileId: [name] }])).toThrow('file id');
  });
});

test.each([
  ['1.2.840.10008.5.1.4.1.1.88.33', 'SR DOCUMENT'],
  ['1.2.840.10008.5.1.4.1.1.88.59', 'KEY OBJECT DOC'],
  ['1.2.840.10008.5.1.4.1.1.11.1', 'PRESENTATION'],
  ['1.2.840.10008.5.1.4.1.1.104.1', 'ENCAP DOC'],
  ['1.2.840.10008.5.1.4.1.1.481.1', 'IMAGE'],
  ['1.2.840.10008.5.1.4.1.1.481.2', 'RT DOSE'],
  ['1.2.840.10008.5.1.4.1.1.481.3', 'RT STRUCTURE SET'],
  ['1.2.840.10008.5.1.4.1.1.481.5', 'RT PLAN'],
  ['1.2.840.10008.5.1.4.1.1.9.1.1', 'WAVEFORM'],
  ['1.2.840.10008.5.1.4.1.1.66', 'RAW DATA'],
  ['1.2.840.10008.5.1.4.1.1.66.4', 'IMAGE'],
  [CT, 'IMAGE'],
])('%s is listed as %s', (sopClass, type) =>
  expect(recordTypeOf(sopClass, { '00280010': { vr: 'US', Value: [1] } })).toBe(type),
);
test('what is no image and of no known class is private', () =>
  expect(recordTypeOf('1.3.12.2.1107.5.9.1', {})).toBe('PRIVATE'));

test('what is encoded is read back', async () => {
  const dataSet: DicomJson = {
    '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY'] },
    '00080018': { vr: 'UI', Value: ['1.2.3'] },
    '00082218': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['T-A0100'] } }, {}] },
    '00209165': { vr: 'AT', Value: ['0018106F'] },
    '00280010': { vr: 'US', Value: [512, 1] },
    '00281052': { vr: 'DS', Value: [-1024] },
    '00289001': { vr: 'UL', Value: [7] },
    '00720074': { vr: 'FD', Value: [1.5] },
  };
  const head = made([]).subarray(0, 132);
  const meta = made([]);
  const metaEnd = meta.indexOf(Buffer.from('04003011', 'hex'));
  expect(head.subarray(128).toString()).toBe('DICM');
  expect(
    await read(Buffer.concat([meta.subarray(0, metaEnd), encodeDataSet(dataSet)])),
  ).toMatchObject(dataSet);
});
