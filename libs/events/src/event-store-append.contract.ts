import { expect, test } from 'vitest';
import type { StoredEvent } from './event.js';
import { APPEND_EVENTS_MAX, type Append, EVENT_BYTES_MAX, type EventStore } from './event-store.js';
import { appendOf, collect, fact, follow, label, metadata } from './event-store.testing.js';

const labels = async (store: EventStore, stream: string) =>
  (await collect(store.read(stream))).map(label);

/** What every EventStore must do when it appends. */
export function appendContract(open: () => Promise<EventStore>): void {
  const check = (name: string, body: (store: EventStore) => Promise<void>) =>
    test(name, async () => body(await open()));

  test.each([
    ['too low', 1],
    ['new, where there is one', 0],
    ['too high', 3],
  ])(
    'an expected version that is %s is a conflict, and nothing is written',
    async (_, expected) => {
      const store = await open();
      await store.append([appendOf('s', 0, 2)]);
      const events = [fact('late')];
      const appended = await store.append([{ stream: 's', expected, events, metadata }]);
      expect(appended).toEqual({ ok: false, conflict: `s is at 2, expected ${expected}` });
      expect(await labels(store, 's')).toEqual(['s/1', 's/2']);
    },
  );

  check('a version expected of a stream that does not exist is a conflict', async (store) => {
    expect((await store.append([appendOf('s', 1)])).ok).toBe(false);
    expect(await labels(store, 's')).toEqual([]);
  });

  check('many streams are appended at once, each with its new version', async (store) => {
    await store.append([appendOf('b', 0, 2)]);
    const appended = await store.append([appendOf('c', 0, 3), appendOf('b', 2), appendOf('a', 0)]);
    expect(appended).toEqual({ ok: true, versions: [3, 3, 1] });
    const log = await follow(store, 7);
    expect(log.map(label)).toEqual(['b/1', 'b/2', 'c/1', 'c/2', 'c/3', 'b/3', 'a/1']);
  });

  check('appends to one stream follow on each other, each with its metadata', async (store) => {
    const second = { ...appendOf('s', 2), metadata: { ...metadata, actor: 'second' } };
    const appended = await store.append([appendOf('s', 0, 2), second]);
    expect(appended).toEqual({ ok: true, versions: [2, 3] });
    const actors = (await collect(store.read('s'))).map((event) => event.metadata.actor);
    expect(actors).toEqual(['test', 'test', 'second']);
    expect((await store.append([appendOf('s', 3), appendOf('s', 5)])).ok).toBe(false);
    expect(await labels(store, 's')).toHaveLength(3);
  });

  check('a conflict in one stream leaves nothing in the others', async (store) => {
    await store.append([appendOf('b', 0)]);
    const lost = { stream: 'b', expected: 0, events: [fact('lost')], metadata };
    expect((await store.append([appendOf('a', 0), lost, appendOf('c', 0)])).ok).toBe(false);
    expect(await labels(store, 'a')).toEqual([]);
    expect(await labels(store, 'c')).toEqual([]);
  });

  check('of many writers at one version exactly one wins', async (store) => {
    const results = await Promise.all(
      Array.from({ length: 32 }, (_, n) =>
        store.append([{ stream: 's', expected: 0, events: [fact(`writer ${n}`)], metadata }]),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await labels(store, 's')).toEqual(['s/1']);
  });

  check('writers of the same streams in opposite orders never block each other', async (store) => {
    const streams = ['a', 'b', 'c', 'd'];
    const writer = (n: number) => {
      const order = n % 2 === 0 ? streams : streams.toReversed();
      return store.append(
        order.map((stream) => ({
          stream,
          expected: 0,
          events: [fact(`${stream} by ${n}`)],
          metadata,
        })),
      );
    };
    const results = await Promise.all(Array.from({ length: 16 }, (_, n) => writer(n)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await follow(store, 4)).toHaveLength(4);
  });

  check(
    'writers that retry lose no event, and a reader beside them sees each once',
    async (store) => {
      const write = async (n: number) => {
        for (;;) {
          const expected = (await collect(store.read('s'))).length;
          const events = [fact(`writer ${n}`)];
          if ((await store.append([{ stream: 's', expected, events, metadata }])).ok) return;
        }
      };
      const writers = Promise.all(Array.from({ length: 12 }, (_, n) => write(n)));
      const seen = await follow(store, 12, { limit: 5 });
      await writers;
      expect(seen.map(({ version }) => version)).toEqual(
        Array.from({ length: 12 }, (_, n) => n + 1),
      );
      expect(new Set(seen.map(({ id }) => id)).size).toBe(12);
    },
  );

  check('a repeat of the same event ids is ok, and nothing is written', async (store) => {
    const batch = [appendOf('a', 0, 2), appendOf('b', 0)];
    const first = await store.append(batch);
    await store.append([appendOf('a', 2)]);
    expect(await store.append(batch)).toEqual(first);
    expect(await store.append([{ ...appendOf('a', 0, 2), expected: 3 }])).toEqual({
      ok: true,
      versions: [2],
    });
    expect(await labels(store, 'a')).toEqual(['a/1', 'a/2', 'a/3']);
    expect(await labels(store, 'b')).toEqual(['b/1']);
  });

  check('a repeat beside something new writes only what is new', async (store) => {
    await store.append([appendOf('a', 0, 2)]);
    const appended = await store.append([appendOf('a', 0, 2), appendOf('b', 0), appendOf('a', 2)]);
    expect(appended).toEqual({ ok: true, versions: [2, 1, 3] });
    expect(await labels(store, 'a')).toEqual(['a/1', 'a/2', 'a/3']);
  });

  check('half a repeat, or the repeat of another stream, is a conflict', async (store) => {
    await store.append([appendOf('a', 0)]);
    const half: Append = { ...appendOf('a', 0), events: [fact('a/1'), fact('new')] };
    expect((await store.append([half])).ok).toBe(false);
    expect((await store.append([{ ...half, expected: 1 }])).ok).toBe(false);
    expect((await store.append([{ ...appendOf('a', 0), stream: 'b' }])).ok).toBe(false);
    expect(await labels(store, 'a')).toEqual(['a/1']);
    expect(await labels(store, 'b')).toEqual([]);
  });

  check('5,000 events are one append', async (store) => {
    const appends = Array.from({ length: 500 }, (_, n) => appendOf(`s${n}`, 0, 10));
    const appended = await store.append(appends);
    expect(appended).toEqual({ ok: true, versions: appends.map(() => 10) });
    const log = await follow(store, 5_000, { limit: 777 });
    expect(log.map(label)).toEqual(
      appends.flatMap(({ stream, events }) => events.map((_, n) => `${stream}/${n + 1}`)),
    );
  });

  check('an event above the bound is refused before anything is written', async (store) => {
    const append = (event: StoredEvent) =>
      store.append([appendOf('a', 0), { ...appendOf('b', 0), events: [event] }]);
    const fits = { keyId: 'k', nonce: 'AAAAAAAAAAAAAAAA' };
    const ciphertext = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
    const { length } = JSON.stringify(fact('b').data);
    const room = EVENT_BYTES_MAX - length;
    await expect(
      append({ ...fact('b'), sealed: { ...fits, ciphertext: ciphertext(room + 1) } }),
    ).rejects.toThrow(/an event of 524289 bytes is above 524288/);
    await expect(append(fact('b', 'x'.repeat(EVENT_BYTES_MAX)))).rejects.toThrow(/is above/);
    expect(await labels(store, 'a')).toEqual([]);
    const sealed = { ...fits, ciphertext: ciphertext(room) };
    expect((await append({ ...fact('b'), sealed })).ok).toBe(true);
  });

  check('an append that is out of bounds or out of form is a fault', async (store) => {
    const append = (change: Partial<Append>) => store.append([{ ...appendOf('s', 0), ...change }]);
    await expect(append({ events: [] })).rejects.toThrow();
    await expect(append({ stream: '' })).rejects.toThrow();
    await expect(append({ stream: 'with blank' })).rejects.toThrow();
    await expect(append({ events: [fact('a'), fact('a')] })).rejects.toThrow(/twice/);
    await expect(append({ events: [{ ...fact('a'), id: 'not a UUID' }] })).rejects.toThrow();
    await expect(append({ events: [{ ...fact('a'), type: 'not a type' }] })).rejects.toThrow();
    await expect(append({ events: [{ ...fact('a'), data: undefined }] })).rejects.toThrow();
    await expect(store.append([appendOf('s', 0, APPEND_EVENTS_MAX + 1)])).rejects.toThrow();
    const heavy = Array.from({ length: 140 }, (_, n) => fact(`${n}`, 'x'.repeat(500_000)));
    await expect(append({ events: heavy })).rejects.toThrow(/bytes in one append/);
    expect(await labels(store, 's')).toEqual([]);
  });
}
