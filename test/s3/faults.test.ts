import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { bodyOf, bytesOf, collect } from '../../libs/storage/src/body.testing.js';
import { ObjectStoreUnavailable } from '../../libs/storage/src/object-store.js';
import { breakingProxy } from './breaking-proxy.js';
import { newStore } from './open-store.js';

const KEY = 'packs/landing/a1/one';
const LARGE = bytesOf(11_000_000);
/* 5 MiB is the least that S3 takes as a part that isn't the last. */
const LIMITS = {
  partBytes: 5 * 1024 ** 2,
  attemptsMax: 4,
  waitMs: 5,
  headersMs: 5_000,
  idleMs: 5_000,
};

const refused = (refusal: string) => expect.objectContaining({ refusal });

for (const versioned of [false, true])
  describe(`a connection to S3 that breaks${versioned ? ', with versions kept' : ''}`, () => {
    let proxy: Awaited<ReturnType<typeof breakingProxy>>;
    let at: Awaited<ReturnType<typeof newStore>>;

    beforeEach(async () => {
      proxy = await breakingProxy(inject('s3').endpoint);
      at = await newStore({ endpoint: proxy.endpoint, limits: LIMITS, versioned });
      proxy.seen.length = 0;
    });
    afterEach(async () => {
      proxy.mend();
      expect(at.faults).toEqual([]);
      expect(await at.residue()).toEqual([]);
      await at.close();
      await proxy.close();
    });

    const whole = async (key: string) => collect(await at.store.stream(key));

    test('a put whose answer is lost meets its own object, and is done', async () => {
      proxy.breakNext('lose', /^PUT /);
      expect(await at.store.put(KEY, bodyOf(bytesOf(1000)))).toEqual({ bytes: 1000 });
      expect((await whole(KEY)).equals(bytesOf(1000))).toBe(true);
    });

    test('a put whose request and then answer are lost is done', async () => {
      proxy.breakNext('reset', /^PUT /);
      proxy.breakNext('lose', /^PUT /);
      expect(await at.store.put(KEY, bodyOf(bytesOf(1000)))).toEqual({ bytes: 1000 });
    });

    test('a put whose answer is lost meets another’s object, and is refused', async () => {
      await at.store.put(KEY, bodyOf(bytesOf(1000)));
      proxy.breakNext('lose', /^PUT /);
      const again = at.store.put(KEY, bodyOf(bytesOf(1000)));
      await expect(again).rejects.toEqual(refused('exists'));
      expect((await whole(KEY)).equals(bytesOf(1000))).toBe(true);
    });

    test('a part that is lost is sent again', async () => {
      proxy.breakNext('reset', /partNumber=1/);
      proxy.breakNext('lose', /partNumber=2/);
      proxy.breakNext('busy', /partNumber=3/, 2);
      expect(await at.store.put(KEY, bodyOf(LARGE))).toEqual({ bytes: LARGE.length });
      expect((await whole(KEY)).equals(LARGE)).toBe(true);
    });

    test('an upload whose last answer is lost is done', async () => {
      proxy.breakNext('lose', /^POST .*uploadId=/);
      expect(await at.store.put(KEY, bodyOf(LARGE))).toEqual({ bytes: LARGE.length });
      expect((await whole(KEY)).equals(LARGE)).toBe(true);
    });

    test('an upload that S3 calls done and then failed is asked for again', async () => {
      proxy.breakNext('late-error', /^POST .*uploadId=/);
      expect(await at.store.put(KEY, bodyOf(LARGE))).toEqual({ bytes: LARGE.length });
      expect((await whole(KEY)).equals(LARGE)).toBe(true);
    });

    test('a bit that changes on the way is found by S3: nothing is stored', async () => {
      proxy.breakNext('flip', /^PUT /, 9);
      const small = at.store.put(KEY, bodyOf(bytesOf(1000)));
      await expect(small).rejects.toBeInstanceOf(ObjectStoreUnavailable);
      const large = at.store.put(KEY, bodyOf(LARGE));
      await expect(large).rejects.toBeInstanceOf(ObjectStoreUnavailable);
      expect(await at.store.size(KEY)).toBeUndefined();
    });

    test('a read that breaks off is read again, into the buffer that was given', async () => {
      await at.store.put(KEY, bodyOf(LARGE));
      proxy.breakNext('cut', /^GET /, 2);
      const given: Buffer[] = [];
      const allocate = (bytes: number) => {
        given.push(Buffer.alloc(bytes));
        return given[0]!;
      };
      const read = await at.store.read(KEY, { start: 1000, end: 3_000_000 }, allocate);
      expect(read).toBe(given[0]);
      expect(given).toHaveLength(1);
      expect(read?.equals(LARGE.subarray(1000, 3_000_000))).toBe(true);
    });

    test('a stream that breaks off goes on where it was', async () => {
      await at.store.put(KEY, bodyOf(LARGE));
      proxy.breakNext('cut', /^GET /, 3);
      expect((await whole(KEY)).equals(LARGE)).toBe(true);
      const parts = proxy.seen.filter((line) => /^GET [^?]+$/.test(line));
      expect(parts).toHaveLength(4);
    });

    test('a listing page and a removal that are lost are asked for again', async () => {
      await at.store.put(KEY, bodyOf(bytesOf(10)));
      proxy.breakNext('cut', /^GET .*list-type/);
      expect(await Array.fromAsync(at.store.list('packs/'))).toHaveLength(1);
      proxy.breakNext('lose', /^DELETE /);
      await at.store.remove(KEY);
      expect(await at.store.size(KEY)).toBeUndefined();
    });

    for (const how of ['reset', 'busy'] as const)
      test(`an S3 that goes on to ${how} is given up after as many attempts as were named`, async () => {
        await at.store.put(KEY, bodyOf(bytesOf(1000)));
        for (const work of [
          () => at.store.read(KEY, { start: 0, end: 10 }),
          () => at.store.size(KEY),
          () => at.store.put('packs/landing/a1/two', bodyOf(bytesOf(1000))),
        ]) {
          proxy.breakNext(how, /./, 99);
          proxy.seen.length = 0;
          await expect(work()).rejects.toBeInstanceOf(ObjectStoreUnavailable);
          expect(proxy.seen).toHaveLength(LIMITS.attemptsMax);
          proxy.mend();
        }
        expect((await at.store.read(KEY, { start: 0, end: 10 }))?.length).toBe(10);
      });

    test('an abort ends the waiting for an S3 that does not answer', async () => {
      proxy.breakNext('hang', /partNumber=/, 99);
      const stop = new AbortController();
      const putting = at.store.put(KEY, bodyOf(LARGE, LARGE), stop.signal);
      putting.catch(() => undefined);
      const sent = () => proxy.seen.some((line) => line.includes('partNumber'));
      await expect.poll(sent, { timeout: 20_000 }).toBe(true);
      stop.abort(new Error('client gone'));
      await expect(putting).rejects.toThrow('client gone');
    });

    test('no error names a key, a secret or a signature', async () => {
      proxy.breakNext('reset', /./, 99);
      const failed = await at.store.put(KEY, bodyOf(bytesOf(10))).catch((error) => error);
      const { accessKey, secretKey } = at.settings;
      const told = `${failed.stack} ${failed.cause?.stack} ${JSON.stringify(failed)}`;
      for (const secret of [accessKey, secretKey, 'Signature=', KEY])
        expect(told).not.toContain(secret);
    });
  });
