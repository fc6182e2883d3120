import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeFrame } from '#dicom/decode-frame';
import { readHeader } from '#dicom/read-header';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { parseMediaType } from '#dicomweb/media-type';
import { MULTIPART_BOUNDS, readMultipart } from '#dicomweb/multipart-reader';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { holdSeries, type Sample, sampleFile } from '../stored-files.testing.js';
import { pixelDescription } from './instance-header.js';

const AS_STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
const EXPLICIT = '1.2.840.10008.1.2.1';

let database: TestDatabase;
let pool: Pool;
let api: TestApi;
let heads: readonly Sample[];
let implicit: Sample;
let jpeg2000: Sample;
let enhanced: Sample;
let report: Sample;

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
  await onboard(pool, 'HOSP-A', 'HOSP-B');
  api = await testApi(pool);
  const hold = async (...paths: readonly string[]) =>
    holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(paths.map(sampleFile))));
  heads = await hold(...[1, 2, 3, 4].map((number) => `HOSP-B/mr-head/0${number}.dcm`));
  [implicit, jpeg2000, enhanced, report] = (await Promise.all(
    [
      'HOSP-A/ct-abdomen/01.dcm',
      'HOSP-A/us-jpeg2000/01.dcm',
      'HOSP-B/mr-enhanced/01.dcm',
      'HOSP-A/report/01.dcm',
    ].map(async (path) => (await hold(path))[0]),
  )) as [Sample, Sample, Sample, Sample];
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const pathOf = ({ study, series, instance }: Sample) =>
  `/studies/${study}/series/${series}/instances/${instance}`;

type Ask = Readonly<{
  role?: string;
  hospital?: string;
  method?: string;
  [header: string]: string | undefined;
}>;
const get = async (path: string, { role, hospital, method, ...headers }: Ask = {}) =>
  fetch(`${api.url}/dicom-web${path}`, {
    method: method ?? 'GET',
    headers: {
      authorization: `Bearer ${await api.token(role ?? 'radiologist', hospital)}`,
      ...(headers as Record<string, string>),
    },
  });

const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

async function partsOf(answer: Response) {
  const parsed = parseMediaType(answer.headers.get('content-type') ?? '');
  if (!parsed.ok) throw new Error('no media type');
  const body = await bytesOf(answer);
  expect(answer.headers.get('content-length') ?? `${body.length}`).toBe(`${body.length}`);
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

const headerOf = (file: Buffer) =>
  readHeader({ length: file.length, read: async (start, end) => file.subarray(start, end) });

describe('an instance', () => {
  test('comes as stored when its syntax may go out', async () => {
    const answer = await get(pathOf(heads[0]!), { accept: 'application/dicom' });
    expect(answer.headers.get('content-type')).toBe(
      `application/dicom; transfer-syntax=${EXPLICIT}`,
    );
    expect((await bytesOf(answer)).equals(heads[0]!.bytes)).toBe(true);
  });
  test('comes in multipart to who asks for nothing', async () => {
    const parts = await partsOf(await get(pathOf(heads[0]!)));
    expect(parts.map(({ body }) => body.equals(heads[0]!.bytes))).toEqual([true]);
  });
  test.each(['application/dicom', 'application/dicom; transfer-syntax=*'])(
    'in Implicit VR never goes out: %s gives Explicit VR with an equal data set',
    async (accept) => {
      const file = await bytesOf(await get(pathOf(implicit), { accept }));
      const read = await headerOf(file);
      expect(read).toMatchObject({ ok: true, header: { transferSyntax: EXPLICIT } });
      if (read.ok) expect(read.header.dataSet).toEqual(implicit.header);
    },
  );
  test('compressed without loss is decoded unless it is asked for as it is', async () => {
    const plain = await headerOf(
      await bytesOf(await get(pathOf(jpeg2000), { accept: 'application/dicom' })),
    );
    expect(plain).toMatchObject({ header: { transferSyntax: EXPLICIT } });
    const kept = await get(pathOf(jpeg2000), { accept: 'application/dicom; transfer-syntax=*' });
    expect((await bytesOf(kept)).equals(jpeg2000.bytes)).toBe(true);
  });
  test('has an entity tag, and 304 for who has it', async () => {
    const tag = (await get(pathOf(heads[0]!))).headers.get('etag')!;
    const again = await get(pathOf(heads[0]!), { 'if-none-match': tag });
    expect([again.status, (await bytesOf(again)).length]).toEqual([304, 0]);
    expect((await get(pathOf(heads[0]!), { 'if-none-match': '"other"' })).status).toBe(200);
  });
  test('has a head of its own', async () => {
    const answer = await get(pathOf(heads[0]!), { method: 'HEAD', accept: 'application/dicom' });
    expect(answer.headers.get('content-length')).toBe(`${heads[0]!.bytes.length}`);
    expect((await bytesOf(answer)).length).toBe(0);
  });
  test('comes over WADO-URI too', async () => {
    const { study, series, instance, bytes } = heads[0]!;
    const answer = await fetch(
      `${api.url}/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}&contentType=application/dicom`,
      { headers: { authorization: `Bearer ${await api.token('physician')}` } },
    );
    expect((await bytesOf(answer)).equals(bytes)).toBe(true);
  });
});

test.each(['series', 'study'])('a %s comes whole, in the order of its instances', async (level) => {
  const { study, series } = heads[0]!;
  const path = level === 'series' ? `/studies/${study}/series/${series}` : `/studies/${study}`;
  const parts = await partsOf(await get(path));
  const numbers = await Promise.all(
    parts.map(async ({ body }) => {
      const read = await headerOf(body);
      return read.ok ? Number(read.header.dataSet['00200013']?.Value?.[0]) : Number.NaN;
    }),
  );
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  expect(new Set(parts.map(({ body }) => body.toString('latin1')))).toEqual(
    new Set(heads.map(({ bytes }) => bytes.toString('latin1'))),
  );
});

describe('frames', () => {
  const pixelsOf = async (file: Buffer) => {
    const read = await headerOf(file);
    if (!read.ok || read.header.pixelData === undefined) throw new Error('no pixels');
    const { start, length } = read.header.pixelData;
    return file.subarray(start, start + length);
  };
  test('come in the order asked for, byte for byte', async () => {
    const pixels = await pixelsOf(enhanced.bytes);
    const size = pixels.length / 6;
    const parts = await partsOf(
      await get(`${pathOf(enhanced)}/frames/6,1,3`, { accept: AS_STORED }),
    );
    expect(parts.map(({ body }) => body.equals(pixels.subarray(0, size)))).toEqual([
      false,
      true,
      false,
    ]);
    expect(parts[0]!.body.equals(pixels.subarray(5 * size))).toBe(true);
    expect(parts[2]!.body.equals(pixels.subarray(2 * size, 3 * size))).toBe(true);
    expect(parts[0]!.type).toBe(`application/octet-stream; transfer-syntax=${EXPLICIT}`);
  });
  test('one comes alone to who wants no multipart', async () => {
    const accept = 'application/octet-stream';
    const answer = await get(`${pathOf(enhanced)}/frames/2`, { accept });
    expect((await bytesOf(answer)).length).toBe((await pixelsOf(enhanced.bytes)).length / 6);
  });
  test('compressed ones are decoded by default and kept on request', async () => {
    const accept = 'image/jp2';
    const [decoded] = await partsOf(await get(`${pathOf(jpeg2000)}/frames/1`));
    expect(decoded!.body.length).toBe(480 * 640 * 3);
    const kept = await bytesOf(await get(`${pathOf(jpeg2000)}/frames/1`, { accept }));
    const description = pixelDescription(Buffer.from(JSON.stringify(jpeg2000.header)));
    const transferSyntax = TransferSyntaxUid.JPEG2000Lossless;
    const again = await decodeFrame({ transferSyntax, description, bytes: kept });
    expect(again.ok && decoded!.body.equals(again.bytes)).toBe(true);
  });
  test.each([
    ['7', 404, 'Frame 7 of 6.'],
    ['1,7', 404, 'Frame 7 of 6.'],
    ['0', 400, 'The list of frames: not-a-list.'],
    ['1,1', 400, 'The list of frames: repeated.'],
    ['x', 400, 'The list of frames: not-a-list.'],
  ])('%s is %i before the first byte', async (list, status, detail) => {
    const answer = await get(`${pathOf(enhanced)}/frames/${list}`);
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      status,
      detail,
    ]);
  });
  test('of what has none are 404', async () =>
    expect((await get(`${pathOf(report)}/frames/1`)).status).toBe(404));
  test('in a form that cannot be had are 406, and the problem says what can', async () => {
    const answer = await get(`${pathOf(enhanced)}/frames/1`, { accept: 'image/jxl' });
    expect(answer.status).toBe(406);
    expect(((await answer.json()) as { detail: string }).detail).toContain(
      'application/octet-stream',
    );
  });
});

describe('metadata', () => {
  type Json = Record<string, { vr: string; Value?: unknown[]; BulkDataURI?: string }>;
  const metadata = async (path: string) => (await (await get(`${path}/metadata`)).json()) as Json[];

  test('is the whole header, bulk data by an address that gives its bytes', async () => {
    const [json] = await metadata(pathOf(heads[0]!));
    const { '7FE00010': pixels, ...rest } = json!;
    const { '7FE00010': _, ...expected } = heads[0]!.header;
    expect(rest).toEqual(expected);
    const url = pixels!.BulkDataURI!;
    expect(url).toBe(`${api.url}/dicom-web${pathOf(heads[0]!)}/bulkdata/7FE00010`);
    const accept = 'application/octet-stream';
    const bulk = await bytesOf(await get(url.split('/dicom-web')[1]!, { accept }));
    expect(heads[0]!.bytes.includes(bulk)).toBe(true);
    expect(bulk.length).toBe(64 * 64 * 2);
  });
  test('of a series and of a study has every instance', async () => {
    const { study, series } = heads[0]!;
    const ofSeries = await metadata(`/studies/${study}/series/${series}`);
    expect(ofSeries).toHaveLength(4);
    expect(await metadata(`/studies/${study}`)).toEqual(ofSeries);
  });
  test('comes as XML, one part for each instance', async () => {
    const { study } = heads[0]!;
    const accept = 'multipart/related; type="application/dicom+xml"';
    const parts = await partsOf(await get(`/studies/${study}/metadata`, { accept }));
    expect(parts.map(({ type }) => type)).toEqual(Array(4).fill('application/dicom+xml'));
    expect(parts[0]!.body.toString()).toContain('keyword="StudyInstanceUID"');
  });
  test('has an entity tag', async () => {
    const path = `${pathOf(report)}/metadata`;
    const tag = (await get(path)).headers.get('etag')!;
    expect((await get(path, { 'if-none-match': tag })).status).toBe(304);
  });
});

describe('what is not there', () => {
  test.each(['', '/metadata', '/frames/1', '/bulkdata/7FE00010'])(
    'is 404 without naming a UID: instance%s',
    async (rest) => {
      const answer = await get(pathOf({ ...heads[0]!, instance: '1.2.3' }) + rest);
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain('1.2.3');
    },
  );
  test.each(['/studies/1.2', '/studies/1.2/series/1.3', '/studies/x', '/studies/1.2/metadata'])(
    '%s is 404',
    async (path) => expect((await get(path)).status).toBe(404),
  );
  test("another hospital's instance is not there either", async () =>
    expect((await get(pathOf(heads[0]!), { hospital: 'HOSP-B' })).status).toBe(404));
  test('no role but the clinical ones retrieves', async () =>
    expect((await get(pathOf(heads[0]!), { role: 'modality' })).status).toBe(403));
});
