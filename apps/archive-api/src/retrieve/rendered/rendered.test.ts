import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMediaType } from '#dicomweb/media-type';
import { MULTIPART_BOUNDS, readMultipart } from '#dicomweb/multipart-reader';
import { type TestDatabase, testDatabase } from '../../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../../archive-api.testing.js';
import { holdSeries, type Sample, sampleFile } from '../../stored-files.testing.js';

let database: TestDatabase;
let api: TestApi;
let heads: readonly Sample[];
let enhanced: Sample;
let clip: Sample;
let report: Sample;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A', 'HOSP-B');
  api = await testApi(database.pool);
  const hold = async (...paths: readonly string[]) =>
    holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(paths.map(sampleFile))));
  heads = await hold(...[1, 2, 3, 4].map((number) => `HOSP-B/mr-head/0${number}.dcm`));
  [enhanced, clip, report] = (await Promise.all(
    ['HOSP-B/mr-enhanced/01.dcm', 'HOSP-B/us-clip/01.dcm', 'HOSP-A/report/01.dcm'].map(
      async (path) => (await hold(path))[0],
    ),
  )) as [Sample, Sample, Sample];
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const seriesOf = ({ study, series }: Sample) => `/studies/${study}/series/${series}`;
const pathOf = (sample: Sample) => `${seriesOf(sample)}/instances/${sample.instance}`;

const get = async (path: string, headers: Record<string, string> = {}, hospital = 'HOSP-A') =>
  fetch(`${api.url}/dicom-web${path}`, {
    headers: { authorization: `Bearer ${await api.token('radiologist', hospital)}`, ...headers },
  });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
const detailOf = async (answer: Response) => ((await answer.json()) as { detail: string }).detail;
const sizeOf = async (answer: Response) => {
  const { format, width, height, pages } = await sharp(await bytesOf(answer)).metadata();
  return [format, width, height, pages ?? 1];
};

async function partsOf(answer: Response) {
  const parsed = parseMediaType(answer.headers.get('content-type') ?? '');
  if (!parsed.ok) throw new Error('no media type');
  const body = await bytesOf(answer);
  const source = (async function* () {
    yield body;
  })();
  const parts: { type: string | undefined; location: string | undefined; body: Buffer }[] = [];
  const boundary = parsed.mediaType.parameters.get('boundary') ?? '';
  for await (const part of readMultipart(source, boundary, MULTIPART_BOUNDS)) {
    const chunks: Buffer[] = [];
    for await (const chunk of part.body) chunks.push(Buffer.from(chunk));
    const [type, location] = ['content-type', 'content-location'].map((name) =>
      part.headers.get(name),
    );
    parts.push({ type, location, body: Buffer.concat(chunks) });
  }
  return parts;
}

describe('a rendered instance', () => {
  test.each(['*/*', 'image/*', 'image/jpeg', 'text/plain, image/jpeg;q=0.5'])(
    'is a JPEG for %s',
    async (accept) => {
      const answer = await get(`${pathOf(heads[0]!)}/rendered`, { accept });
      expect(answer.headers.get('content-type')).toBe('image/jpeg');
      expect(await sizeOf(answer)).toEqual(['jpeg', 64, 64, 1]);
    },
  );
  test('is a PNG or a GIF when that is preferred, in the address too', async () => {
    const png = await get(`${pathOf(heads[0]!)}/rendered`, {
      accept: 'image/jpeg;q=0.1,image/png',
    });
    expect(await sizeOf(png)).toEqual(['png', 64, 64, 1]);
    const gif = await get(`${pathOf(heads[0]!)}/rendered?accept=image/gif`);
    expect(await sizeOf(gif)).toEqual(['gif', 64, 64, 1]);
  });
  test('in another form is 406, and the problem says which there are', async () => {
    const answer = await get(`${pathOf(heads[0]!)}/rendered`, { accept: 'image/bmp' });
    expect([answer.status, await detailOf(answer)]).toEqual([
      406,
      expect.stringContaining('image/jpeg, image/png, image/gif'),
    ]);
  });
  test('of several frames moves as a GIF, and is one still as a JPEG', async () => {
    const gif = await get(`${pathOf(clip)}/rendered?viewport=64,64`, { accept: 'image/gif' });
    const metadata = await sharp(await bytesOf(gif), { animated: true }).metadata();
    expect(metadata.pages).toBeGreaterThan(1);
    const still = await get(`${pathOf(clip)}/rendered?viewport=64,64`);
    expect((await sizeOf(still)).at(0)).toBe('jpeg');
  });
  test('of several frames comes in parts too, each with its address', async () => {
    const accept = 'multipart/related; type="image/png"';
    const parts = await partsOf(await get(`${pathOf(enhanced)}/rendered`, { accept }));
    expect(parts.map(({ type }) => type)).toEqual(Array(6).fill('image/png'));
    expect(parts[5]!.location).toBe(`${api.url}/dicom-web${pathOf(enhanced)}/frames/6/rendered`);
    const alone = await get(`${pathOf(enhanced)}/frames/6/rendered`, { accept: 'image/png' });
    expect(parts[5]!.body.equals(await bytesOf(alone))).toBe(true);
  });
  test('has an entity tag that its parameters change, and 304 for who has it', async () => {
    const path = `${pathOf(heads[0]!)}/rendered`;
    const tag = (await get(path)).headers.get('etag')!;
    const again = await get(path, { 'if-none-match': tag });
    expect([again.status, (await bytesOf(again)).length]).toEqual([304, 0]);
    expect((await get(`${path}?quality=5`)).headers.get('etag')).not.toBe(tag);
  });
  test("of another hospital isn't there", async () =>
    expect((await get(`${pathOf(heads[0]!)}/rendered`, {}, 'HOSP-B')).status).toBe(404));
});

describe('parameters', () => {
  const rendered = (query: string) => get(`${pathOf(heads[0]!)}/rendered?${query}`);
  test.each([
    ['viewport=32,128', 32, 32],
    ['viewport=128,100', 100, 100],
    ['viewport=64,64,0,0,32,16', 64, 32],
    ['viewport=64,64,,,32,16', 64, 32],
  ])('%s gives %i × %i', async (query, width, height) =>
    expect(await sizeOf(await rendered(query))).toEqual(['jpeg', width, height, 1]),
  );
  test('a negative width mirrors', async () => {
    const grey = async (query: string) =>
      sharp(await bytesOf(await get(`${pathOf(heads[0]!)}/rendered?accept=image/png&${query}`)))
        .toColourspace('b-w')
        .raw()
        .toBuffer();
    const plain = await grey('viewport=64,64');
    const mirrored = await grey('viewport=64,64,0,0,-64,64');
    expect([...mirrored.subarray(0, 64)]).toEqual([...plain.subarray(0, 64)].reverse());
    const turned = await grey('viewport=64,64,0,0,64,-64');
    expect(turned.subarray(0, 64).equals(plain.subarray(63 * 64))).toBe(true);
  });
  test('a window bears on the grey values', async () => {
    const mean = async (query: string) =>
      (await sharp(await bytesOf(await rendered(query))).stats()).channels[0]!.mean;
    expect(await mean('window=100000,1,linear')).toBe(0);
    expect(await mean('window=-100000,1,linear')).toBe(255);
    expect(await mean('window=500,1000,sigmoid')).toBeGreaterThan(0);
  });
  test.each([
    ['viewport=0,10', 'viewport'],
    ['viewport=100000,10', 'viewport'],
    ['viewport=10', 'viewport'],
    ['viewport=10,10,x', 'viewport'],
    ['viewport=10,10,64,0', 'viewport'],
    ['viewport=10,10&viewport=10,10', 'viewport'],
    ['window=1,2', 'window'],
    ['window=1,2,cubic', 'window'],
    ['window=1,0,linear', 'window'],
    ['window=a,2,linear', 'window'],
    ['quality=0', 'quality'],
    ['quality=101', 'quality'],
    ['quality=', 'quality'],
    ['annotation=name', 'annotation'],
    ['iccprofile=adobergb', 'iccprofile'],
  ])('%s is 400 and names %s', async (query, name) => {
    const answer = await rendered(query);
    expect([answer.status, await detailOf(answer)]).toEqual([400, expect.stringContaining(name)]);
  });
  test('annotations are not drawn, and a warning says so', async () =>
    expect((await rendered('annotation=patient')).headers.get('warning')).toBe(
      '299 arkim "The following annotation values are not supported: patient"',
    ));
  test('a profile is in the picture when it is asked for, and only then', async () => {
    const hasProfile = async (query: string) =>
      (await sharp(await bytesOf(await rendered(query))).metadata()).hasProfile;
    expect(await Promise.all(['', 'iccprofile=no', 'iccprofile=yes'].map(hasProfile))).toEqual([
      false,
      false,
      true,
    ]);
    expect((await rendered('iccprofile=yes&accept=image/gif')).status).toBe(400);
  });
});

describe('frames', () => {
  test('in a list come in parts, in the order asked for', async () => {
    const parts = await partsOf(await get(`${pathOf(enhanced)}/frames/3,1/rendered`));
    expect(parts.map(({ location }) => location?.split('/').at(-2))).toEqual(['3', '1']);
  });
  test.each([
    ['7', 404],
    ['0', 400],
    ['1,x', 400],
  ])('%s is %i', async (list, status) =>
    expect((await get(`${pathOf(enhanced)}/frames/${list}/rendered`)).status).toBe(status),
  );
});

describe('series and studies', () => {
  test('have all their frames, a part each', async () => {
    const answer = await get(`${seriesOf(heads[0]!)}/rendered`);
    expect(answer.status).toBe(200);
    const parts = await partsOf(answer);
    expect(parts.map(({ type }) => type)).toEqual(Array(4).fill('image/jpeg'));
    expect(new Set(parts.map(({ location }) => location)).size).toBe(4);
  });
  test('never come as a single part', async () =>
    expect(
      (await get(`/studies/${heads[0]!.study}/rendered`, { accept: 'image/jpeg' })).status,
    ).toBe(406));
  test('of reports come as HTML', async () => {
    const [part] = await partsOf(await get(`/studies/${report.study}/rendered`));
    expect(part!.type).toBe('text/html; charset=utf-8');
  });
});

describe('a thumbnail', () => {
  test.each([
    ['study', () => `/studies/${heads[0]!.study}`],
    ['series', () => seriesOf(heads[0]!)],
    ['instance', () => pathOf(heads[0]!)],
    ['frame', () => `${pathOf(heads[0]!)}/frames/1`],
  ])('of a %s is one small JPEG', async (_, path) =>
    expect(await sizeOf(await get(`${path()}/thumbnail`))).toEqual(['jpeg', 256, 256, 1]),
  );
  test('has the size asked for, and no region', async () => {
    const path = `${seriesOf(heads[0]!)}/thumbnail`;
    expect(await sizeOf(await get(`${path}?viewport=40,80`))).toEqual(['jpeg', 40, 40, 1]);
    expect((await get(`${path}?viewport=40,80,0,0,10,10`)).status).toBe(400);
  });
  test('of a report is not there', async () =>
    expect((await get(`${pathOf(report)}/thumbnail`)).status).toBe(404));
});

describe('a report', () => {
  test('is HTML without script, sandboxed', async () => {
    const answer = await get(`${pathOf(report)}/rendered`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(await answer.text()).toContain('&amp;%$§&quot;!()&lt;&gt;{}/;');
  });
  test('is plain text for who prefers that', async () => {
    const answer = await get(`${pathOf(report)}/rendered`, { accept: 'text/plain' });
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toContain('&%$§"!()<>{}/;');
  });
  test('is no picture', async () =>
    expect((await get(`${pathOf(report)}/rendered`, { accept: 'image/jpeg' })).status).toBe(406));
});

describe('the URI Service', () => {
  const ask = async (sample: Sample, rest = '') =>
    fetch(
      `${api.url}/wado?requestType=WADO&studyUID=${sample.study}&seriesUID=${sample.series}&objectUID=${sample.instance}${rest}`,
      { headers: { authorization: `Bearer ${await api.token('radiologist')}` } },
    );
  test.each([
    ['', 'jpeg', 64, 64],
    ['&contentType=image/png', 'png', 64, 64],
    ['&rows=32&columns=100', 'jpeg', 32, 32],
    ['&rows=32', 'jpeg', 32, 32],
    ['&region=0.5,0,1,0.25', 'jpeg', 32, 16],
    ['&region=0,0,0.5,0.25&columns=64', 'jpeg', 64, 32],
    ['&windowCenter=100&windowWidth=200&imageQuality=30&frameNumber=1', 'jpeg', 64, 64],
  ])('%s gives a %s of %i × %i', async (rest, format, width, height) =>
    expect(await sizeOf(await ask(heads[0]!, rest))).toEqual([format, width, height, 1]),
  );
  test('gives reports as HTML and a frame of several by its number', async () => {
    expect((await ask(report)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    const second = await bytesOf(await ask(enhanced, '&contentType=image/png&frameNumber=2'));
    const same = await get(`${pathOf(enhanced)}/frames/2/rendered`, { accept: 'image/png' });
    expect(second.equals(await bytesOf(same))).toBe(true);
  });
  test.each([
    '&windowCenter=1',
    '&windowWidth=1',
    '&rows=0',
    '&columns=100000',
    '&region=0,0,1',
    '&region=0.5,0,0.5,1',
    '&imageQuality=0',
    '&frameNumber=0',
    '&frameNumber=2',
    '&presentationUID=1.2',
    '&contentType=application/dicom&windowCenter=1&windowWidth=2',
    '&contentType=x',
  ])('refuses %s with 400', async (rest) => expect((await ask(heads[0]!, rest)).status).toBe(400));
});
