import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ctSlice, part10 } from '../../../../test/support/part10.js';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { holdSeries, type Sample } from '../stored-files.testing.js';

/*
 * Buffers of answers are used again for other patients' images: no reader, however slow, and none that comes after one who went away in
 * the middle, may see a byte that isn't of the image asked for.
 */

const INSTANCES = 12;
/** Small ones fit into a socket's own buffers, large ones wait in ours until a slow reader has taken them. */
const COLUMNS = 640;
const rowsOf = (number: number) => (number % 2 === 0 ? 6_100 : 480);
const frameBytesOf = (number: number) => rowsOf(number) * COLUMNS * 2;
const ROUNDS = 120;
const AT_ONCE = 24;
const SLOW_PAUSE_MS = 1;

let database: TestDatabase;
let api: TestApi;
let samples: readonly Sample[];
let headers: Readonly<Record<string, string>>;

/** Each instance has a byte of its own all over its pixels. */
const file = (number: number) =>
  part10(
    ctSlice(
      { study: '1.2.3', series: '1.2.3.1', instance: `1.2.3.1.${number}` },
      {
        '00280010': ['US', rowsOf(number)],
        '00280011': ['US', COLUMNS],
        '7FE00010': ['OW', Buffer.alloc(frameBytesOf(number), number)],
      },
    ),
  );

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
  const files = Array.from({ length: INSTANCES }, (_, index) => file(index + 1));
  samples = await holdSeries(api.ports, 'HOSP-A', ...files);
  headers = { authorization: `Bearer ${await api.token('radiologist')}` };
});
afterAll(async () => {
  await api.close();
  await database.close();
});

type Reader = 'fast' | 'slow' | 'leaving';

/** What one reader got; undefined when it went away in the middle. */
async function read(path: string, accept: string, reader: Reader): Promise<Buffer | undefined> {
  const request = get(`${api.url}/dicom-web${path}`, { headers: { ...headers, accept } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk);
    if (reader === 'leaving') return void response.destroy();
    if (reader === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_PAUSE_MS));
  }
  return Buffer.concat(chunks);
}

const READERS: readonly Reader[] = ['fast', 'slow', 'slow', 'leaving', 'slow', 'fast', 'slow'];
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function readInstance(round: number): Promise<void> {
  const index = (round * 7) % samples.length;
  const sample = samples[index] as Sample;
  const path = `/studies/${sample.study}/series/${sample.series}/instances/${sample.instance}`;
  const reader = READERS[round % READERS.length] as Reader;
  const bytes =
    round % 2 === 0
      ? await read(path, 'application/dicom; transfer-syntax=*', reader)
      : await read(`${path}/frames/1`, 'application/octet-stream; transfer-syntax=*', reader);
  const wanted = round % 2 === 0 ? sample.bytes : sample.bytes.subarray(-frameBytesOf(index + 1));
  if (bytes !== undefined) expect(digest(bytes)).toBe(digest(wanted));
}

/** All of a study: each instance's bytes must stand in it, whole. */
async function readStudy(round: number): Promise<void> {
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const bytes = await read('/studies/1.2.3', accept, READERS[round % READERS.length] as Reader);
  if (bytes === undefined) return;
  for (const sample of samples) expect(bytes.includes(sample.bytes)).toBe(true);
}

test('every reader gets the bytes of the image it asked for, beside slow readers and some who leave', async () => {
  let next = 0;
  const lane = async () => {
    for (let round = next++; round < ROUNDS; round = next++)
      await (round % 6 === 5 ? readStudy(round) : readInstance(round));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}, 60_000);
