import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Checkpoint } from './event.js';
import { appendOf, label } from './event-store.testing.js';
import { memoryEventStore } from './memory/memory-event-store.js';
import { catchUp, type Projection, runSubscription } from './subscription.js';

const HOUR_MS = 3_600_000;

function labels(onApply = () => {}) {
  const seen: string[][] = [];
  let at: Checkpoint | undefined;
  const projection: Projection = {
    name: 'labels',
    version: 1,
    checkpoint: async () => at,
    apply: async (events, checkpoint) => {
      onApply();
      seen.push(events.map(label));
      at = checkpoint;
    },
  };
  return { projection, seen };
}
const openStore = () => memoryEventStore(() => '2026-01-01T00:00:00.000Z');
const settle = async () => {
  for (let n = 0; n < 20; n++) await turn();
};

test('catching up applies batch after batch to the head, and then nothing', async () => {
  const store = openStore();
  const { projection, seen } = labels();
  await store.append([appendOf('s', 0, 5)]);
  const pace = { signal: new AbortController().signal, batchEventsMax: 2 };
  await catchUp(store, projection, pace);
  await catchUp(store, projection, pace);
  expect(seen).toEqual([['s/1', 's/2'], ['s/3', 's/4'], ['s/5']]);
});

test('a replay in batches of any size gives what live gave', async () => {
  const store = openStore();
  const live = labels();
  for (let n = 0; n < 7; n++) {
    await store.append([appendOf('s', n)]);
    await catchUp(store, live.projection, { signal: new AbortController().signal });
  }
  for (const batchEventsMax of [1, 2, 3, 100]) {
    const replay = labels();
    const pace = { signal: new AbortController().signal, batchEventsMax };
    await catchUp(store, replay.projection, pace);
    expect(replay.seen.flat()).toEqual(live.seen.flat());
  }
});

test('aborted between two batches it stops there', async () => {
  const store = openStore();
  const controller = new AbortController();
  const { projection, seen } = labels(() => controller.abort());
  await store.append([appendOf('s', 0, 5)]);
  await catchUp(store, projection, { signal: controller.signal, batchEventsMax: 2 });
  expect(seen).toEqual([['s/1', 's/2']]);
});

test('a wake makes it look at once, and an abort ends its rest', async () => {
  const store = openStore();
  const { projection, seen } = labels();
  const controller = new AbortController();
  const rings = new Set<() => void>();
  const wake = (ring: () => void) => {
    rings.add(ring);
    return () => void rings.delete(ring);
  };
  const running = runSubscription(store, projection, {
    signal: controller.signal,
    pollMs: HOUR_MS,
    wake,
  });
  await settle();
  await store.append([appendOf('s', 0)]);
  await settle();
  expect(seen).toEqual([]);
  for (const ring of rings) ring();
  await settle();
  expect(seen).toEqual([['s/1']]);
  controller.abort();
  await running;
  expect(rings.size).toBe(0);
});

test('a wake while it works is not lost', async () => {
  const store = openStore();
  const controller = new AbortController();
  let ring = () => {};
  const { projection, seen } = labels(() => ring());
  await store.append([appendOf('s', 0)]);
  const blind = {
    ...store,
    after: async (checkpoint: Checkpoint | undefined, limit: number) => {
      const page = await store.after(checkpoint, limit);
      if (seen.length === 1 && page.length === 0) await store.append([appendOf('s', 1)]);
      return page;
    },
  };
  const running = runSubscription(blind, projection, {
    signal: controller.signal,
    pollMs: HOUR_MS,
    wake: (given) => {
      ring = given;
      return () => {};
    },
  });
  await settle();
  controller.abort();
  await running;
  expect(seen).toEqual([['s/1'], ['s/2']]);
});

test('without a wake it looks again after its pause', async () => {
  const store = openStore();
  const controller = new AbortController();
  const { projection, seen } = labels(() => controller.abort());
  const running = runSubscription(store, projection, { signal: controller.signal, pollMs: 1 });
  await settle();
  await store.append([appendOf('s', 0)]);
  await running;
  expect(seen).toEqual([['s/1']]);
});

test('a fault of the projection ends it, for the caller to start it again', async () => {
  const store = openStore();
  let takenDown = false;
  await store.append([appendOf('s', 0)]);
  const { projection, seen } = labels(() => {
    if (!takenDown) throw new Error('no database');
  });
  const wake = () => () => {
    takenDown = true;
  };
  const pace = { signal: new AbortController().signal, pollMs: HOUR_MS, wake };
  await expect(runSubscription(store, projection, pace)).rejects.toThrow('no database');
  expect(takenDown).toBe(true);
  await catchUp(store, projection, pace);
  expect(seen).toEqual([['s/1']]);
});
