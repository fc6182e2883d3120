import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileBytes, type TestElement } from '#dicom/dicom-file.testing';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { type TestDatabase, testDatabase } from '../../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../../archive-api.testing.js';
import { holdSeries, type Sample } from '../../stored-files.testing.js';
import { createDisplayPool, type DisplayPool } from './display-pool.js';

let database: TestDatabase;
let api: TestApi;
let pool: DisplayPool;
const faults: string[] = [];

/** The threads that draw in the product, run from the sources. */
const PROGRAM = {
  url: new URL('./render-worker.ts', import.meta.url),
  execArgv: [
    '--conditions=source',
    '--import',
    new URL('../conversion/run-sources.testing.ts', import.meta.url).href,
  ],
};

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  pool = createDisplayPool((fault) => faults.push(fault.message), PROGRAM);
  api = await testApi(database.pool, { display: pool.display });
});
afterAll(async () => {
  await api.close();
  await pool.close();
  await database.close();
});

let held = 0;

/** Holds one instance with these attributes, in a study of its own. */
async function hold(elements: readonly TestElement[], transferSyntax?: string): Promise<Sample> {
  held += 1;
  const uids: readonly TestElement[] = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
    [0x00080018, 'UI', `1.2.9.${held}.1.1`],
    [0x0020000d, 'UI', `1.2.9.${held}`],
    [0x0020000e, 'UI', `1.2.9.${held}.1`],
  ];
  const own = new Set(elements.map(([tag]) => tag));
  const all = [...uids.filter(([tag]) => !own.has(tag)), ...elements];
  const file = fileBytes(
    all.sort(([a], [b]) => a - b),
    transferSyntax,
  );
  const [sample] = await holdSeries(api.ports, 'HOSP-A', file);
  return sample!;
}

const image = (rows: number, columns: number, more: readonly TestElement[]): TestElement[] => {
  const usual: readonly TestElement[] = [
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', [rows]],
    [0x00280011, 'US', [columns]],
    [0x00280100, 'US', [8]],
    [0x00280101, 'US', [8]],
    [0x00280102, 'US', [7]],
    [0x00280103, 'US', [0]],
  ];
  const own = new Set(more.map(([tag]) => tag));
  return [...usual.filter(([tag]) => !own.has(tag)), ...more];
};

const get = async ({ study, series, instance }: Sample, rest: string, accept = '*/*') =>
  fetch(`${api.url}/dicom-web/studies/${study}/series/${series}/instances/${instance}${rest}`, {
    headers: { authorization: `Bearer ${await api.token('radiologist')}`, accept },
  });
const statusOf = async (sample: Sample, rest: string, accept?: string) =>
  (await get(sample, rest, accept)).status;

describe('an image that cannot be drawn', () => {
  test.each([
    ['uncompressed', undefined, Buffer.alloc(64)],
    ['in JPEG', TransferSyntaxUid.JPEGBaseline, { fragments: [Buffer.alloc(0), Buffer.alloc(64)] }],
    ['in RLE', TransferSyntaxUid.RLELossless, { fragments: [Buffer.alloc(0), Buffer.alloc(64)] }],
  ] as const)('of 65535 × 65535 pixels, %s, is refused', async (_, transferSyntax, pixels) => {
    const elements = image(65535, 65535, [[0x7fe00010, 'OB', pixels]]);
    const sample = await hold(elements, transferSyntax);
    for (const rest of ['/rendered', '/thumbnail', '/frames/1/rendered'])
      expect(await statusOf(sample, rest)).toBeOneOf([404, 406, 413]);
  });
  test('by its damaged pixels is 406, and the next is drawn', async () => {
    const fragments = [Buffer.alloc(0), Buffer.alloc(64, 0xaa)];
    const elements = image(4, 4, [[0x7fe00010, 'OB', { fragments }]]);
    const broken = await hold(elements, TransferSyntaxUid.JPEG2000Lossless);
    expect(await statusOf(broken, '/rendered')).toBe(406);
    const whole = await hold(image(4, 4, [[0x7fe00010, 'OB', Buffer.alloc(16, 7)]]));
    expect(await statusOf(whole, '/rendered')).toBe(200);
    expect(faults).toEqual([]);
  });
  test('for a palette of nothing is not a fault', async () => {
    const palette: readonly TestElement[] = [
      [0x00280004, 'CS', 'PALETTE COLOR'],
      [0x00281101, 'US', [0]],
      [0x00281201, 'OW', Buffer.alloc(0)],
      [0x7fe00010, 'OB', Buffer.alloc(16)],
    ];
    expect(await statusOf(await hold(image(4, 4, palette)), '/rendered')).toBe(200);
  });
  test('for its region is 400', async () => {
    const sample = await hold(image(4, 4, [[0x7fe00010, 'OB', Buffer.alloc(16)]]));
    expect(await statusOf(sample, '/rendered?viewport=8,8,4,0,1,1')).toBe(400);
    expect(await statusOf(sample, '/rendered?viewport=8,8,3.4,0,900,900')).toBe(200);
  });
  test('because its animation would be too large is 413', async () => {
    const frames = 1200;
    const elements = image(1, 2, [
      [0x00280008, 'IS', `${frames}`],
      [0x7fe00010, 'OB', Buffer.alloc(frames * 2)],
    ]);
    const sample = await hold(elements);
    expect(await statusOf(sample, '/rendered', 'image/gif')).toBe(413);
    expect(await statusOf(sample, '/frames/1,2,3/rendered', 'image/gif')).toBe(200);
  });
  test('many times at once does not keep others from being drawn', async () => {
    const elements = image(64, 64, [[0x7fe00010, 'OB', Buffer.alloc(64 * 64, 9)]]);
    const sample = await hold(elements);
    const statuses = await Promise.all(
      Array.from({ length: 60 }, (_, at) => statusOf(sample, `/rendered?viewport=${at + 1},9`)),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});

test('a series tells its broken frames and shows the others', async () => {
  const member = (instance: string, pixels: Buffer): Buffer =>
    fileBytes(
      [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
        [0x00080018, 'UI', instance],
        [0x0020000d, 'UI', '1.2.8'],
        [0x0020000e, 'UI', '1.2.8.1'],
        ...image(4, 4, [[0x7fe00010, 'OB', { fragments: [Buffer.alloc(0), pixels] }]]),
      ],
      TransferSyntaxUid.RLELossless,
    );
  const head = Buffer.alloc(64);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(64, 4);
  const whole = Buffer.concat([head, Buffer.from([0xf1, 7])]);
  await holdSeries(
    api.ports,
    'HOSP-A',
    member('1.2.8.1.1', Buffer.alloc(64, 0xff)),
    member('1.2.8.1.2', whole),
  );
  const answer = await fetch(`${api.url}/dicom-web/studies/1.2.8/series/1.2.8.1/rendered`, {
    headers: { authorization: `Bearer ${await api.token('radiologist')}` },
  });
  const body = await answer.text();
  expect(answer.status).toBe(200);
  expect(body.match(/Content-Type: [^\r]*/g)).toEqual([
    'Content-Type: application/problem+json',
    'Content-Type: image/jpeg',
  ]);
});

describe('what has no pixels', () => {
  const document = (type: string, bytes: Buffer, sopClass: string): TestElement[] => [
    [0x00080016, 'UI', sopClass],
    [0x00420011, 'OB', bytes],
    [0x00420012, 'LO', type],
    [0x00420015, 'UL', [bytes.length]],
  ];
  const PDF = Buffer.from(`%PDF-1.4 ${'x'.repeat(2001)}`);
  test('but a PDF is that PDF, without padding', async () => {
    const sample = await hold(
      document('application/pdf', PDF.subarray(0, 2009), '1.2.840.10008.5.1.4.1.1.104.1'),
    );
    const answer = await get(sample, '/rendered');
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(Buffer.from(await answer.arrayBuffer()).equals(PDF.subarray(0, 2009))).toBe(true);
    expect(await statusOf(sample, '/rendered', 'image/jpeg')).toBe(406);
    expect(await statusOf(sample, '/thumbnail')).toBe(404);
  });
  test('but a document of a type that could run in a browser is octets', async () => {
    const script = Buffer.from('<script>alert(1)</script> ');
    const sample = await hold(document('text/html', script, '1.2.3.4'));
    const answer = await get(sample, '/rendered');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
  test('nor anything else to show is 406', async () => {
    const sample = await hold([[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.481.5']]);
    expect(await statusOf(sample, '/rendered')).toBe(406);
    expect(await statusOf(sample, '/frames/1/rendered')).toBe(404);
    expect(await statusOf(sample, '/thumbnail')).toBe(404);
  });
});

test('a study of which only a part has pictures is partial content', async () => {
  const picture = await hold(image(4, 4, [[0x7fe00010, 'OB', Buffer.alloc(16, 7)]]));
  await hold([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.481.5'],
    [0x0020000d, 'UI', picture.study],
  ]);
  const answer = await fetch(`${api.url}/dicom-web/studies/${picture.study}/rendered`, {
    headers: { authorization: `Bearer ${await api.token('radiologist')}` },
  });
  expect(answer.status).toBe(206);
  expect((await answer.text()).match(/Content-Type: image\/jpeg/g)).toHaveLength(1);
});

test('a video is given as it is stored, and is no picture', async () => {
  const video = Buffer.from('moving pictures!');
  const fragments = [Buffer.alloc(0), video];
  const elements = image(4, 4, [[0x7fe00010, 'OB', { fragments }]]);
  const sample = await hold(elements, '1.2.840.10008.1.2.4.102');
  const answer = await get(sample, '/rendered');
  expect(answer.headers.get('content-type')).toBe('video/mp4');
  expect(Buffer.from(await answer.arrayBuffer()).equals(video)).toBe(true);
  expect(await statusOf(sample, '/rendered', 'image/jpeg')).toBe(406);
});

test('a report cannot smuggle markup into its page', async () => {
  const attack = '<img src=x onerror=alert(1)>';
  const item: TestElement[] = [
    [0x0040a010, 'CS', 'CONTAINS'],
    [0x0040a040, 'CS', 'TEXT'],
    [0x0040a160, 'UT', attack],
  ];
  const sample = await hold([
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11'],
    [0x00081030, 'LO', attack],
    [0x0040a730, 'SQ', { items: [item] }],
  ]);
  const html = await (await get(sample, '/rendered')).text();
  expect(html).not.toContain('<img');
  expect(html.match(/&lt;img src=x onerror=alert\(1\)&gt;/g)).toHaveLength(2);
});
