import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningArchive, startArchive } from '../archive.js';
import { type Caller, callerOf, firstOf, storeResult } from '../ask.js';
import { multipart, streamedMultipart } from '../multipart.js';
import { peaks, resetPeaks } from './memory.js';
import {
  frameBytesOf,
  frameOf,
  type MultiFrame,
  multiFrameFile,
  type Table,
} from './multi-frame.js';

const PROGRAMS = ['supervisor', 'api', 'ingest', 'retention'];
const PEAK_MB_MAX = 700;
const A_DAY_MS = '86400000';
const MANY_FRAMES = 100_000;

/** Above 4 GiB an offset has no room in 32 bits, above 8 GiB none in 33. */
const HUGE: MultiFrame = {
  uids: { study: '1.2.92', series: '1.2.92.1', instance: '1.2.92.1.1' },
  frames: 5_000,
  side: 1_024,
  table: 'extended',
};

let archive: RunningArchive;
let caller: Caller;
const report: string[] = [];

beforeAll(async () => {
  archive = await startArchive({ ARKIM_SETTLE_QUIET_MS: A_DAY_MS });
  caller = await callerOf(archive, { org: 'HOSP-A', roles: ['modality', 'radiologist'] });
});
afterAll(async () => {
  console.log(`huge instances:\n  ${report.join('\n  ')}`);
  await archive.stop();
});

async function store(image: MultiFrame): Promise<void> {
  resetPeaks(archive);
  const startedAtMs = performance.now();
  const init = {
    method: 'POST',
    headers: { ...multipart([]).headers, authorization: `Bearer ${caller.token}` },
    body: streamedMultipart([multiFrameFile(image)]),
    duplex: 'half',
  };
  const answer = await fetch(`${archive.origin}/dicom-web/studies`, init as unknown as RequestInit);
  const { status, stored } = await storeResult(answer);
  expect([status, stored]).toEqual([200, [image.uids.instance]]);
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  const gigabytes = (image.frames * frameBytesOf(image)) / 1e9;
  notePeaks(
    `${image.frames} frames, ${gigabytes.toFixed(1)} GB, ${image.table}, stored in ${seconds} s`,
  );
}

function notePeaks(what: string): void {
  const found = peaks(archive);
  report.push(
    `${what}: ${Object.entries(found)
      .map(([name, mb]) => `${name} ${mb} MB`)
      .join(', ')}`,
  );
  for (const name of PROGRAMS)
    expect([name, (found[name] ?? Number.NaN) < PEAK_MB_MAX]).toEqual([name, true]);
}

async function expectFrames(image: MultiFrame, numbers: readonly number[]): Promise<void> {
  const { study, series, instance } = image.uids;
  const path = `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
  for (const number of numbers)
    for (const accept of [
      'application/octet-stream',
      'application/octet-stream; transfer-syntax=*',
    ]) {
      const answer = await caller.ask(`${path}/frames/${number}`, { accept });
      expect([number, accept, answer.status]).toEqual([number, accept, 200]);
      const isEqual = Buffer.from(await answer.arrayBuffer()).equals(frameOf(image, number));
      expect([number, accept, isEqual]).toEqual([number, accept, true]);
    }
  expect((await caller.ask(`${path}/frames/${image.frames + 1}`)).status).toBe(404);
  const [found] = await caller.search(
    `/instances?SOPInstanceUID=${instance}&includefield=NumberOfFrames`,
  );
  expect(firstOf(found, '00280008')).toBe(String(image.frames));
}

test('an instance of 10 GB is stored, and memory stays flat', () => store(HUGE));

test('its first, middle and last frame, and those around 4 and 8 GiB, are those that were sent', async () => {
  resetPeaks(archive);
  const around = [4, 8].map((gib) => Math.ceil((gib * 1024 ** 3) / frameBytesOf(HUGE)));
  await expectFrames(HUGE, [1, ...around, HUGE.frames / 2, HUGE.frames]);
  notePeaks('frames of it read');
});

const TABLES: readonly Table[] = ['native', 'extended', 'basic', 'none'];

test.each(TABLES)(
  `an instance of ${MANY_FRAMES} frames (%s) is stored and read by frame`,
  async (table) => {
    const study = `1.2.93.${TABLES.indexOf(table) + 1}`;
    const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
    const image = { uids, frames: MANY_FRAMES, side: 16, table };
    await store(image);
    resetPeaks(archive);
    await expectFrames(image, [1, MANY_FRAMES / 2, MANY_FRAMES]);
    notePeaks(`frames of ${MANY_FRAMES} read, ${table}`);
  },
);

test('verify finds every byte of them', async () => {
  const { code, stdout } = await archive.arkim('verify');
  report.push(`verify: ${stdout.trim()}`);
  expect([code, stdout]).toEqual([0, expect.stringContaining(' 0 damaged')]);
});
