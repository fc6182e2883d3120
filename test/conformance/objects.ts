import { deflateRawSync } from 'node:zlib';
import { readDicom } from '../acceptance/read-dicom.js';
import { sampleNamed } from '../acceptance/samples.js';
import { type Attributes, ctSlice, part10 } from '../support/part10.js';
import { asBigEndian, dataSetOf } from './encodings.js';

const MULTI_FRAME_BYTE = '1.2.840.10008.5.1.4.1.1.7.2';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const RAW_DATA = '1.2.840.10008.5.1.4.1.1.66';
const DEFLATED = '1.2.840.10008.1.2.1.99';

/** An object that the retrieve checks ask for, with its paths below the root. */
export type Stored = Readonly<{
  file: Buffer<ArrayBuffer>;
  study: string;
  series: string;
  instance: string;
  uids: Readonly<{ study: string; series: string; instance: string }>;
}>;

const stored = (
  file: Uint8Array,
  uids: Readonly<{ study: string; series: string; instance: string }>,
): Stored => {
  const study = `/studies/${uids.study}`;
  const series = `${study}/series/${uids.series}`;
  const instance = `${series}/instances/${uids.instance}`;
  return { file: Buffer.from(file), study, series, instance, uids };
};

const uidsOf = (number: number) => ({
  study: `1.2.81.${number}`,
  series: `1.2.81.${number}.1`,
  instance: `1.2.81.${number}.1.1`,
});

const made = (number: number, change: Attributes = {}): Stored =>
  stored(part10(ctSlice(uidsOf(number), change)), uidsOf(number));

const sample = (name: string): Stored => {
  const { bytes } = sampleNamed(name);
  const { study, series, instance } = readDicom(bytes);
  return stored(bytes, { study, series, instance });
};

/** The elements of a CT slice that are not said, taken out of its attributes. */
const without = (attributes: Attributes, ...groups: string[]): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(([tag]) => !groups.some((group) => tag.startsWith(group))),
  );

const bytePixels = (rows: number, columns: number, pixels: Buffer): Attributes => ({
  '00080016': ['UI', SECONDARY_CAPTURE],
  '00080060': ['CS', 'OT'],
  '00280010': ['US', rows],
  '00280011': ['US', columns],
  '00280100': ['US', 8],
  '00280101': ['US', 8],
  '00280102': ['US', 7],
  '7FE00010': ['OB', pixels],
});

const colour = (interpretation: string, planar: number): Attributes => ({
  '00280002': ['US', 3],
  '00280004': ['CS', interpretation],
  '00280006': ['US', planar],
});

/** 8 × 8 values 0, 16 … 1008, that a window of centre 504 and width 1009 spreads over all greys. */
const RAMP = Buffer.from(Uint16Array.from({ length: 64 }, (_, index) => index * 16).buffer);
const WINDOW: Attributes = { '00281050': ['DS', '504'], '00281051': ['DS', '1009'] };

/** Value of each pixel of frame `number` of the multi-frame object. */
export const framePixel = (number: number): number => number * 40;
const FRAMES = 5;
const frames = Buffer.concat(
  Array.from({ length: FRAMES }, (_, index) => Buffer.alloc(16, framePixel(index + 1))),
);

/** 4 KiB, so that metadata give them an address of their own. */
export const PRIVATE_BYTES = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 251));
export const PDF = Buffer.from(`%PDF-1.4\n${'% a document\n'.repeat(200)}%%EOF\n`);
/** Y Y Cb Cr of two pairs of pixels a row, two rows: all the same colour, which is no grey. */
const HALF_CHROMA = Buffer.alloc(16, Buffer.from([0x51, 0x51, 0x5a, 0xf0]));
const RED_PLANES = Buffer.concat([Buffer.alloc(16, 255), Buffer.alloc(32, 0)]);

/* Every entry of a palette of 256: red rises, green falls, blue stays. */
const palette = (entry: (index: number) => number) =>
  Buffer.from(Uint16Array.from({ length: 256 }, (_, index) => entry(index) * 257).buffer);
const DESCRIPTOR = Buffer.from(Uint16Array.from([256, 0, 16]).buffer);
const PALETTE: Attributes = {
  '00280004': ['CS', 'PALETTE COLOR'],
  '00281101': ['US', DESCRIPTOR],
  '00281102': ['US', DESCRIPTOR],
  '00281103': ['US', DESCRIPTOR],
  '00281201': ['OW', palette((index) => index)],
  '00281202': ['OW', palette((index) => 255 - index)],
  '00281203': ['OW', palette(() => 128)],
};

/* The data set of a deflated file is one deflate stream of even length (PS3.5 §A.5). */
function deflated(number: number): Stored {
  const uids = uidsOf(number);
  const attributes = ctSlice(uids);
  const file = part10(attributes, { '00020010': ['UI', DEFLATED] });
  const body = deflateRawSync(dataSetOf(attributes));
  const head = file.subarray(0, file.length - dataSetOf(attributes).length);
  return stored(Buffer.concat([head, body, Buffer.alloc(body.length % 2)]), uids);
}

function bigEndian(number: number): Stored {
  const uids = uidsOf(number);
  return stored(asBigEndian(ctSlice(uids, { '7FE00010': ['OW', RAMP] })), uids);
}

const noPixels = (number: number, change: Attributes): Stored => {
  const uids = uidsOf(number);
  return stored(part10({ ...without(ctSlice(uids), '0028', '7FE0'), ...change }), uids);
};

/** What the retrieve checks ask for; each is a study of its own. */
export const OBJECTS = {
  slice: made(1, { '7FE00010': ['OW', RAMP], ...WINDOW }),
  multiFrame: made(2, {
    ...bytePixels(4, 4, frames),
    '00080016': ['UI', MULTI_FRAME_BYTE],
    '00280008': ['IS', String(FRAMES)],
  }),
  bigEndian: bigEndian(3),
  deflated: deflated(4),
  halfChroma: made(5, { ...bytePixels(2, 4, HALF_CHROMA), ...colour('YBR_FULL_422', 0) }),
  planes: made(6, { ...bytePixels(4, 4, RED_PLANES), ...colour('RGB', 1) }),
  palette: made(7, { ...bytePixels(4, 4, Buffer.alloc(16, 200)), ...PALETTE }),
  inverse: made(8, { '7FE00010': ['OW', RAMP], ...WINDOW, '00280004': ['CS', 'MONOCHROME1'] }),
  texts: made(9, {
    '00080081': ['ST', '1 Road\\2 Lane'],
    '0040A160': ['UT', 'one\\two'],
    '00104000': ['LT', 'this\\that'],
    '00080008': ['CS', 'ORIGINAL\\PRIMARY'],
  }),
  noPixels: noPixels(10, { '00080016': ['UI', RAW_DATA] }),
  absurd: made(11, { '00280010': ['US', 65535], '00280011': ['US', 65535] }),
  document: noPixels(12, {
    '00080016': ['UI', ENCAPSULATED_PDF],
    '00080060': ['CS', 'DOC'],
    '00420011': ['OB', PDF],
    '00420012': ['LO', 'application/pdf'],
  }),
  privateBytes: made(13, {
    '00090010': ['LO', 'CONFORMANCE'],
    '00091001': ['OB', PRIVATE_BYTES],
  }),
  emptyImage: made(14, { '00280010': ['US', 0], '00280011': ['US', 0] }),
  implicit: sample('ct-abdomen/01.dcm'),
  jpeg: sample('us-clip/01.dcm'),
  jpeg2000: sample('us-jpeg2000/01.dcm'),
  runLength: sample('mr-rle/01.dcm'),
  report: sample('report/01.dcm'),
  chest: sample('dx-chest/01.dcm'),
} as const;
