import { expect, test } from 'vitest';
import { eventStoreContract } from '../event-store.contract.js';
import { appendOf, collect } from '../event-store.testing.js';
import { memoryProjection } from '../memory-projection.testing.js';
import { memoryEventStore } from './memory-event-store.js';

const NOW = '2026-01-01T00:00:00.000Z';

eventStoreContract(async () => ({
  store: memoryEventStore(() => NOW),
  projection: memoryProjection(),
}));

test('what is read is a copy: nobody can change the log through it', async () => {
  const store = memoryEventStore(() => NOW);
  const data = { list: [1] };
  const [event] = appendOf('s', 0).events;
  if (!event) throw new Error('no event');
  await store.append([{ ...appendOf('s', 0), events: [{ ...event, data }] }]);
  data.list.push(2);
  const [first] = await collect(store.read('s'));
  (first!.data as typeof data).list.push(3);
  expect((await collect(store.read('s')))[0]).toMatchObject({
    data: { list: [1] },
    recordedAt: NOW,
  });
});
