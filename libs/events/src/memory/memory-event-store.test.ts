import { expect, test } from 'vitest';
import type { Checkpoint } from '../event.js';
import { eventStoreContract, type MortalProjection } from '../event-store.contract.js';
import { appendOf, collect, label } from '../event-store.testing.js';
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

/** Rows and checkpoint are swapped in together: the commit. */
function memoryProjection(): MortalProjection {
  let committed: { rows: readonly string[]; checkpoint: Checkpoint | undefined } = {
    rows: [],
    checkpoint: undefined,
  };
  let death: 'before-commit' | 'after-commit' | undefined;
  return {
    name: 'mortal',
    version: 1,
    checkpoint: async () => committed.checkpoint,
    labels: async () => committed.rows,
    dieNext: (point) => {
      death = point;
    },
    async apply(events, checkpoint) {
      const rows = [...committed.rows, ...events.map(label)];
      const dies = death;
      death = undefined;
      if (dies === 'before-commit') throw new Error('died');
      committed = { rows, checkpoint };
      if (dies === 'after-commit') throw new Error('died');
    },
  };
}
