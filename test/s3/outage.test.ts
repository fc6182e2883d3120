import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, bytesOf, collect } from '../../libs/storage/src/body.testing.js';
import { ObjectStoreUnavailable } from '../../libs/storage/src/object-store.js';
import { type CephRgw, startCephRgw } from '../support/ceph-rgw.js';
import { newStore } from './open-store.js';

const KEY = 'packs/landing/a1/one';
const OTHER = 'packs/landing/a1/two';
const PART_BYTES = 5 * 1024 ** 2;
const SHORT = {
  partBytes: PART_BYTES,
  attemptsMax: 3,
  waitMs: 10,
  headersMs: 1_000,
  idleMs: 1_000,
};
const LONG = { partBytes: PART_BYTES, attemptsMax: 60, attemptsMs: 60_000, waitMsMax: 500 };

const refused = (refusal: string) => expect.objectContaining({ refusal });

describe('an S3 that goes away', () => {
  let rgw: CephRgw;
  beforeAll(async () => {
    rgw = await startCephRgw();
    const { store, close } = await newStore({ access: rgw, limits: LONG });
    await store.put(KEY, bodyOf(bytesOf(2 * PART_BYTES)));
    await close();
  });
  afterAll(() => rgw.stop());

  for (const how of ['crash', 'pause'] as const)
    test(`by a ${how}: whatever is asked says so, and is answered when it is back`, async () => {
      const { store, close } = await newStore({ access: rgw, limits: SHORT });
      await store.put(KEY, bodyOf(bytesOf(1000)));
      await rgw[how]();
      const asked = await Promise.allSettled([
        store.put(OTHER, bodyOf(bytesOf(1000))),
        store.read(KEY, { start: 0, end: 10 }),
        store.stream(KEY),
        store.size(KEY),
        store.remove(OTHER),
        Array.fromAsync(store.list('packs/')),
        store.cleanUploads(0),
      ]);
      for (const answer of asked)
        expect(answer).toEqual({ status: 'rejected', reason: expect.any(ObjectStoreUnavailable) });
      await rgw.resume();
      expect((await collect(await store.stream(KEY))).equals(bytesOf(1000))).toBe(true);
      await store.remove(OTHER);
      await store.put(OTHER, bodyOf(bytesOf(77)));
      expect(await store.size(OTHER)).toBe(77);
      await close();
    });

  test('in the middle of a put, for good: the put is given up and what is left is cleaned later', async () => {
    const { store, faults, close } = await newStore({ access: rgw, limits: SHORT });
    async function* body() {
      yield bytesOf(2 * PART_BYTES + 1);
      await rgw.crash();
      yield bytesOf(3 * PART_BYTES);
    }
    await expect(store.put(KEY, body())).rejects.toBeInstanceOf(ObjectStoreUnavailable);
    expect(faults).toEqual([expect.any(ObjectStoreUnavailable)]);
    await rgw.resume();
    expect(await store.size(KEY)).toBeUndefined();
    expect(await store.unfinishedUploads()).toEqual([KEY]);
    expect(await store.cleanUploads(Date.now() + 60_000)).toBe(1);
    expect(await store.unfinishedUploads()).toEqual([]);
    await close();
  });

  test('in the middle of a put, for a while: the put ends well', async () => {
    const { store, close } = await newStore({ access: rgw, limits: LONG });
    const content = bytesOf(4 * PART_BYTES);
    let back: Promise<void> | undefined;
    async function* body() {
      yield content.subarray(0, 2 * PART_BYTES + 1);
      await rgw.crash();
      back = new Promise((resolve) => setTimeout(resolve, 500)).then(() => rgw.resume());
      yield content.subarray(2 * PART_BYTES + 1);
    }
    expect(await store.put(KEY, body())).toEqual({ bytes: content.length });
    await back;
    expect((await collect(await store.stream(KEY))).equals(content)).toBe(true);
    expect(await store.unfinishedUploads()).toEqual([]);
    await close();
  });

  test('in the middle of a stream: it ends with an error, or goes on when S3 is back in time', async () => {
    const { store, close } = await newStore({ access: rgw, limits: SHORT });
    const patient = await newStore({ access: rgw, limits: LONG });
    const content = bytesOf(20_000_000);
    for (const { put } of [store, patient.store]) await put(KEY, bodyOf(content));

    const reading = async () => {
      let bytes = 0;
      for await (const chunk of (await store.stream(KEY)) ?? []) {
        if (bytes === 0) await rgw.crash();
        bytes += chunk.length;
      }
    };
    await expect(reading()).rejects.toBeInstanceOf(ObjectStoreUnavailable);
    await rgw.resume();

    const chunks: Buffer[] = [];
    for await (const chunk of (await patient.store.stream(KEY)) ?? []) {
      if (chunks.length === 0) await rgw.crash().then(() => void rgw.resume());
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    await Promise.all([close(), patient.close()]);
  });

  test('without room: refused as no-space, nothing left, nothing lost', async () => {
    const { store, close, residue } = await newStore({ access: rgw, limits: SHORT });
    await store.put(KEY, bodyOf(bytesOf(1000)));
    const user = ['--uid', 'arkim', '--quota-scope', 'user'];
    await rgw.admin('quota', 'set', ...user, '--max-size', '1K');
    await rgw.admin('quota', 'enable', ...user);
    await rgw.crash();
    await rgw.resume();
    for (const bytes of [100_000, 3 * PART_BYTES])
      await expect(store.put(OTHER, bodyOf(bytesOf(bytes)))).rejects.toEqual(refused('no-space'));
    expect(await store.size(OTHER)).toBeUndefined();
    expect(await residue()).toEqual([]);
    expect(await store.size(KEY)).toBe(1000);
    await rgw.admin('quota', 'disable', ...user);
    await close();
  });
});
