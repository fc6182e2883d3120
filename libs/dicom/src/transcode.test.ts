import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Encoding } from './element.js';
import { describe16, encodeRle } from './pixel/encode.testing.js';
import { Tag } from './tag.js';
import {
  type Built,
  dataSetBytes,
  encapsulated,
  fileMetaBytes,
  sequence,
  text,
  us,
} from './transcode/part10.testing.js';
import {
  type TranscodeOptions,
  transcodeFailure,
  transcodeToExplicitLittleEndian,
} from './transcode.js';

const IMPLICIT = { uid: '1.2.840.10008.1.2', encoding: { explicit: false, bigEndian: false } };
const LITTLE = { uid: '1.2.840.10008.1.2.1', encoding: { explicit: true, bigEndian: false } };
const BIG = { uid: '1.2.840.10008.1.2.2', encoding: { explicit: true, bigEndian: true } };
const RLE = '1.2.840.10008.1.2.5';

const fileOf = (...parts: Uint8Array[]) => {
  const bytes = Buffer.concat(parts);
  const read = async (start: number, end: number) => bytes.subarray(start, end);
  return { length: bytes.length, read };
};

const inSyntax = (
  syntax: { uid: string; encoding: Encoding },
  elements: readonly Built[],
  ends: 'defined' | 'delimited',
) => fileOf(fileMetaBytes(syntax.uid), dataSetBytes(elements, syntax.encoding, ends));

const explicitly = (elements: readonly Built[]) =>
  Buffer.concat([fileMetaBytes(LITTLE.uid), dataSetBytes(elements, LITTLE.encoding, 'delimited')]);

async function transcoded(file: ReturnType<typeof fileOf>, options?: TranscodeOptions) {
  const result = await transcodeToExplicitLittleEndian(file, options);
  if (!result.ok) return result.reason;
  const chunks: Uint8Array[] = [];
  for await (const chunk of result.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const head: readonly Built[] = [
  text(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.7'),
  text(Tag.SOPInstanceUID, 'UI', '1.2.3.4'),
  text(Tag.Modality, 'CS', 'OT'),
];

const values: readonly Built[] = [
  ...head,
  sequence(0x00081140, [text(0x00081150, 'UI', '1.2'), text(0x00081155, 'UI', '1.2.5')], []),
  sequence(0x00081199),
  text(Tag.PatientName, 'PN', 'One^Two'),
  { tag: 0x00091001, vr: 'UN', value: Uint8Array.of(1, 2, 3, 4) },
  { tag: 0x00186020, vr: 'SL', value: Uint8Array.of(1, 2, 3, 4) },
  us(Tag.Rows, 2),
  us(Tag.Columns, 3),
  us(Tag.BitsAllocated, 16),
  us(Tag.PixelRepresentation, 1),
  { tag: 0x00280106, vr: 'SS', value: Uint8Array.of(0, 0x80) },
  { tag: 0x00280009, vr: 'AT', value: Uint8Array.of(0x18, 0, 0x63, 0x10) },
  { tag: 0x00880200, vr: 'SQ', value: [[us(Tag.PixelRepresentation, 0), us(0x00280106, 7)]] },
  { tag: 0x300a0114, vr: 'DS', value: Buffer.from('12') },
  { tag: Tag.PixelData, vr: 'OW', value: Uint8Array.from({ length: 12 }, (_, at) => at) },
];

test.each(['defined', 'delimited'] as const)(
  'Implicit VR and Big Endian with %s ends become Explicit VR Little Endian',
  async (ends) => {
    expect(await transcoded(inSyntax(IMPLICIT, values, ends))).toEqual(explicitly(values));
    expect(await transcoded(inSyntax(BIG, values, ends))).toEqual(explicitly(values));
  },
);

test('words of four and eight bytes are swapped too', async () => {
  const wide: readonly Built[] = [
    ...head,
    { tag: 0x00189074, vr: 'FD', value: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    { tag: 0x00660016, vr: 'OF', value: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    { tag: Tag.ExtendedOffsetTable, vr: 'OV', value: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  ];
  expect(await transcoded(inSyntax(BIG, wide, 'defined'))).toEqual(explicitly(wide));
});

test('a file in Explicit VR Little Endian comes out as it is', async () => {
  expect(await transcoded(inSyntax(LITTLE, values, 'delimited'))).toEqual(explicitly(values));
});

test('a deflated data set is inflated', async () => {
  const deflated = deflateRawSync(dataSetBytes(values, LITTLE.encoding, 'delimited'));
  const file = fileOf(fileMetaBytes('1.2.840.10008.1.2.1.99'), deflated);
  expect(await transcoded(file)).toEqual(explicitly(values));
});

test('a deflated data set that breaks off in its padding says so as what it is', async () => {
  const padded = [dataSetBytes(head, LITTLE.encoding, 'delimited'), Buffer.alloc(600_000)];
  const file = fileOf(
    fileMetaBytes('1.2.840.10008.1.2.1.99'),
    deflateRawSync(Buffer.concat(padded)),
  );
  const reading = transcoded(file, { limits: { inflatedBytesMax: 300_000 } });
  expect(await reading.then(String, transcodeFailure)).toBe('inflated-too-long');
});

test('a long value that the file ends in behind the Pixel Data is left out', async () => {
  const pixels = { tag: Tag.PixelData, vr: 'OW', value: Uint8Array.of(1, 2) } as const;
  const whole = inSyntax(IMPLICIT, [...head, pixels], 'defined');
  const trailing = Buffer.from([0xfc, 0xff, 0xfc, 0xff, 0, 0, 8, 0, 1, 2]);
  const file = fileOf(await whole.read(0, whole.length), trailing);
  expect(await transcoded(file)).toEqual(explicitly([...head, pixels]));
});

test('group lengths are left out and odd values padded', async () => {
  const odd: readonly Built[] = [
    { tag: 0x00080000, vr: 'UL', value: Uint8Array.of(9, 9, 9, 9) },
    ...head,
    { tag: Tag.PatientID, vr: 'LO', value: Buffer.from('odd') },
  ];
  const expected = [...head, { tag: Tag.PatientID, vr: 'LO' as const, value: Buffer.from('odd ') }];
  expect(await transcoded(inSyntax(IMPLICIT, odd, 'defined'))).toEqual(explicitly(expected));
});

test('a value too long for the length field of its VR becomes UN', async () => {
  const long = Buffer.alloc(70_000, '1');
  const file = inSyntax(IMPLICIT, [...head, { tag: 0x300a0114, vr: 'DS', value: long }], 'defined');
  const expected: readonly Built[] = [...head, { tag: 0x300a0114, vr: 'UN', value: long }];
  expect(await transcoded(file)).toEqual(explicitly(expected));
});

test('a sequence in VR UN of undefined length is read as Implicit VR Little Endian', async () => {
  const item = [text(Tag.Modality, 'CS', 'OT')];
  const unknown = dataSetBytes([sequence(0x00091010, item)], IMPLICIT.encoding, 'delimited');
  const long = Buffer.from([0x09, 0, 0x10, 0x10, 0x55, 0x4e, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  const file = fileOf(
    fileMetaBytes(BIG.uid),
    dataSetBytes(head, BIG.encoding, 'defined'),
    Buffer.concat([long.subarray(0, 4).swap16(), long.subarray(4), unknown.subarray(8)]),
  );
  expect(await transcoded(file)).toEqual(explicitly([...head, sequence(0x00091010, item)]));
});

const image = describe16({ samplesPerPixel: 3, bitsAllocated: 8, rows: 3, columns: 3 });
const frames = [7, 8].map((seed) => Uint8Array.from({ length: 27 }, (_, at) => (at * seed) & 255));
const attributes = (photometric: string, planar: number): readonly Built[] => [
  ...head,
  us(Tag.SamplesPerPixel, 3),
  text(Tag.PhotometricInterpretation, 'CS', photometric),
  us(Tag.PlanarConfiguration, planar),
  text(Tag.NumberOfFrames, 'IS', '2'),
  us(Tag.Rows, 3),
  us(Tag.Columns, 3),
  us(Tag.BitsAllocated, 8),
  us(Tag.BitsStored, 8),
  us(Tag.PixelRepresentation, 0),
];
const native: readonly Built[] = [
  ...attributes('YBR_FULL', 0),
  { tag: Tag.PixelData, vr: 'OB', value: Buffer.concat(frames) },
];

const encapsulatedFile = (encoded: readonly Uint8Array[]) =>
  fileOf(
    fileMetaBytes(RLE),
    dataSetBytes(
      [
        ...attributes('YBR_FULL_422', 1),
        { tag: Tag.ExtendedOffsetTable, vr: 'OV', value: new Uint8Array(16) },
      ],
      LITTLE.encoding,
      'defined',
    ),
    encapsulated(encoded),
    dataSetBytes([text(Tag.DataSetTrailingPadding, 'OB', '')], LITTLE.encoding, 'defined'),
  );
const encodedFrames = frames.map((frame) => encodeRle(image, frame));

test('encapsulated frames become native, by pixel, and the data set says so', async () => {
  const expected = [...native, text(Tag.DataSetTrailingPadding, 'OB', '')];
  expect(await transcoded(encapsulatedFile(encodedFrames))).toEqual(explicitly(expected));
});

test('an encapsulated icon is decoded, too', async () => {
  const icon = describe16({ rows: 2, columns: 2, bitsAllocated: 8 });
  const iconAttributes = [
    us(Tag.Rows, 2),
    us(Tag.Columns, 2),
    us(Tag.BitsAllocated, 8),
    us(Tag.BitsStored, 8),
  ];
  const pixels = Uint8Array.of(1, 2, 3, 4);
  const inside = Buffer.concat([
    dataSetBytes(iconAttributes, LITTLE.encoding, 'defined'),
    encapsulated([encodeRle(icon, pixels)]),
  ]);
  const open = dataSetBytes([sequence(0x00880200, [])], LITTLE.encoding, 'delimited');
  const file = fileOf(
    fileMetaBytes(RLE),
    dataSetBytes(head, LITTLE.encoding, 'defined'),
    Buffer.concat([open.subarray(0, 20), inside, open.subarray(20)]),
  );
  const expected: readonly Built[] = [
    ...head,
    sequence(0x00880200, [...iconAttributes, { tag: Tag.PixelData, vr: 'OB', value: pixels }]),
  ];
  expect(await transcoded(file)).toEqual(explicitly(expected));
});

test('a first frame that cannot be decoded is known before the first byte', async () => {
  const file = encapsulatedFile([new Uint8Array(80), ...encodedFrames.slice(1)]);
  expect(await transcoded(file)).toBe('corrupt');
  const decode = async () => ({ ok: false as const, reason: 'busy' });
  expect(await transcoded(encapsulatedFile(encodedFrames), { decode })).toBe('busy');
});

test('a later frame that cannot be decoded ends the stream with the reason and its place', async () => {
  const file = encapsulatedFile([...encodedFrames.slice(0, 1), new Uint8Array(80)]);
  await expect(transcoded(file)).rejects.toMatchObject({
    reason: 'corrupt',
    offset: expect.any(Number),
  });
});

test('bytes that are no DICOM are refused with the reason', async () => {
  expect(await transcoded(fileOf(Buffer.from('nothing of the kind')))).toBe('not-dicom');
});

test('memory stays flat: a long value is read and given out in pieces of 256 KiB', async () => {
  const pixelBytes = 64 * 1024 * 1024;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pixelBytes);
  const tag = Buffer.from([0xe0, 0x7f, 0x10, 0x00]);
  const start = Buffer.concat([
    fileMetaBytes(IMPLICIT.uid),
    dataSetBytes(head, IMPLICIT.encoding, 'defined'),
    tag,
    length,
  ]);
  let largest = 0;
  const file = {
    length: start.length + pixelBytes,
    read: async (from: number, end: number) => {
      largest = Math.max(largest, end - from);
      const bytes = Buffer.alloc(Math.max(0, end - from));
      if (from < start.length) start.copy(bytes, 0, from);
      return bytes;
    },
  };
  const result = await transcodeToExplicitLittleEndian(file);
  if (!result.ok) throw new Error(result.reason);
  let total = 0;
  for await (const chunk of result.chunks) {
    largest = Math.max(largest, chunk.length);
    total += chunk.length;
  }
  expect(largest).toBeLessThanOrEqual(256 * 1024);
  expect(total).toBe(
    explicitly([...head, { tag: Tag.PixelData, vr: 'OW', value: new Uint8Array() }]).length +
      pixelBytes,
  );
});

test('any change to the bytes gives a refusal or a stream, never another fault', async () => {
  const bytes = Buffer.concat([
    fileMetaBytes(IMPLICIT.uid),
    dataSetBytes(values, IMPLICIT.encoding, 'delimited'),
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 132, max: bytes.length - 1 }),
      fc.nat(255),
      async (at, byte) => {
        const changed = Buffer.from(bytes);
        changed[at] = byte;
        const outcome = await transcoded(fileOf(changed)).catch((fault: unknown) => fault);
        const isKnown = outcome instanceof Buffer || typeof outcome === 'string';
        if (!isKnown) expect(outcome).toMatchObject({ reason: expect.any(String) });
      },
    ),
    { numRuns: 400 },
  );
});
