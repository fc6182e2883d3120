import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ctSlice, part10 } from '../../support/part10.js';
import { type RunningArchive, startArchive } from '../archive.js';
import { type Caller, callerOf, firstOf, storeResult } from '../ask.js';
import { multipart, streamedMultipart } from '../multipart.js';
import { peaks, resetPeaks } from './memory.js';
import { bytesUnder, until } from './packs.js';

const ROWS = 512;
const FRAME_BYTES = ROWS * ROWS * 2;
const FRAMES = 4096;
const SMALL = 5_000;
const SERIES = 10;
/** What a process of ours may take while bodies of gigabytes pass through it. */
const PEAK_MB_MAX = 700;

let archive: RunningArchive;
let caller: Caller;
const report: string[] = [];

beforeAll(async () => {
  archive = await startArchive();
  caller = await callerOf(archive, { org: 'HOSP-A', roles: ['modality', 'radiologist'] });
});
afterAll(async () => {
  console.log(`large bodies:\n  ${report.join('\n  ')}`);
  await archive.stop();
});

/* Each frame begins with its number, so that no two are alike. */
function frame(number: number): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES, number % 251);
  bytes.writeUInt32LE(number, 0);
  return bytes;
}

const UIDS = { study: '1.2.90', series: '1.2.90.1', instance: '1.2.90.1.1' };
const INSTANCE = `/dicom-web/studies/${UIDS.study}/series/${UIDS.series}/instances/${UIDS.instance}`;

function* multiFrame() {
  const { '7FE00010': _pixels, ...header } = ctSlice(UIDS, {
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.2.1'],
    '00280008': ['IS', String(FRAMES)],
    '00280010': ['US', ROWS],
    '00280011': ['US', ROWS],
  });
  yield part10(header);
  const pixelData = Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 0, 0, 0, 0]);
  pixelData.writeUInt32LE(FRAMES * FRAME_BYTES, 8);
  yield pixelData;
  for (let number = 1; number <= FRAMES; number++) yield frame(number);
}

/* Bodies that are never whole in memory, here neither. */
async function storeStreamed(files: Iterable<Iterable<Uint8Array>>): Promise<Response> {
  const { headers } = multipart([]);
  const init = {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${caller.token}` },
    body: streamedMultipart(files),
    duplex: 'half',
  };
  return fetch(`${archive.origin}/dicom-web/studies`, init as unknown as RequestInit);
}

function notePeaks(what: string): void {
  const found = peaks(archive);
  const list = Object.entries(found).map(([name, megabytes]) => `${name} ${megabytes} MB`);
  report.push(`${what}: peaks ${list.join(', ')}`);
  for (const name of ['supervisor', 'api', 'ingest', 'retention'])
    expect([name, found[name]]).toEqual([name, expect.any(Number)]);
  for (const name of ['supervisor', 'api', 'ingest', 'retention'])
    expect(found[name]).toBeLessThan(PEAK_MB_MAX);
}

test('an instance of 2 GB is stored, and memory stays flat', async () => {
  resetPeaks(archive);
  const answer = await storeStreamed([multiFrame()]);
  expect(await storeResult(answer)).toMatchObject({ status: 200, stored: [UIDS.instance] });
  notePeaks(`${FRAMES} frames, ${(FRAMES * FRAME_BYTES) / 1e9} GB, stored`);
});

async function expectFrames(): Promise<void> {
  for (const number of [1, FRAMES / 2, FRAMES]) {
    const accept = 'application/octet-stream';
    const answer = await caller.ask(`${INSTANCE}/frames/${number}`, { accept });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(frame(number))).toBe(true);
  }
  expect((await caller.ask(`${INSTANCE}/frames/${FRAMES + 1}`)).status).toBe(404);
}

test('its first, middle and last frame are those that were sent', async () => {
  resetPeaks(archive);
  await expectFrames();
  notePeaks('frames 1, middle and last read');
});

test('all of it comes back as it was sent, and memory stays flat', async () => {
  resetPeaks(archive);
  const answer = await caller.ask(INSTANCE, { accept: 'application/dicom' });
  const received = createHash('sha256');
  for await (const chunk of answer.body ?? []) received.update(chunk);
  const sent = createHash('sha256');
  for (const chunk of multiFrame()) sent.update(chunk);
  expect(received.digest('hex')).toBe(sent.digest('hex'));
  notePeaks('the whole instance read');
});

test(`${SMALL} small instances in one request are stored, and memory stays flat`, async () => {
  resetPeaks(archive);
  const uids = Array.from({ length: SMALL }, (_, index) => {
    const series = `1.2.91.${(index % SERIES) + 1}`;
    return { study: '1.2.91', series, instance: `${series}.${Math.floor(index / SERIES) + 1}` };
  });
  const files = (function* () {
    for (const each of uids) yield [part10(ctSlice(each))];
  })();
  const result = await storeResult(await storeStreamed(files));
  expect(result).toMatchObject({ status: 200, failed: [], nameless: [] });
  expect(result.stored).toEqual(uids.map(({ instance }) => instance));
  notePeaks(`${SMALL} instances in one request`);
  const [study] = await caller.search('/studies?StudyInstanceUID=1.2.91');
  expect(Number(firstOf(study, '00201208'))).toBe(SMALL);
  const found = await caller.search('/studies/1.2.91/instances');
  expect(new Set(found.map((instance) => firstOf(instance, '00080018'))).size).toBe(SMALL);
  const metadata = await caller.ask('/dicom-web/studies/1.2.91/metadata');
  expect(((await metadata.json()) as unknown[]).length).toBe(SMALL);
  notePeaks('their search and metadata');
});

test('it can be read from settled packs, and settling it takes no memory', async () => {
  archive = await archive.restart({ ARKIM_SETTLE_QUIET_MS: '2000' });
  resetPeaks(archive);
  await until(() => bytesUnder(archive, 'settled') > FRAMES * FRAME_BYTES);
  notePeaks('settled');
  await expectFrames();
});

test('verify finds every byte of it', async () => {
  const { code, stdout } = await archive.arkim('verify');
  report.push(`verify: ${stdout.trim()}`);
  expect([code, stdout]).toEqual([0, expect.stringContaining(' 0 damaged')]);
});
