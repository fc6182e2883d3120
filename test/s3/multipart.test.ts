import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BLOCK_BYTES, blockPool } from '#storage/s3/block-pool';
import {
  bodyOf,
  brokenBody,
  bytesOf,
  cutBody,
  stuckBody,
} from '../../libs/storage/src/body.testing.js';
import { newStore } from './open-store.js';

const KEY = 'packs/landing/a1/one';
const PART_BYTES = 5 * 1024 ** 2;
const PARTS_AT_ONCE = 2;

const refused = (refusal: string) => expect.objectContaining({ refusal });
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

for (const versioned of [false, true])
  describe(`an object of many parts${versioned ? ' in a bucket that keeps versions' : ''}`, () => {
    const pool = blockPool();
    let at: Awaited<ReturnType<typeof newStore>>;

    beforeEach(async () => {
      at = await newStore({
        versioned,
        pool,
        limits: { partBytes: PART_BYTES, partsAtOnceMax: PARTS_AT_ONCE },
      });
    });
    afterEach(async () => {
      expect(at.faults).toEqual([]);
      expect(await at.residue()).toEqual([]);
      expect(pool.held().bytes).toBe(0);
      await at.close();
    });

    const storedDigest = async () => {
      const hash = createHash('sha256');
      for await (const chunk of (await at.store.stream(KEY)) ?? []) hash.update(chunk);
      return hash.digest('hex');
    };

    for (const bytes of [
      PART_BYTES - 1,
      PART_BYTES,
      PART_BYTES + 1,
      2 * PART_BYTES - 1,
      2 * PART_BYTES,
      2 * PART_BYTES + 1,
    ])
      test(`${bytes} bytes come back, whole or cut in uneven chunks`, async () => {
        const content = bytesOf(bytes);
        await at.store.put(KEY, bodyOf(content));
        expect(await at.store.size(KEY)).toBe(bytes);
        expect(await storedDigest()).toBe(digestOf(content));
        await at.store.remove(KEY);
        await at.store.put(KEY, cutBody(content, [1, 65_537, 65_537, 3_000_001, PART_BYTES - 1]));
        expect(await storedDigest()).toBe(digestOf(content));
      });

    test('what is held of 200 MB is bounded, and every byte arrives', async () => {
      const slice = bytesOf(1_000_003);
      const hash = createHash('sha256');
      async function* body() {
        for (let turn = 0; turn < 200; turn++) {
          hash.update(slice);
          yield slice;
        }
      }
      expect(await at.store.put(KEY, body())).toEqual({ bytes: 200 * slice.length });
      expect(pool.held().bytesPeak).toBeLessThanOrEqual(
        (PARTS_AT_ONCE + 1) * PART_BYTES + BLOCK_BYTES,
      );
      expect(await storedDigest()).toBe(hash.digest('hex'));
    });

    test('a key that is there is refused, its content stays', async () => {
      const first = bytesOf(6_000_000);
      await at.store.put(KEY, bodyOf(first));
      const again = at.store.put(KEY, bodyOf(bytesOf(11_000_000, 2)));
      await expect(again).rejects.toEqual(refused('exists'));
      expect(await storedDigest()).toBe(digestOf(first));
    });

    test('it is not there before its body has ended, and an abort leaves nothing', async () => {
      const { body, waiting } = stuckBody(bytesOf(11_000_000));
      const stop = new AbortController();
      const putting = at.store.put(KEY, body, stop.signal);
      await waiting;
      expect(await at.store.size(KEY)).toBeUndefined();
      expect(await at.residue()).toEqual([KEY]);
      stop.abort(new Error('client gone'));
      await expect(putting).rejects.toThrow('client gone');
      expect(await at.store.size(KEY)).toBeUndefined();
    });

    test('a body that breaks late rejects with its own error and leaves nothing', async () => {
      const error = new Error('reset by peer');
      const putting = at.store.put(KEY, brokenBody(error, bytesOf(11_000_000), bytesOf(100)));
      await expect(putting).rejects.toBe(error);
      expect(await at.store.size(KEY)).toBeUndefined();
    });

    test('abandoned uploads are given up when they are old, not before', async () => {
      const { body, waiting } = stuckBody(bytesOf(11_000_000));
      const stop = new AbortController();
      const putting = at.store.put(KEY, body, stop.signal);
      await waiting;
      expect(await at.store.cleanUploads(Date.now() - 86_400_000)).toBe(0);
      expect(await at.residue()).toEqual([KEY]);
      expect(await at.store.cleanUploads(Date.now() + 60_000)).toBe(1);
      expect(await at.residue()).toEqual([]);
      stop.abort(new Error('client gone'));
      await expect(putting).rejects.toThrow('client gone');
    });
  });
