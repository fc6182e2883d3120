import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  dataSetBytes,
  fileWith,
  headerOf,
  readBytes,
  type TestDataSet,
} from './dicom-file.testing.js';
import { EXPLICIT_LITTLE_ENDIAN } from './element.js';
import { inflatedFile } from './inflated-file.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

const pixels = Buffer.alloc(500_000, 3);
const dataSet: TestDataSet = [
  [0x00080060, 'CS', 'OT'],
  [0x00280010, 'US', [500]],
  [0x7fe00010, 'OB', pixels],
  [0xfffcfffc, 'OB', Buffer.alloc(4)],
];
const plain = dataSetBytes(dataSet, EXPLICIT_LITTLE_ENDIAN);
const deflated = (bytes: Buffer) =>
  fileWith(deflateRawSync(bytes), TransferSyntaxUid.DeflatedExplicitVRLittleEndian);

test('a deflated data set reads like a plain one, with offsets in the inflated bytes', async () => {
  const header = await headerOf(deflated(plain));
  expect(header.deflated).toBe(true);
  expect(header.dataSet['00080060']?.Value).toEqual(['OT']);
  expect(header.dataSet['FFFCFFFC']).toBeDefined();
  const { start = 0, length = 0 } = header.pixelData ?? {};
  expect(plain.subarray(start, start + length)).toEqual(pixels);
});

test('deflated bytes that are cut short or no deflated bytes are an error', async () => {
  const whole = deflated(plain);
  expect(await readBytes(whole.subarray(0, -20))).toMatchObject({ ok: false });
  whole.fill(0xff, whole.length - 200);
  expect(await readBytes(whole)).toMatchObject({ ok: false });
});

test('pixel data that the inflated bytes do not hold is an error', async () => {
  const short = deflated(plain.subarray(0, plain.length - 1000));
  expect(await readBytes(short)).toMatchObject({ ok: false, error: { reason: 'truncated' } });
});

test('a small file that inflates without end is refused at the bound', async () => {
  const bomb = deflated(Buffer.concat([plain, Buffer.alloc(30_000_000)]));
  const result = await readBytes(bomb, { inflatedBytesMax: 200_000 });
  expect(result).toEqual({ ok: false, error: { reason: 'inflated-too-long', offset: 200_000 } });
});

test('inflated bytes can be read forwards in any pieces', async () => {
  const bytes = deflateRawSync(plain);
  const source = {
    length: bytes.length,
    read: async (start: number, end: number) => bytes.subarray(start, end),
  };
  const file = inflatedFile(source, 0, plain.length);
  expect(file.length).toBe(Number.POSITIVE_INFINITY);
  for (const [start, end] of [
    [0, 10],
    [5, 20],
    [20, 200_000],
    [300_000, 300_001],
    [plain.length - 3, plain.length + 50],
  ] as const)
    expect(Buffer.from(await file.read(start, end))).toEqual(plain.subarray(start, end));
  expect(file.length).toBe(plain.length);
  file.close();
});
