import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bodyOf, brokenBody, bytesOf, collect, cutBody, stuckBody } from './body.testing.js';
import { objectReadingContract } from './object-reading.contract.js';
import { ObjectRefused, type ObjectStore } from './object-store.js';

/** A store under test; `residue` names everything it keeps that is no object. */
export type StoreUnderTest = Readonly<{
  store: ObjectStore;
  residue: () => Promise<readonly string[]>;
  close: () => Promise<void>;
}>;

const KEY = 'packs/landing/a1/one';

const refused = (refusal: string) => expect.objectContaining({ refusal });

/** What every adapter promises. */
export function objectStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let opened: StoreUnderTest;
    let store: ObjectStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    objectReadingContract(() => store);

    const whole = async (key: string) => collect(await store.stream(key));
    const keysBelow = async (prefix: string) =>
      (await Array.fromAsync(store.list(prefix))).map(({ key }) => key).sort();

    test('bytes come back as they were put, whatever the chunks', () =>
      fc.assert(
        fc
          .asyncProperty(
            fc.uint8Array({ maxLength: 5000 }),
            fc.array(fc.nat(5000), { maxLength: 20 }),
            async (bytes, cuts) => {
              expect(await store.put(KEY, cutBody(bytes, cuts))).toEqual({ bytes: bytes.length });
              expect(await store.size(KEY)).toBe(bytes.length);
              expect((await whole(KEY)).equals(bytes)).toBe(true);
            },
          )
          .afterEach(() => store.remove(KEY)),
        { numRuns: 50 },
      ));

    test('an object of several megabytes comes back in bounded chunks', async () => {
      const bytes = bytesOf(5_300_001);
      await store.put(KEY, cutBody(bytes, [1, 70_000, 70_001, 2_500_000, 2_500_000, 5_000_000]));
      const chunks = await Array.fromAsync((await store.stream(KEY)) ?? []);
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(1024 * 1024);
    });

    test('thousands of slices of one byte come back in order', async () => {
      const bytes = bytesOf(3000);
      await store.put(KEY, bodyOf(...[...bytes].map((byte) => Uint8Array.of(byte))));
      expect((await whole(KEY)).equals(bytes)).toBe(true);
    });

    test('an empty object is an object', async () => {
      await store.put(KEY, bodyOf());
      expect(await store.size(KEY)).toBe(0);
      expect((await whole(KEY)).length).toBe(0);
      expect((await store.read(KEY, { start: 0, end: 0 }))?.length).toBe(0);
    });

    test('a key is written once: the second put is refused and the first content stays', async () => {
      await store.put(KEY, bodyOf(bytesOf(1000, 1)));
      const again = store.put(KEY, bodyOf(bytesOf(900, 2)));
      await expect(again).rejects.toBeInstanceOf(ObjectRefused);
      await expect(again).rejects.toEqual(refused('exists'));
      expect((await whole(KEY)).equals(bytesOf(1000, 1))).toBe(true);
      expect(await opened.residue()).toEqual([]);
    });

    test('of puts of one key at the same time one wins, whole', async () => {
      const contents = Array.from({ length: 8 }, (_, seed) => bytesOf(200_000, seed + 1));
      const outcomes = await Promise.allSettled(
        contents.map((content) => store.put(KEY, cutBody(content, [100, 150_000]))),
      );
      const winners = contents.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      expect((await whole(KEY)).equals(winners[0]!)).toBe(true);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refused('exists'));
      expect(await opened.residue()).toEqual([]);
    });

    test('an object is not there before its body has ended', async () => {
      const { body, waiting } = stuckBody(bytesOf(2_000_000));
      const stop = new AbortController();
      const putting = store.put(KEY, body, stop.signal);
      await waiting;
      expect(await store.size(KEY)).toBeUndefined();
      expect(await store.read(KEY, { start: 0, end: 1 })).toBeUndefined();
      expect(await store.stream(KEY)).toBeUndefined();
      expect(await keysBelow('packs/')).toEqual([]);
      stop.abort();
      await expect(putting).rejects.toThrow();
    });

    test('a key that was looked for in vain is found as soon as its put resolves', async () => {
      for (let turn = 0; turn < 20; turn++) {
        const key = `${KEY}-${turn}`;
        const looks = Promise.all([store.size(key), store.size(key)]);
        await store.put(key, bodyOf(bytesOf(10)));
        expect(await store.size(key)).toBe(10);
        await looks;
      }
    });

    test('an aborted put rejects with the reason, though its body waits, and leaves nothing', async () => {
      const { body, waiting } = stuckBody(bytesOf(3_000_000));
      const stop = new AbortController();
      const putting = store.put(KEY, body, stop.signal);
      await waiting;
      stop.abort(new Error('client gone'));
      await expect(putting).rejects.toThrow('client gone');
      expect(await store.size(KEY)).toBeUndefined();
      expect(await opened.residue()).toEqual([]);
    });

    test('a put that is aborted before it starts leaves nothing', async () => {
      const putting = store.put(KEY, bodyOf(bytesOf(10)), AbortSignal.abort(new Error('gone')));
      await expect(putting).rejects.toThrow('gone');
      expect(await store.size(KEY)).toBeUndefined();
      expect(await opened.residue()).toEqual([]);
    });

    test('a body that breaks rejects the put with its own error and leaves nothing', async () => {
      const error = Object.assign(new Error('reset by peer'), { code: 'EACCES' });
      await expect(store.put(KEY, brokenBody(error, bytesOf(2_000_000)))).rejects.toBe(error);
      expect(await store.size(KEY)).toBeUndefined();
      expect(await opened.residue()).toEqual([]);
    });

    test('after a put that failed the key can be put', async () => {
      await expect(store.put(KEY, brokenBody(new Error('broken')))).rejects.toThrow('broken');
      await store.put(KEY, bodyOf(bytesOf(77)));
      expect(await store.size(KEY)).toBe(77);
    });

    test('a removed object is gone, and removing it again is no error', async () => {
      await store.put(KEY, bodyOf(bytesOf(100)));
      await store.read(KEY, { start: 0, end: 100 });
      await store.remove(KEY);
      await store.remove(KEY);
      expect(await store.read(KEY, { start: 0, end: 100 })).toBeUndefined();
      expect(await store.size(KEY)).toBeUndefined();
      expect(await keysBelow('packs/')).toEqual([]);
    });

    test('a stream that was begun ends with its bytes although the object is removed', async () => {
      const bytes = bytesOf(4_000_000);
      await store.put(KEY, bodyOf(bytes));
      const chunks: Buffer[] = [];
      for await (const chunk of (await store.stream(KEY)) ?? []) {
        if (chunks.length === 0) await store.remove(KEY);
        chunks.push(chunk);
      }
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    });

    test('a listing has every object below its folder, with length and time, and no other', async () => {
      await store.put('packs/landing/a1/one', bodyOf(bytesOf(1)));
      await store.put('packs/landing/b2/two', bodyOf(bytesOf(2)));
      await store.put('packs/landing-old/b2/three', bodyOf(bytesOf(3)));
      await store.put('packs/settled/b2/four', bodyOf(bytesOf(4)));
      const listed = await Array.fromAsync(store.list('packs/landing/'));
      expect(listed.map(({ key, bytes }) => `${key} ${bytes}`).sort()).toEqual([
        'packs/landing/a1/one 1',
        'packs/landing/b2/two 2',
      ]);
      for (const { writtenAtMs } of listed) expect(writtenAtMs).toBeGreaterThan(0);
      expect(await keysBelow('packs/')).toHaveLength(4);
      expect(await keysBelow('packs/extract/')).toEqual([]);
    });

    test('a listing is of a folder', () => {
      for (const prefix of ['', '/', 'packs', '../', 'packs/../', '.temporary/'])
        expect(() => store.list(prefix)).toThrow(TypeError);
    });

    test('many puts into one folder at the same time are all there', async () => {
      const keys = Array.from({ length: 200 }, (_, at) => `packs/landing/cc/${1000 + at}`);
      await Promise.all(keys.map((key, at) => store.put(key, bodyOf(bytesOf(at)))));
      expect(await keysBelow('packs/landing/cc/')).toEqual(keys);
      expect(await store.size('packs/landing/cc/1199')).toBe(199);
      expect(await opened.residue()).toEqual([]);
    });

    test('a key that could leave the store or hide in it is no key', async () => {
      for (const key of [
        '',
        '/etc/passwd',
        '../up',
        'a/../b',
        'a/./b',
        'a//b',
        'a/',
        '.hidden',
        'a/.hidden',
        'UPPER',
        'a b',
        'a\\b',
        'a\0b',
        'a\n',
        'é',
        'a..b',
        `a/${'x'.repeat(201)}`,
        'a/'.repeat(300),
      ]) {
        await expect(store.put(key, bodyOf()), key).rejects.toThrow(TypeError);
        await expect(store.read(key, { start: 0, end: 0 }), key).rejects.toThrow(TypeError);
        await expect(store.stream(key), key).rejects.toThrow(TypeError);
        await expect(store.size(key), key).rejects.toThrow(TypeError);
        await expect(store.remove(key), key).rejects.toThrow(TypeError);
      }
    });

    test('the space it tells of is bytes', async () => {
      const space = await store.space();
      if (!space) return;
      expect(space.freeBytes).toBeGreaterThan(0);
      expect(space.freeBytes).toBeLessThanOrEqual(space.totalBytes);
    });
  });
}
