import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningArchive, startArchive } from '../acceptance/archive.js';
import { type Caller, callerOf, firstOf, storeResult } from '../acceptance/ask.js';
import { ctSlice, part10 } from '../support/part10.js';

const SENDERS = 24;
const ROUNDS = 6;
const DUPLICATE = 0x0111;
const HOSPITAL = 'HOSP-A';

let archive: RunningArchive;
let caller: Caller;

beforeAll(async () => {
  archive = await startArchive();
  caller = await callerOf(archive, { org: HOSPITAL, roles: ['modality', 'radiologist'] });
});
afterAll(() => archive.stop());

type Uids = Readonly<{ study: string; series: string; instance: string }>;
const senders = Array.from({ length: SENDERS }, (_, sender) => sender);

const fileOf = (uids: Uids, name: string, meta: Parameters<typeof part10>[1] = {}): Buffer =>
  part10(ctSlice(uids, { '00100010': ['PN', name] }), meta);

/* All at once; what became of each, in their order. */
const storeAll = (files: readonly Buffer[]) =>
  Promise.all(files.map(async (file) => storeResult(await caller.store([file]))));

async function quarantined(): Promise<number> {
  const { code, stdout } = await archive.arkim('quarantine', 'list', '--hospital', HOSPITAL);
  expect(code).toBe(0);
  return stdout.split('\n').filter((line) => line.includes('conflict')).length;
}

async function stored(path: string): Promise<Buffer> {
  const answer = await caller.ask(path, { accept: 'application/dicom; transfer-syntax=*' });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

/* Exactly one is kept and comes back; each of the others is a duplicate. */
async function expectOneKept(files: readonly Buffer[], instance: string): Promise<void> {
  const results = await storeAll(files);
  const kept = results.flatMap((result, at) => (result.stored.length > 0 ? [at] : []));
  expect(kept).toHaveLength(1);
  for (const [at, { status, failed, nameless }] of results.entries()) {
    expect(nameless).toEqual([]);
    const isKept = kept.includes(at);
    expect([status, failed]).toEqual(isKept ? [200, []] : [409, [[instance, DUPLICATE]]]);
  }
  const found = await caller.search(`/instances?SOPInstanceUID=${instance}`);
  expect(found).toHaveLength(1);
  const { pathname } = new URL(firstOf(found[0], '00081190'));
  expect((await stored(pathname)).equals(files[kept[0] ?? -1] as Buffer)).toBe(true);
}

test(`of ${SENDERS} contents under one SOP Instance UID at once one is kept, the others are kept aside`, async () => {
  const before = await quarantined();
  for (let round = 1; round <= ROUNDS; round++) {
    const study = `1.2.96.${round}`;
    const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
    await expectOneKept(
      senders.map((sender) => fileOf(uids, `Sender^${sender}`)),
      uids.instance,
    );
  }
  expect(await quarantined()).toBe(before + ROUNDS * (SENDERS - 1));
});

test(`of ${SENDERS} studies that claim one SOP Instance UID at once one results`, async () => {
  const before = await quarantined();
  for (let round = 1; round <= ROUNDS; round++) {
    const root = `1.2.97.${round}`;
    const instance = `${root}.0`;
    const studies = senders.map((sender) => `${root}.${sender + 1}`);
    await expectOneKept(
      studies.map((study) => fileOf({ study, series: `${study}.1`, instance }, 'Same^Name')),
      instance,
    );
    const found = await caller.search(`/studies?StudyInstanceUID=${studies.join(',')}`);
    expect(found).toHaveLength(1);
    expect(firstOf(found[0], '00201208')).toBe('1');
  }
  expect(await quarantined()).toBe(before + ROUNDS * (SENDERS - 1));
});

test(`${SENDERS} senders of the same bytes at once all succeed, and there is one instance`, async () => {
  const before = await quarantined();
  for (let round = 1; round <= ROUNDS; round++) {
    const study = `1.2.98.${round}`;
    const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
    const file = fileOf(uids, 'Same^Bytes');
    for (const result of await storeAll(senders.map(() => file)))
      expect(result).toEqual({ status: 200, stored: [uids.instance], failed: [], nameless: [] });
    await expectSingle(study);
  }
  expect(await quarantined()).toBe(before);
});

async function expectSingle(study: string): Promise<void> {
  const [found, ...more] = await caller.search(`/studies?StudyInstanceUID=${study}`);
  expect([firstOf(found, '00201206'), firstOf(found, '00201208'), more]).toEqual(['1', '1', []]);
  expect(await caller.search(`/studies/${study}/instances`)).toHaveLength(1);
}

test('the same data set under other file meta groups at once: all succeed, and there is one instance', async () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const study = `1.2.99.${round}`;
    const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
    const files = senders.map((sender) =>
      fileOf(uids, 'Same^Data', { '00020013': ['SH', `SENDER ${sender}`] }),
    );
    for (const result of await storeAll(files))
      expect(result).toEqual({ status: 200, stored: [uids.instance], failed: [], nameless: [] });
    await expectSingle(study);
  }
});

test('one request that brings one SOP Instance UID in several contents keeps the first of them', async () => {
  const uids = { study: '1.2.100', series: '1.2.100.1', instance: '1.2.100.1.1' };
  const files = senders.map((sender) => fileOf(uids, `Part^${sender}`));
  const result = await storeResult(await caller.store(files));
  expect(result.status).toBe(202);
  expect(result.stored).toEqual([uids.instance]);
  expect(result.failed).toEqual(senders.slice(1).map(() => [uids.instance, DUPLICATE]));
  const path = `/dicom-web/studies/${uids.study}/series/${uids.series}/instances/${uids.instance}`;
  expect((await stored(path)).equals(files[0] as Buffer)).toBe(true);
});

test('verify finds every byte of what the races left', async () => {
  const { code, stdout } = await archive.arkim('verify');
  expect([code, stdout]).toEqual([0, expect.stringContaining(' 0 damaged')]);
});
