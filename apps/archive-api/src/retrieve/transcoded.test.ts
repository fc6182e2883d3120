import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convertFrame } from '#dicom/convert-frame';
import {
  dataSetBytes,
  fileBytes,
  fileWith,
  headerBytes,
  type TestDataSet,
} from '#dicom/dicom-file.testing';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, UNDEFINED_LENGTH } from '#dicom/element';
import { frameIndexOf, frameRanges } from '#dicom/frame-index';
import { type Header, readHeader } from '#dicom/read-header';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { parseMediaType } from '#dicomweb/media-type';
import { MULTIPART_BOUNDS, readMultipart } from '#dicomweb/multipart-reader';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { holdSeries, type Sample } from '../stored-files.testing.js';
import { pixelDescription } from './instance-header.js';

const {
  ExplicitVRLittleEndian: EXPLICIT,
  ImplicitVRLittleEndian: IMPLICIT,
  DeflatedExplicitVRLittleEndian: DEFLATED,
  JPEGBaseline,
  JPEGLosslessFirstOrder,
  JPEGLossless,
  RLELossless,
  JPEGLSLossless,
  JPEG2000Lossless,
  HTJ2KLossless,
} = TransferSyntaxUid;

const FRAMES = 3;
const SIDE = 16;
const FRAME_BYTES = SIDE * SIDE * 2;
const pixels = Buffer.from(
  Uint16Array.from({ length: FRAMES * SIDE * SIDE }, (_, at) => (at * 7) % 4096).buffer,
);

const uid = () => `2.25.${BigInt(`0x${randomBytes(12).toString('hex')}`)}`;
const STUDY = uid();
const SERIES = uid();

const dataSet = (instanceNumber: number, rest: TestDataSet, study = STUDY): TestDataSet => [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
  [0x00080018, 'UI', uid()],
  [0x00080060, 'CS', 'OT'],
  [0x0020000d, 'UI', study],
  [0x0020000e, 'UI', SERIES],
  [0x00200013, 'IS', `${instanceNumber}`],
  ...rest,
];

const image = (bits: number, value: Buffer): TestDataSet => [
  [0x00280002, 'US', [1]],
  [0x00280004, 'CS', 'MONOCHROME2'],
  [0x00280008, 'IS', `${FRAMES}`],
  [0x00280010, 'US', [SIDE]],
  [0x00280011, 'US', [SIDE]],
  [0x00280100, 'US', [bits]],
  [0x00280101, 'US', [Math.min(bits, 12)]],
  [0x00280103, 'US', [0]],
  [0x7fe00010, 'OW', value],
];
const wide = Buffer.alloc(FRAMES * FRAME_BYTES * 2, 1);

const item = (tag: number, length: number) => headerBytes(tag, '', length, IMPLICIT_LITTLE_ENDIAN);

/** Pixel Data of three fragments that no decoder takes. */
const encapsulatedNonsense = (elements: TestDataSet) =>
  Buffer.concat([
    dataSetBytes(elements.slice(0, -1), EXPLICIT_LITTLE_ENDIAN),
    headerBytes(0x7fe00010, 'OB', UNDEFINED_LENGTH, EXPLICIT_LITTLE_ENDIAN),
    item(0xfffee000, 0),
    ...Array.from({ length: FRAMES }, () => [item(0xfffee000, 2), Buffer.from('no')]).flat(),
    item(0xfffee0dd, 0),
  ]);

let database: TestDatabase;
let api: TestApi;
let plain: Sample;
let report: Sample;
let deep: Sample;
let alone: Sample;
let broken: Sample;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
  [plain, report, deep] = (await holdSeries(
    api.ports,
    'HOSP-A',
    fileBytes(dataSet(1, image(16, pixels)), IMPLICIT),
    fileBytes(dataSet(2, [])),
    fileBytes(dataSet(3, image(32, wide))),
  )) as [Sample, Sample, Sample];
  const study = uid();
  [alone] = (await holdSeries(api.ports, 'HOSP-A', fileBytes(dataSet(1, [], uid())))) as [Sample];
  [, broken] = (await holdSeries(
    api.ports,
    'HOSP-A',
    fileBytes(dataSet(1, image(16, pixels), study)),
    fileWith(encapsulatedNonsense(dataSet(2, image(16, pixels), study)), RLELossless),
  )) as [Sample, Sample];
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const pathOf = ({ study, series, instance }: Sample) =>
  `/studies/${study}/series/${series}/instances/${instance}`;

const get = async (path: string, accept: string, root = '/dicom-web') =>
  fetch(`${api.url}${root}${path}`, {
    headers: { authorization: `Bearer ${await api.token('radiologist')}`, accept },
  });

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

async function headerOf(bytes: Buffer): Promise<Header> {
  const read = await readHeader({
    length: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
  });
  if (!read.ok) throw new Error(read.error.reason);
  return read.header;
}

async function partsOf(answer: Response) {
  const parsed = parseMediaType(answer.headers.get('content-type') ?? '');
  if (!parsed.ok) throw new Error('no media type');
  const body = await bytesOf(answer);
  const source = (async function* () {
    yield body;
  })();
  const parts: { type: string | undefined; body: Buffer }[] = [];
  const boundary = parsed.mediaType.parameters.get('boundary') ?? '';
  for await (const part of readMultipart(source, boundary, MULTIPART_BOUNDS)) {
    const chunks: Buffer[] = [];
    for await (const chunk of part.body) chunks.push(Buffer.from(chunk));
    parts.push({ type: part.headers.get('content-type'), body: Buffer.concat(chunks) });
  }
  return parts;
}

async function decoded(transferSyntax: string, bytes: Buffer): Promise<Buffer> {
  const description = pixelDescription(Buffer.from(JSON.stringify(plain.header)));
  const frame = await convertFrame({ transferSyntax, description, bytes });
  if (!frame.ok) throw new Error(frame.reason);
  return Buffer.from(frame.bytes);
}

const frameOf = (index: number) => pixels.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);

describe('an instance', () => {
  test.each([
    JPEGLosslessFirstOrder,
    JPEGLossless,
    RLELossless,
    JPEGLSLossless,
    JPEG2000Lossless,
    HTJ2KLossless,
  ])('comes in %s, with the same pixels and under its own UID', async (syntax) => {
    const answer = await get(pathOf(plain), `application/dicom; transfer-syntax=${syntax}`);
    expect(answer.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${syntax}`);
    const file = await bytesOf(answer);
    const header = await headerOf(file);
    expect(header.transferSyntax).toBe(syntax);
    const { '7FE00010': _, ...stored } = plain.header;
    const { '7FE00010': __, ...given } = header.dataSet;
    expect(given).toEqual(stored);
    const index = frameIndexOf(header);
    if (!index.ok) throw new Error(index.error);
    for (let at = 0; at < FRAMES; at++) {
      const [[start, length] = [0, 0]] = frameRanges(index.frameIndex, at) ?? [];
      const frame = file.subarray(start, start + length);
      expect((await decoded(syntax, frame)).equals(frameOf(at))).toBe(true);
    }
  });

  test('comes deflated, and over WADO-URI', async () => {
    const { study, series, instance } = plain;
    const query = `requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}&contentType=application/dicom`;
    const answer = await get(`?${query}&transferSyntax=${DEFLATED}`, '*/*', '/wado');
    const header = await headerOf(await bytesOf(answer));
    expect(header.transferSyntax).toBe(DEFLATED);
    expect(header.dataSet['7FE00010']).toBeDefined();
    const list = [JPEGBaseline, RLELossless, EXPLICIT].join(',');
    const first = await get(`?${query}&transferSyntax=${list}`, '*/*', '/wado');
    expect(first.headers.get('content-type')).toBe('application/dicom');
    expect((await headerOf(await bytesOf(first))).transferSyntax).toBe(RLELossless);
    for (const wrong of ['zip', `${EXPLICIT},zip`, '', `${EXPLICIT}&transferSyntax=${EXPLICIT}`])
      expect((await get(`?${query}&transferSyntax=${wrong}`, '*/*', '/wado')).status).toBe(400);
    expect((await get(`?${query}&transferSyntax=*`, '*/*', '/wado')).status).toBe(200);
  });

  test.each([
    ['the deeper one', () => deep],
    ['the report', () => report],
  ])('that no encoder takes is 406, and the problem says what there is: %s', async (_, sample) => {
    const accept = `application/dicom; transfer-syntax=${JPEGLSLossless}`;
    const answer = await get(pathOf(sample()), accept);
    expect(answer.status).toBe(406);
    const { detail } = (await answer.json()) as { detail: string };
    expect(detail).toContain(`application/dicom; transfer-syntax=${EXPLICIT}`);
    expect(detail).toContain(`application/dicom; transfer-syntax=${DEFLATED}`);
    expect(detail).not.toContain(JPEGLSLossless);
  });

  test('never comes in a syntax that loses', async () => {
    const accept = `application/dicom; transfer-syntax=${JPEGBaseline}`;
    expect((await get(pathOf(plain), accept)).status).toBe(406);
  });

  test('comes in the form of the highest weight that can be had', async () => {
    const accept = [
      `application/dicom; transfer-syntax=${JPEGBaseline}`,
      `application/dicom; transfer-syntax=${RLELossless}; q=0.2`,
      `application/dicom; transfer-syntax=${JPEGLSLossless}; q=0.5`,
    ].join(', ');
    const answer = await get(pathOf(plain), accept);
    expect(answer.headers.get('content-type')).toContain(JPEGLSLossless);
    const other = await get(pathOf(deep), `${accept}, application/dicom; q=0.1`);
    expect(other.headers.get('content-type')).toContain(EXPLICIT);
  });
});

describe('frames', () => {
  test.each([
    ['image/jpeg', JPEGLosslessFirstOrder],
    ['image/dicom-rle', RLELossless],
    ['image/jls', JPEGLSLossless],
    ['image/jp2', JPEG2000Lossless],
    ['image/jphc', HTJ2KLossless],
    [`image/jpeg; transfer-syntax=${JPEGLossless}`, JPEGLossless],
    [`application/octet-stream; transfer-syntax=${JPEGLSLossless}`, JPEGLSLossless],
  ])('of media type %s come in %s', async (mediaType, syntax) => {
    const answer = await get(`${pathOf(plain)}/frames/2`, mediaType);
    const [name] = mediaType.split(';');
    expect(answer.headers.get('content-type')).toBe(`${name}; transfer-syntax=${syntax}`);
    const body = await bytesOf(answer);
    expect(answer.headers.get('content-length')).toBe(`${body.length}`);
    expect((await decoded(syntax, body)).equals(frameOf(1))).toBe(true);
  });

  test('come in the order asked for, each with its type', async () => {
    const accept = 'multipart/related; type="image/jls"';
    const parts = await partsOf(await get(`${pathOf(plain)}/frames/3,1`, accept));
    expect(parts.map(({ type }) => type)).toEqual(
      Array(2).fill(`image/jls; transfer-syntax=${JPEGLSLossless}`),
    );
    const frames = await Promise.all(parts.map(({ body }) => decoded(JPEGLSLossless, body)));
    expect(frames.map((frame) => frame.equals(frameOf(2)))).toEqual([true, false]);
    expect(frames[1]!.equals(frameOf(0))).toBe(true);
  });

  test('of 32 bits are not encoded', async () =>
    expect((await get(`${pathOf(deep)}/frames/1`, 'image/jls')).status).toBe(406));

  test('stay uncompressed for who names nothing', async () => {
    const answer = await get(`${pathOf(plain)}/frames/1`, 'application/octet-stream');
    expect((await bytesOf(answer)).equals(frameOf(0))).toBe(true);
  });
});

describe('a series', () => {
  const dicom = 'multipart/related; type="application/dicom"';
  const path = () => `/studies/${plain.study}/series/${plain.series}`;

  test('leaves out the image that cannot be had, and says 206; what has no image comes native', async () => {
    const answer = await get(path(), `${dicom}; transfer-syntax=${JPEG2000Lossless}`);
    expect(answer.status).toBe(206);
    const types = (await partsOf(answer)).map(({ type }) => type);
    expect(types).toEqual([
      `application/dicom; transfer-syntax=${JPEG2000Lossless}`,
      `application/dicom; transfer-syntax=${EXPLICIT}`,
    ]);
  });

  test('is whole when a second form is acceptable', async () => {
    const accept = `${dicom}; transfer-syntax=${RLELossless}, ${dicom}; q=0.5`;
    const answer = await get(path(), accept);
    expect(answer.status).toBe(200);
    const parts = await partsOf(answer);
    const syntaxes = await Promise.all(
      parts.map(async ({ body }) => (await headerOf(body)).transferSyntax),
    );
    expect(syntaxes).toEqual([RLELossless, EXPLICIT, EXPLICIT]);
  });

  test('without any image comes native, whatever syntax was asked for', async () => {
    const answer = await get(`/studies/${alone.study}`, `${dicom}; transfer-syntax=${RLELossless}`);
    expect(answer.status).toBe(200);
    expect((await partsOf(answer))[0]!.type).toBe(`application/dicom; transfer-syntax=${EXPLICIT}`);
  });

  test('of which nothing can be had is 406', async () => {
    const { study } = broken;
    const accept = `${dicom}; transfer-syntax=${JPEGBaseline}`;
    expect((await get(`/studies/${study}`, accept)).status).toBe(406);
    expect((await get(path(), 'image/png')).status).toBe(406);
  });

  test('does not fail with an image whose pixels are broken: that goes as it is stored', async () => {
    const { study } = broken;
    const accept = `${dicom}; transfer-syntax=${JPEGLSLossless}`;
    const parts = await partsOf(await get(`/studies/${study}`, accept));
    expect(parts.map(({ type }) => type)).toEqual([
      `application/dicom; transfer-syntax=${JPEGLSLossless}`,
      `application/dicom; transfer-syntax=${RLELossless}`,
    ]);
    expect(parts[1]!.body.equals(broken.bytes)).toBe(true);
    const itself = await get(pathOf(broken), `application/dicom; transfer-syntax=${EXPLICIT}`);
    expect(itself.status).toBe(406);
  });
});
