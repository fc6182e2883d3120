import { expect, test } from 'vitest';
import { convertFrame } from './convert-frame.js';
import { frameIndexOf, frameRanges } from './frame-index.js';
import { pixelDescriptionOf } from './pixel-description.js';
import { readHeader } from './read-header.js';
import { Tag } from './tag.js';
import { encapsulated } from './transcode/encapsulated.js';
import {
  type Built,
  dataSetBytes,
  fileMetaBytes,
  sequence,
  text,
  us,
} from './transcode/part10.testing.js';
import { transcode, transcodeToExplicitLittleEndian } from './transcode.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

const {
  ExplicitVRLittleEndian: EXPLICIT,
  ExplicitVRBigEndian: BIG,
  DeflatedExplicitVRLittleEndian: DEFLATED,
  JPEGLosslessFirstOrder,
  RLELossless,
  JPEGLSLossless,
  JPEG2000Lossless,
  HTJ2KLossless,
} = TransferSyntaxUid;

const fileOf = (bytes: Buffer) => ({
  length: bytes.length,
  read: async (start: number, end: number) => bytes.subarray(start, end),
});

async function transcoded(bytes: Buffer, target: string): Promise<Buffer> {
  const result = await transcode(fileOf(bytes), target);
  if (!result.ok) throw new Error(result.reason);
  const chunks: Uint8Array[] = [];
  for await (const chunk of result.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const icon = [us(Tag.Rows, 1), us(Tag.Columns, 2), us(Tag.BitsAllocated, 8)];

const image = (pixels: Uint8Array, ...differs: Built[]): readonly Built[] =>
  [
    text(Tag.SOPClassUID, 'UI', '1.2.840.10008.5.1.4.1.1.7'),
    text(Tag.SOPInstanceUID, 'UI', '1.2.3.4'),
    us(Tag.SamplesPerPixel, 1),
    text(Tag.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
    text(Tag.NumberOfFrames, 'IS', '3'),
    us(Tag.Rows, 5),
    us(Tag.Columns, 7),
    us(Tag.BitsAllocated, 16),
    us(Tag.BitsStored, 12),
    us(Tag.PixelRepresentation, 0),
    sequence(0x00880200, [...icon, { tag: Tag.PixelData, vr: 'OB', value: Uint8Array.of(1, 2) }]),
    { tag: Tag.PixelData, vr: 'OW', value: pixels } as const,
    { tag: Tag.DataSetTrailingPadding, vr: 'OB', value: Uint8Array.of(0, 0) } as const,
  ]
    .map((one) => differs.find(({ tag }) => tag === one.tag) ?? one)
    .concat(differs.filter(({ tag }) => tag === Tag.PlanarConfiguration))
    .sort((a, b) => a.tag - b.tag);

const grey = Uint8Array.from({ length: 3 * 5 * 7 * 2 }, (_, at) =>
  at % 2 === 0 ? at : (at >> 4) & 15,
);
const LITTLE = { explicit: true, bigEndian: false };

const part10 = (elements: readonly Built[], syntax: string = EXPLICIT) =>
  Buffer.concat([
    fileMetaBytes(syntax),
    dataSetBytes(elements, { explicit: true, bigEndian: syntax === BIG }, 'delimited'),
  ]);

const TARGETS = [
  DEFLATED,
  JPEGLosslessFirstOrder,
  RLELossless,
  JPEGLSLossless,
  JPEG2000Lossless,
  HTJ2KLossless,
];

test.each(TARGETS)('to %s and back gives the very file', async (target) => {
  const original = part10(image(grey));
  const encoded = await transcoded(original, target);
  expect(encoded.length % 2).toBe(0);
  const read = await readHeader(fileOf(encoded));
  expect(read.ok && read.header.transferSyntax).toBe(target);
  expect(await transcoded(encoded, EXPLICIT)).toEqual(original);
});

test.each(TARGETS)('big endian and deflated files become %s too', async (target) => {
  const straight = await transcoded(part10(image(grey)), target);
  const big = part10(image(grey), BIG);
  expect(await transcoded(big, target)).toEqual(straight);
  const deflated = await transcoded(part10(image(grey)), DEFLATED);
  expect(await transcoded(deflated, target)).toEqual(straight);
});

test('from one compressed form to the other in one go', async () => {
  const jls = await transcoded(part10(image(grey)), JPEGLSLossless);
  const rle = await transcoded(part10(image(grey)), RLELossless);
  expect(await transcoded(jls, RLELossless)).toEqual(rle);
});

test('the offset table names each frame, which is one fragment', async () => {
  const encoded = await transcoded(part10(image(grey)), JPEGLSLossless);
  const read = await readHeader(fileOf(encoded));
  if (!read.ok) throw new Error(read.error.reason);
  const { fragments } = read.header.pixelData ?? {};
  expect(fragments?.basicOffsets.length).toBe(3);
  expect(fragments?.heads.length).toBe(3);
  const index = frameIndexOf(read.header);
  if (!index.ok) throw new Error(index.error);
  const [[start, length] = [0, 0]] = frameRanges(index.frameIndex, 2) ?? [];
  const third = await convertFrame({
    transferSyntax: JPEGLSLossless,
    description: pixelDescriptionOf(read.header.dataSet),
    bytes: encoded.subarray(start, start + length),
  });
  expect(third.ok && third.bytes).toEqual(grey.slice(140));
});

test('frames that are too long to be held have an empty table', async () => {
  const frames = async function* () {
    yield* [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5), Uint8Array.of(6)];
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of encapsulated(frames(), 4)) chunks.push(chunk);
  const item = (length: number) => [0xfe, 0xff, 0x00, 0xe0, length, 0, 0, 0];
  expect([...Buffer.concat(chunks)]).toEqual(
    [item(0), item(4), [1, 2, 3, 0], item(2), [4, 5], item(2), [6, 0]].flat(),
  );
});

test('colour by plane says what became of it', async () => {
  const value = Uint8Array.from({ length: 3 * 5 * 7 * 3 + 1 }, (_, at) => at % 251);
  const rgb = image(
    value,
    { tag: Tag.PixelData, vr: 'OB', value },
    us(Tag.SamplesPerPixel, 3),
    us(Tag.BitsAllocated, 8),
    us(Tag.BitsStored, 8),
    us(Tag.PlanarConfiguration, 1),
    text(Tag.PhotometricInterpretation, 'CS', 'RGB'),
  );
  const facts = async (target: string, stored: string = EXPLICIT) => {
    const read = await readHeader(fileOf(await transcoded(part10(rgb, stored), target)));
    if (!read.ok) throw new Error(read.error.reason);
    const { photometricInterpretation, planarConfiguration } = pixelDescriptionOf(
      read.header.dataSet,
    );
    return [photometricInterpretation, planarConfiguration];
  };
  expect(await facts(JPEG2000Lossless)).toEqual(['YBR_RCT', 0]);
  expect(await facts(HTJ2KLossless)).toEqual(['YBR_RCT', 0]);
  expect(await facts(JPEGLSLossless)).toEqual(['RGB', 0]);
  expect(await facts(RLELossless)).toEqual(['RGB', 1]);
  expect(await facts(RLELossless, BIG)).toEqual(['RGB', 1]);
});

test('what has no frames or cannot be encoded is told before the first byte', async () => {
  const { reason } = {
    reason: undefined,
    ...(await refusal(image(grey, us(Tag.BitsAllocated, 1)))),
  };
  expect(reason).toBe('unsupported');
  const report = image(grey).filter(({ tag }) => tag !== Tag.PixelData);
  expect(await refusal(report)).toEqual({ ok: false, reason: 'no-pixel-data' });
  const dataSet = part10(image(grey));
  expect(await transcode(fileOf(dataSet), '1.2.840.10008.1.2.4.50')).toEqual({
    ok: false,
    reason: 'unsupported',
  });
});

const refusal = (elements: readonly Built[]) =>
  transcode(
    fileOf(Buffer.concat([fileMetaBytes(EXPLICIT), dataSetBytes(elements, LITTLE, 'delimited')])),
    JPEGLSLossless,
  );

test('reading stops with the reader, not with the file', async () => {
  const reads: number[] = [];
  const bytes = part10(image(grey));
  const file = {
    length: bytes.length,
    read: async (start: number, end: number) => {
      reads.push(start);
      return bytes.subarray(start, end);
    },
  };
  const result = await transcode(file, RLELossless);
  if (!result.ok) throw new Error(result.reason);
  await result.chunks.next();
  await result.chunks.return();
  const before = reads.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(reads.length).toBe(before);
  expect(await transcodeToExplicitLittleEndian(fileOf(bytes))).toMatchObject({ ok: true });
});
