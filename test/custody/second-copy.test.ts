import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFileObjectStore } from '#storage/filesystem/file-object-store';
import { withCopy } from '#storage/with-copy';
import { copiesFrom, healedBy } from '../../apps/retention-worker/src/copies/second-copy.module.js';
import { retireFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { duePacks, retirePack } from '../../apps/retention-worker/src/retire/retire-pack.js';
import {
  type CustodyArchive,
  custodyArchive,
  flipped,
  placeOf,
  tamper,
} from './custody-archive.js';

let archive: CustodyArchive;
let folder: string;
let copy: Awaited<ReturnType<typeof openFileObjectStore>>;
let beside: CustodyArchive['log'] | undefined;
beforeAll(async () => {
  archive = await custodyArchive();
  folder = await mkdtemp(join(tmpdir(), 'arkim-copy-'));
  copy = await openFileObjectStore({ root: folder, report: () => undefined });
  beside = archive.logPlan === undefined ? undefined : archive.log;
});
afterAll(async () => {
  copy.close();
  await archive.close();
  await rm(folder, { recursive: true });
});

const { signal } = new AbortController();
const TRIES_MAX = 200;
/** Until the head of the log; transactions of other tests hold it back. */
const copyUntil = async (isDone: () => Promise<boolean>) => {
  const { pool, store } = archive;
  const step = copiesFrom({ pool, beside, store, copy });
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    await step(signal);
    if (await isDone()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error('the second place did not follow');
};
const hasCopy = (key: string) => async () => (await copy.size(key)) !== undefined;

test('what is stored lies in a second place too, and heals the first', async () => {
  const { claim } = await archive.hold('1.2.90', 'HOSP-A', 2);
  await archive.settle(claim);
  const { key, offset } = await placeOf(archive, '1.2.90');
  await copyUntil(hasCopy(key));
  const sound = await tamper(archive, key, flipped(offset + 3));
  const { heal } = healedBy(archive.store, copy);
  expect(await archive.workerOf(heal)(signal)).toMatchObject({ told: { damaged: 1 }, healed: 1 });
  expect(await archive.store.read(key, { start: 0, end: sound.length })).toEqual(sound);
});

test('a copy that is damaged itself heals nothing', async () => {
  await archive.hold('1.2.91');
  const { key, offset } = await placeOf(archive, '1.2.91');
  await copyUntil(hasCopy(key));
  await tamper(archive, key, flipped(offset));
  await tamper({ store: copy }, key, flipped(offset));
  archive.passDays(60);
  const { heal } = healedBy(archive.store, copy);
  expect(await archive.workerOf(heal)(signal)).toMatchObject({ told: { damaged: 1 }, healed: 0 });
});

test('what is damaged before it is copied is not copied', async () => {
  await archive.hold('1.2.92');
  const { key, offset } = await placeOf(archive, '1.2.92');
  await tamper(archive, key, flipped(offset));
  const { claim } = await archive.hold('1.2.93');
  expect(claim).toBeDefined();
  await copyUntil(hasCopy((await placeOf(archive, '1.2.93')).key));
  expect(await copy.size(key)).toBeUndefined();
});

test('what is removed goes from the second place with it', async () => {
  const { claim } = await archive.hold('1.2.94');
  const { key } = await placeOf(archive, '1.2.94');
  await copyUntil(hasCopy(key));
  await archive.settle(claim);
  await archive.pool.query(`update retire_queue set due_at = now() - interval '1 s'`);
  const { pool } = archive;
  const retire = { pool, store: withCopy(archive.store, copy), ...retireFrom(pool, beside) };
  for (const pack of await duePacks(pool)) await retirePack(retire, pack);
  expect([await archive.store.size(key), await copy.size(key)]).toEqual([undefined, undefined]);
});

test('C3, C4: what a death left between removing and putting is healed, and what was copied is not copied again', async () => {
  await archive.hold('1.2.95');
  const { key } = await placeOf(archive, '1.2.95');
  await copyUntil(hasCopy(key));
  await archive.pool.query('update copy_progress set checkpoint = null');
  await copyUntil(async () => true);
  await archive.store.remove(key);
  archive.passDays(60);
  const { heal } = healedBy(archive.store, copy);
  const step = await archive.workerOf(heal)(signal);
  expect(step).toMatchObject({ told: { packs: expect.any(Number) } });
  expect(await archive.store.size(key)).toBe(await copy.size(key));
});
