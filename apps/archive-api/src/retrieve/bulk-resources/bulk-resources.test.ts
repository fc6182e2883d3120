import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMediaType } from '#dicomweb/media-type';
import { MULTIPART_BOUNDS, readMultipart } from '#dicomweb/multipart-reader';
import { type TestDatabase, testDatabase } from '../../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../../archive-api.testing.js';
import { holdSeries, type Sample, sampleFile } from '../../stored-files.testing.js';

let database: TestDatabase;
let api: TestApi;
let heads: readonly Sample[];
let jpeg2000: Sample;
let report: Sample;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
  const hold = async (...paths: readonly string[]) =>
    holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(paths.map(sampleFile))));
  heads = await hold(...[1, 2, 3, 4].map((number) => `HOSP-B/mr-head/0${number}.dcm`));
  [jpeg2000] = (await hold('HOSP-A/us-jpeg2000/01.dcm')) as [Sample];
  [report] = (await hold('HOSP-A/report/01.dcm')) as [Sample];
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const seriesOf = ({ study, series }: Sample) => `/studies/${study}/series/${series}`;
const pathOf = (sample: Sample) => `${seriesOf(sample)}/instances/${sample.instance}`;
const get = async (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/dicom-web${path}`, {
    headers: { authorization: `Bearer ${await api.token('radiologist')}`, ...headers },
  });

async function partsOf(answer: Response) {
  const parsed = parseMediaType(answer.headers.get('content-type') ?? '');
  if (!parsed.ok) throw new Error('no media type');
  const body = Buffer.from(await answer.arrayBuffer());
  const source = (async function* () {
    yield body;
  })();
  const parts: { type: string; location: string; body: Buffer }[] = [];
  const boundary = parsed.mediaType.parameters.get('boundary') ?? '';
  for await (const part of readMultipart(source, boundary, MULTIPART_BOUNDS)) {
    const chunks: Buffer[] = [];
    for await (const chunk of part.body) chunks.push(Buffer.from(chunk));
    const [type = '', location = ''] = ['content-type', 'content-location'].map((name) =>
      part.headers.get(name),
    );
    parts.push({ type, location, body: Buffer.concat(chunks) });
  }
  return parts;
}

describe('pixel data', () => {
  test.each(['study', 'series'])('of a %s come a part each, by their addresses', async (level) => {
    const path = level === 'study' ? `/studies/${heads[0]!.study}` : seriesOf(heads[0]!);
    const parts = await partsOf(await get(`${path}/pixeldata`));
    expect(parts).toHaveLength(4);
    for (const { location, body, type } of parts) {
      expect(type).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1');
      const accept = 'application/octet-stream';
      const alone = await get(location.split('/dicom-web')[1]!, { accept });
      expect(body.equals(Buffer.from(await alone.arrayBuffer()))).toBe(true);
    }
  });
  test('of an instance may come without packaging', async () => {
    const answer = await get(`${pathOf(heads[0]!)}/pixeldata`, {
      accept: 'application/octet-stream',
    });
    expect((await answer.arrayBuffer()).byteLength).toBe(64 * 64 * 2);
  });
  test('that are compressed come decoded, or as they are', async () => {
    const [decoded] = await partsOf(await get(`${pathOf(jpeg2000)}/pixeldata`));
    expect(decoded!.body).toHaveLength(480 * 640 * 3);
    const accept = 'multipart/related; type="image/jp2"';
    const [kept] = await partsOf(await get(`${pathOf(jpeg2000)}/pixeldata`, { accept }));
    const frame = await get(`${pathOf(jpeg2000)}/frames/1`, { accept: 'image/jp2' });
    expect(kept!.body.equals(Buffer.from(await frame.arrayBuffer()))).toBe(true);
  });
  test('of a report are not there', async () =>
    expect((await get(`${pathOf(report)}/pixeldata`)).status).toBe(404));
  test('in a form that cannot be had are 406', async () =>
    expect((await get(`${pathOf(heads[0]!)}/pixeldata`, { accept: 'image/png' })).status).toBe(
      406,
    ));
  test('have an entity tag', async () => {
    const path = `${seriesOf(heads[0]!)}/pixeldata`;
    const tag = (await get(path)).headers.get('etag')!;
    expect((await get(path, { 'if-none-match': tag })).status).toBe(304);
  });
});

test.each(['study', 'series', 'instance'])(
  'bulk data of a %s name the addresses that the metadata give',
  async (level) => {
    const sample = heads[0]!;
    const paths: Record<string, string> = {
      study: `/studies/${sample.study}`,
      series: seriesOf(sample),
      instance: pathOf(sample),
    };
    const metadata = await (await get(`${paths[level]}/metadata`)).text();
    const named = [...metadata.matchAll(/"BulkDataURI":"([^"]+)"/g)].map(([, address]) => address);
    const parts = await partsOf(await get(`${paths[level]}/bulkdata`));
    expect(parts.map(({ location }) => location).sort()).toEqual(named.sort());
  },
);
describe('who accepts octets gets bulk data (PS3.18 §10.4.4)', () => {
  const accept = 'multipart/related; type="application/octet-stream"';
  test.each(['study', 'series', 'instance'])('of the %s', async (level) => {
    const sample = heads[0]!;
    const paths: Record<string, string> = {
      study: `/studies/${sample.study}`,
      series: seriesOf(sample),
      instance: pathOf(sample),
    };
    const asked = await partsOf(await get(paths[level]!, { accept }));
    const named = await partsOf(await get(`${paths[level]}/bulkdata`));
    expect(asked.map(({ body }) => body)).toEqual(named.map(({ body }) => body));
    const places = (parts: readonly { location: string }[]) =>
      parts.map(({ location }) => new URL(location, api.url).href);
    expect(places(asked)).toEqual(places(named));
  });
  test.each([
    `${accept}, application/dicom`,
    `${accept}, */*`,
    '*/*',
    `${accept}; q=0.5, multipart/*`,
  ])('but DICOM who accepts %s', async (among) => {
    const answer = await get(pathOf(heads[0]!), { accept: among });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('application/dicom'),
    ]);
  });
  test('in a part of its own it is 406', async () =>
    expect((await get(pathOf(heads[0]!), { accept: 'application/octet-stream' })).status).toBe(
      406,
    ));
});
test.each(['/studies/1.2/bulkdata', '/studies/1.2/series/1.3/pixeldata'])(
  '%s is 404',
  async (path) => expect((await get(path)).status).toBe(404),
);
