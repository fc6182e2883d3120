import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningArchive, startArchive } from '../acceptance/archive.js';
import { type Caller, callerOf, storeResult } from '../acceptance/ask.js';
import { peaks, resetPeaks } from '../acceptance/long/memory.js';
import { streamedMultipart } from '../acceptance/multipart.js';
import { ctSlice, part10 } from '../support/part10.js';

/** As many elements as a header may have, nearly. */
const ITEMS = 900_000;
const PARTS = 16;
const CANNOT_UNDERSTAND = 0xc000;
/** Two lanes of a slice each, whose headers weigh a million objects a part; without a bound it would be two gigabytes and more. */
const PEAK_MB_MAX = 2_200;
const STUDY = '1.2.101';
const HOSPITAL = 'HOSP-A';

let archive: RunningArchive;
let caller: Caller;
let processes: Readonly<Record<string, number>>;

beforeAll(async () => {
  archive = await startArchive();
  processes = archive.processes();
  caller = await callerOf(archive, { org: HOSPITAL, roles: ['modality', 'radiologist'] });
});
afterAll(() => archive.stop());

const uidsOf = (series: number, at: number) => ({
  study: STUDY,
  series: `${STUDY}.${series}`,
  instance: `${STUDY}.${series}.${at + 1}`,
});

function headOf(uids: ReturnType<typeof uidsOf>, meta: Parameters<typeof part10>[1] = {}): Buffer {
  const { '7FE00010': _pixels, ...header } = ctSlice(uids);
  return part10(header, meta);
}

const ITEM = Buffer.from([0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0]);
const SEQUENCE_END = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
const SEQUENCE = Buffer.from([0x30, 0x30, 0x10, 0, 0x53, 0x51, 0, 0, 255, 255, 255, 255]);
const emptyItems = Buffer.concat([SEQUENCE, Buffer.alloc(8 * ITEMS, ITEM), SEQUENCE_END]);

/* Names of one letter: two bytes each, and an object with a text for each of them. */
const names = Buffer.alloc(0xfff0, 'A\\');
const ofNames = Buffer.concat([
  Buffer.from([0x31, 0x30, 0x10, 0, 0x50, 0x4e]),
  Buffer.from([0xf0, 0xff]),
  names,
]);

async function store(files: Iterable<Iterable<Uint8Array>>) {
  const init = {
    method: 'POST',
    headers: {
      'content-type': 'multipart/related; type="application/dicom"; boundary=acceptance-4f7a',
      authorization: `Bearer ${caller.token}`,
    },
    body: streamedMultipart(files),
    duplex: 'half',
  };
  return fetch(`${archive.origin}/dicom-web/studies`, init as unknown as RequestInit);
}

/* The receipt may be late on a busy machine: sending the same again joins the first request. */
async function storedAtLast(files: readonly (readonly Uint8Array[])[]) {
  for (;;) {
    const answer = await store(files);
    if (answer.status !== 503) return storeResult(answer);
    await answer.arrayBuffer();
  }
}

function expectBounded(): void {
  const found = peaks(archive);
  console.log(
    Object.entries(found)
      .map(([name, mb]) => `${name} ${mb} MB`)
      .join(', '),
  );
  for (const name of ['api', 'ingest'])
    expect([name, (found[name] ?? Number.NaN) < PEAK_MB_MAX]).toEqual([name, true]);
  expect(archive.processes()).toEqual(processes);
}

test(`${PARTS} headers of ${ITEMS} items in one request are kept, and served`, async () => {
  resetPeaks(archive);
  const uids = Array.from({ length: PARTS }, (_, at) => uidsOf(1, at));
  const result = await storedAtLast(uids.map((each) => [headOf(each), emptyItems]));
  expect(result).toMatchObject({ status: 200, failed: [], nameless: [] });
  expect(result.stored).toEqual(uids.map(({ instance }) => instance));
  expectBounded();
  resetPeaks(archive);
  const answer = await caller.ask(`/dicom-web/studies/${STUDY}/metadata`);
  expect(((await answer.json()) as unknown[]).length).toBe(PARTS);
  const found = await caller.search(`/studies/${STUDY}/instances?includefield=all`);
  expect(found).toHaveLength(PARTS);
  expectBounded();
});

test('headers of millions of person names are refused, and kept aside', async () => {
  resetPeaks(archive);
  const files = Array.from({ length: PARTS }, (_, at) => [
    headOf(uidsOf(2, at)),
    ...new Array(400).fill(ofNames),
  ]);
  const { status, stored, failed, nameless } = await storedAtLast(files);
  expect([status, stored, failed]).toEqual([409, [], []]);
  expect(nameless).toEqual(new Array(PARTS).fill(CANNOT_UNDERSTAND));
  expectBounded();
});
