import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textOf } from '#index/header-json';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { holdSeries, type Sample, sampleFile } from '../stored-files.testing.js';

type Row = Record<string, { vr: string; Value?: unknown[] }>;

let database: TestDatabase;
let pool: Pool;
let api: TestApi;
let heads: readonly Sample[];
let report: Sample;

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
  await onboard(pool, 'HOSP-A', 'HOSP-B');
  api = await testApi(pool);
  const numbers = [1, 2, 3, 4];
  const files = numbers.map((number) => sampleFile(`HOSP-B/mr-head/0${number}.dcm`));
  heads = await holdSeries(api.ports, 'HOSP-A', ...(await Promise.all(files)));
  [report] = (await holdSeries(api.ports, 'HOSP-A', await sampleFile('HOSP-A/report/01.dcm'))) as [
    Sample,
  ];
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const get = async (path: string, role = 'radiologist', hospital = 'HOSP-A', accept = '*/*') =>
  fetch(`${api.url}/dicom-web${path}`, {
    headers: { authorization: `Bearer ${await api.token(role, hospital)}`, accept },
  });
const search = async (path: string) => {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Row[];
};
const valuesOf = (rows: readonly Row[], tag: string) => rows.map((row) => row[tag]?.Value?.[0]);

test('a study row is the ready row with its address', async () => {
  const { study, header } = heads[0]!;
  const [row, ...others] = await search(`/studies?StudyInstanceUID=${study}`);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    '00080056': { Value: ['ONLINE'] },
    '00080061': { Value: ['MR'] },
    '00081190': { Value: [`${api.url}/dicom-web/studies/${study}`] },
    '00100010': { Value: [{ Alphabetic: textOf(header, '00100010') }] },
    '00201208': { Value: [4] },
  });
  expect(Object.keys(row!)).toEqual(Object.keys(row!).sort());
});

test('all six resources answer', async () => {
  const { study, series } = heads[0]!;
  expect(await search('/studies')).toHaveLength(2);
  expect(await search('/series')).toHaveLength(2);
  expect(await search('/instances')).toHaveLength(5);
  expect(await search(`/studies/${study}/series`)).toHaveLength(1);
  expect(await search(`/studies/${study}/instances`)).toHaveLength(4);
  expect(await search(`/studies/${study}/series/${series}/instances`)).toHaveLength(4);
});

test('a series across studies shows its study too, in tag order', async () => {
  const [row] = await search('/series?Modality=MR');
  expect(row).toMatchObject({
    '0020000D': { Value: [heads[0]!.study] },
    '0020000E': { Value: [heads[0]!.series] },
    '00081190': {
      Value: [`${api.url}/dicom-web/studies/${heads[0]!.study}/series/${heads[0]!.series}`],
    },
  });
  expect(Object.keys(row!)).toEqual(Object.keys(row!).sort());
});

describe('instances', () => {
  const path = () => `/studies/${heads[0]!.study}/series/${heads[0]!.series}/instances`;
  test('come in the order of their numbers, with what the index knows', async () => {
    const rows = await search(path());
    const numbers = valuesOf(rows, '00200013').map(Number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(rows[0]).toMatchObject({
      '00080016': { Value: [textOf(heads[0]!.header, '00080016')] },
      '00280010': { Value: [64] },
      '00280100': { Value: [16] },
    });
  });
  test('pages join without gap or repetition', async () => {
    const all = valuesOf(await search(path()), '00080018');
    const paged = await Promise.all(
      [0, 1, 2, 3, 4].map((offset) => search(`${path()}?limit=1&offset=${offset}`)),
    );
    expect(paged.flatMap((rows) => valuesOf(rows, '00080018'))).toEqual(all);
  });
  test('are found by number and by UID', async () => {
    const { instance, header } = heads[2]!;
    const number = textOf(header, '00200013');
    expect(valuesOf(await search(`${path()}?InstanceNumber=${number}`), '00080018')).toEqual([
      instance,
    ]);
    expect(valuesOf(await search(`/instances?SOPInstanceUID=${instance}`), '00080018')).toEqual([
      instance,
    ]);
  });
  test('are looked for only where their UID is reserved', async () => {
    const { instance } = heads[1]!;
    const found = await search(`/instances?SOPInstanceUID=${instance},1.2.3&Modality=MR`);
    expect(valuesOf(found, '00080018')).toEqual([instance]);
    expect(await search(`/instances?SOPInstanceUID=${instance}&Modality=CT`)).toEqual([]);
    expect(await search('/instances?SOPInstanceUID=1.2.3')).toEqual([]);
    const elsewhere = await get(`/instances?SOPInstanceUID=${instance}`, 'radiologist', 'HOSP-B');
    expect(await elsewhere.json()).toEqual([]);
  });
  test('show what is asked for beyond the index', async () => {
    const [row] = await search(`${path()}?includefield=ImagePositionPatient&limit=1`);
    expect(row!['00200032']?.Value).toHaveLength(3);
    const [whole] = await search(`${path()}?includefield=all&limit=1`);
    expect(Object.keys(whole!).length).toBeGreaterThan(60);
    expect(whole).not.toHaveProperty('7FE00010');
  });
});

describe('includefield', () => {
  const path = () => `/studies/${heads[0]!.study}/series`;
  const shown = async (resource: string) => (await search(resource))[0]!;

  test('all gives what the metadata have down to the level asked', async () => {
    const study = await shown(`/studies?StudyInstanceUID=${heads[0]!.study}&includefield=all`);
    const series = await shown(`${path()}?includefield=all`);
    expect(study).toHaveProperty('00081030');
    expect(study).not.toHaveProperty('00181020');
    expect(series).toHaveProperty('00080060');
    expect(series).toHaveProperty('00181020');
    expect(series).not.toHaveProperty('00200032');
    expect(study['00201208']?.Value).toEqual([4]);
    expect(series['00201209']?.Value).toEqual([4]);
  });
  test('by a path gives of each item what is asked, by keyword as by tag', async () => {
    const paths = ['ReferencedImageSequence.ReferencedSOPInstanceUID', '00081140.00081155'];
    for (const name of paths) {
      const instances = await search(
        `${path()}/${heads[0]!.series}/instances?includefield=${name}`,
      );
      const items = instances.flatMap((row) => row['00081140']?.Value ?? []) as object[];
      expect(items.length).toBeGreaterThan(2);
      for (const item of items) expect(Object.keys(item)).toEqual(['00081155']);
    }
  });
});

describe('attributes that rows do not hold', () => {
  test('are found in the metadata of the first instance', async () => {
    const software = textOf(heads[0]!.header, '00181020');
    expect(software).not.toBe('');
    const query = `SoftwareVersions=${encodeURIComponent(software)}`;
    const { study, series } = heads[0]!;
    expect(valuesOf(await search(`/series?${query}`), '0020000E')).toEqual([series]);
    expect(valuesOf(await search(`/studies?${query}`), '0020000D')).toEqual([study]);
    expect(await search(`/instances?${query}`)).toHaveLength(4);
    expect(await search(`/studies?${query}&Modality=CT`)).toEqual([]);
    expect(await search(`/studies?${query}&offset=1`)).toEqual([]);
    expect(await search('/studies?SoftwareVersions=none&RequestingPhysician=x')).toEqual([]);
  });
});

test('a study shows an attribute of its instances when asked for one of its own level', async () => {
  const [row] = await search(`/studies?StudyInstanceUID=${report.study}&includefield=00081030`);
  expect(row).toHaveProperty('00081190');
});

describe('the next page', () => {
  const nextOf = (answer: Response) =>
    /^<(.*)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]?.slice(api.url.length + 10);
  const walk = async (path: string, tag: string) => {
    const found: unknown[] = [];
    let next: string | undefined = path;
    while (next !== undefined && found.length < 20) {
      const answer = await get(next);
      expect(answer.status).toBe(200);
      found.push(...valuesOf((await answer.json()) as Row[], tag));
      next = nextOf(answer);
    }
    return found;
  };

  test.each([
    ['/studies', '0020000D'],
    ['/series', '0020000E'],
    ['/instances', '00080018'],
    ['/studies/STUDY/series', '0020000E'],
    ['/studies/STUDY/instances', '00080018'],
    ['/studies/STUDY/series/SERIES/instances', '00080018'],
  ])('of %s is linked until there is none', async (resource, tag) => {
    const { study, series } = heads[0]!;
    const path = resource.replace('STUDY', study).replace('SERIES', series);
    const whole = valuesOf(await search(path), tag);
    expect(await walk(`${path}?limit=1`, tag)).toEqual(whole);
    expect(await walk(`${path}?offset=1&limit=2&PatientID=*`, tag)).toEqual(whole.slice(1));
  });
  test('keeps the query, and nothing else of the address', async () => {
    const answer = await get('/instances?limit=1&InstanceNumber=&offset=1');
    expect(nextOf(answer)).toMatch(/^\/instances\?limit=1&InstanceNumber=&after=[\w-]+$/);
  });
  test('is asked for in vain with a cursor that is not ours', async () => {
    const next = nextOf(await get('/studies?limit=1'))!;
    for (const path of [
      '/studies?after=AAAA',
      `${next}x`,
      next.replace('/studies', '/series'),
      `${next}&after=AAAA`,
    ]) {
      const answer = await get(path);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { detail: string }).detail).toContain('after');
    }
    expect((await get(next, 'radiologist', 'HOSP-B')).status).toBe(400);
  });
});

test('nothing found is an empty list', async () =>
  expect(await search('/studies?PatientID=nobody')).toEqual([]));
test("another hospital's studies are not found", async () =>
  expect(await (await get('/studies', 'radiologist', 'HOSP-B')).json()).toEqual([]));
test.each(['modality', 'dpo', 'admin'])('a %s may not search', async (role) =>
  expect((await get('/studies', role)).status).toBe(403),
);
test.each(['agency', 'patient'])('a %s finds nothing that names nobody', async (role) =>
  expect(await (await get('/studies', role)).json()).toEqual([]),
);
test('what is asked for and not done is said', async () => {
  const answer = await get('/studies?fuzzymatching=true&PhysiciansOfRecord=Doe');
  expect(answer.headers.get('warning')).toContain('Only literal matching has been performed');
});
test('that there is more is said, also when the client asked for no more (PS3.18 §8.3.4.4.1)', async () => {
  const warningOf = async (query: string) => (await get(query)).headers.get('warning');
  const left = (many: string) =>
    `299 arkim "There are ${many}additional results that can be requested"`;
  expect(await warningOf('/studies?limit=1')).toBe(left('1 '));
  expect(await warningOf('/series?limit=0')).toBe(left('2 '));
  expect(await warningOf('/instances?limit=1&offset=1')).toBe(left('3 '));
  expect(await warningOf('/instances?limit=1&Modality=MR')).toBe(left('3 '));
  expect(await warningOf('/studies?limit=1&offset=1')).toBeNull();
  expect(await warningOf('/studies?limit=2')).toBeNull();
});
test('of instances that are chosen one by one, the number is said where the last series shows it', async () => {
  const { study, series } = heads[0]!;
  const warningOf = async (query: string) => (await get(query)).headers.get('warning');
  const path = `/studies/${study}/series/${series}/instances`;
  expect(await warningOf(`${path}?Rows=64&limit=1`)).toContain('There are 3 additional');
  expect(await warningOf(`/instances?SOPInstanceUID=*&limit=1`)).toContain('additional results');
});
test('what the pages before brought is not counted again behind a cursor', async () => {
  for (const [resource, all] of [
    ['studies', 2],
    ['instances', 5],
  ] as const) {
    let next: string | undefined = `/${resource}?limit=1`;
    for (let left = all - 1; left >= 0; left -= 1) {
      const answer: Response = await get(next ?? '');
      const warning = answer.headers.get('warning');
      if (left === 0) expect(warning).toBeNull();
      else expect(warning).toContain(`There are ${left} additional results`);
      next = /<[^>]*\/dicom-web([^>]*)>/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    expect(next).toBeUndefined();
  }
});
test.each(['nonsense=1', 'limit=x', 'StudyDate=yesterday', 'limit=1&limit=2'])(
  '%s is 400 and names the parameter, not the value',
  async (query) => {
    const answer = await get(`/studies?${query}`);
    expect(answer.status).toBe(400);
    const { detail } = (await answer.json()) as { detail: string };
    expect(detail).toContain(query.split('=')[0]);
    expect(detail).not.toContain('yesterday');
  },
);
test('a path that names no UID is 404', async () =>
  expect((await get('/studies/abc/series')).status).toBe(404));
test('results come as XML to who asks for it', async () => {
  const accept = 'multipart/related; type="application/dicom+xml"';
  const answer = await get('/studies', 'physician', 'HOSP-A', accept);
  expect(answer.headers.get('content-type')).toContain('application/dicom+xml');
  expect(await answer.text()).toContain('keyword="RetrieveURL"');
});
test('another form is 406', async () =>
  expect((await get('/studies', 'radiologist', 'HOSP-A', 'text/html')).status).toBe(406));
