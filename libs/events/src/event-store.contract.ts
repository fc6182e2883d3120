import { expect, test } from 'vitest';
import type { StoredEvent } from './event.js';
import { type EventStore, PAGE_EVENTS_MAX } from './event-store.js';
import { appendOf, collect, fact, follow, label, metadata } from './event-store.testing.js';
import { appendContract } from './event-store-append.contract.js';
import { catchUp, type Projection } from './subscription.js';

/** A projection that keeps the labels of what it applied, and can be made to die at a given point of its next `apply`. */
export type MortalProjection = Projection &
  Readonly<{
    dieNext(point: 'before-commit' | 'after-commit'): void;
    labels(): Promise<readonly string[]>;
  }>;
/** An empty log and a projection of it. */
export type StoreUnderTest = Readonly<{ store: EventStore; projection: MortalProjection }>;

const live = { signal: new AbortController().signal };

/** What every EventStore must do; each adapter's test calls it with its own factory of an empty one. */
export function eventStoreContract(open: () => Promise<StoreUnderTest>): void {
  const check = (name: string, body: (under: StoreUnderTest) => Promise<void>) =>
    test(name, async () => body(await open()));

  check('a stream reads back in version order, with all that was given', async ({ store }) => {
    const sealed = { keyId: 'k', nonce: 'AAAAAAAAAAAAAAAA', ciphertext: 'c2VhbGVk'.repeat(100) };
    const odd = { text: 'é "\\ \n \u0000 \ud83d\ude00', list: [1, null, true, { a: {} }] };
    const events: StoredEvent[] = [{ ...fact('a', odd), schema: 3, sealed }, fact('b')];
    await store.append([{ stream: 's', expected: 0, events, metadata }]);
    await store.append([{ stream: 's', expected: 2, events: [fact('c')], metadata }]);
    const read = await collect(store.read('s'));
    expect(read).toMatchObject([
      { ...events[0], stream: 's', version: 1, metadata },
      { ...events[1], stream: 's', version: 2, metadata },
      { ...fact('c'), stream: 's', version: 3, metadata },
    ]);
    expect(read[0]?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(read[1]).not.toHaveProperty('sealed');
  });

  check('a stream reads on after a version', async ({ store }) => {
    await store.append([appendOf('s', 0, 5)]);
    expect((await collect(store.read('s', 3))).map(label)).toEqual(['s/4', 's/5']);
    expect(await collect(store.read('s', 5))).toEqual([]);
  });

  check('a stream that does not exist is empty, and so is a new log', async ({ store }) => {
    expect(await collect(store.read('none'))).toEqual([]);
    expect(await store.after(undefined, 10)).toEqual([]);
  });

  check('a stream longer than a page reads back whole', async ({ store }) => {
    const count = PAGE_EVENTS_MAX * 2;
    await store.append([appendOf('s', 0, count)]);
    const read = await collect(store.read('s'));
    expect(read.map(({ version }) => version)).toEqual(
      Array.from({ length: count }, (_, n) => n + 1),
    );
  });

  test.each([
    ['data', 500_000, 0, 17],
    ['ciphertext', 0, 500_000, 17],
    ['both', 200_000, 300_000, 17],
    ['a little of both', 3_000, 4_000, 40],
  ])('pages end by bytes of %s too, and nothing is left out', async (_, data, sealed, first) => {
    const { store } = await open();
    const ciphertext = Buffer.alloc(sealed, 7).toString('base64');
    const large = (n: number): StoredEvent => ({
      ...fact(`large ${n}`, 'x'.repeat(data)),
      sealed: { keyId: 'k', nonce: 'AAAAAAAAAAAAAAAA', ciphertext },
    });
    const events = Array.from({ length: 40 }, (_none, n) => large(n));
    await store.append([{ stream: 's', expected: 0, events, metadata }]);
    const versions = events.map((_none, n) => n + 1);
    expect((await follow(store, 40)).map(({ version }) => version)).toEqual(versions);
    expect(await store.after(undefined, 40)).toHaveLength(first);
    expect((await collect(store.read('s'))).map(({ version }) => version)).toEqual(versions);
  });

  test.each([1, 2, 7, 99, 100, 101, 5_000])('pages of %i give each event once', async (limit) => {
    const { store } = await open();
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.append([appendOf(`s${n}`, 0, 2)])),
    );
    const seen = (await follow(store, 100, { limit })).map(label);
    expect(new Set(seen).size).toBe(100);
    expect(seen).toHaveLength(100);
  });

  test.each(['before-commit', 'after-commit'] as const)(
    'a projection that dies %s of its rows repeats nothing and skips nothing',
    async (point) => {
      const { store, projection } = await open();
      await store.append([appendOf('s', 0, 10)]);
      await follow(store, 10);
      const pace = { ...live, batchEventsMax: 4 };
      await catchUp(store, projection, { ...pace, signal: AbortSignal.abort() });
      projection.dieNext(point);
      await expect(catchUp(store, projection, pace)).rejects.toThrow('died');
      projection.dieNext(point);
      await expect(catchUp(store, projection, pace)).rejects.toThrow('died');
      await catchUp(store, projection, pace);
      await store.append([appendOf('s', 10, 2)]);
      await follow(store, 12);
      await catchUp(store, projection, pace);
      expect(await projection.labels()).toEqual(Array.from({ length: 12 }, (_, n) => `s/${n + 1}`));
    },
  );

  appendContract(async () => (await open()).store);
}
