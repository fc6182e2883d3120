import { expect, test } from 'vitest';
import { bodyOf, bytesOf } from './body.testing.js';
import { memoryObjectStore } from './memory/memory-object-store.js';
import { ObjectStoreUnavailable } from './object-store.js';
import { reopened } from './reopened.js';

const KEY = 'packs/landing/aa/one';

/** An engine that is away until `back`; `opens` counts how often it was opened. */
function engine() {
  const store = memoryObjectStore({ nowMs: () => 1, bytesMax: 1_000_000 });
  const state = { isBack: false, opens: 0, closed: 0 };
  const open = async () => {
    if (!state.isBack) throw new ObjectStoreUnavailable('away');
    state.opens += 1;
    const close = async () => void state.closed++;
    return { ...store, cleanUnfinished: async () => 7, close };
  };
  return { state, open };
}

test('an engine that is away when a program starts is found by the first operation after it is back', async () => {
  const { state, open } = engine();
  const store = await reopened(open);
  await expect(store.size(KEY)).rejects.toThrow(ObjectStoreUnavailable);
  await expect(Array.fromAsync(store.list('packs/'))).rejects.toThrow(ObjectStoreUnavailable);
  state.isBack = true;
  expect(await Promise.all([store.size(KEY), store.size(KEY)])).toEqual([undefined, undefined]);
  await store.put(KEY, bodyOf(bytesOf(10)));
  expect(await store.read(KEY, { start: 2, end: 5 })).toEqual(bytesOf(10).subarray(2, 5));
  expect((await Array.fromAsync(store.list('packs/'))).map(({ key }) => key)).toEqual([KEY]);
  expect(await store.cleanUnfinished(1)).toBe(7);
  await store.close();
  expect(state).toEqual({ isBack: true, opens: 1, closed: 1 });
});
test('a put that finds it away closes its body', async () => {
  const store = await reopened(engine().open);
  let isClosed = false;
  const body = (async function* () {
    try {
      yield bytesOf(1);
      yield bytesOf(1);
    } finally {
      isClosed = true;
    }
  })();
  await body.next();
  await expect(store.put(KEY, body)).rejects.toThrow(ObjectStoreUnavailable);
  expect(isClosed).toBe(true);
  await store.close();
});
test('any other failure to open is told at once', () =>
  expect(reopened(() => Promise.reject(new Error('no such bucket')))).rejects.toThrow(
    'no such bucket',
  ));
