import type { Checkpoint } from './event.js';
import type { MortalProjection } from './event-store.contract.js';
import { label } from './event-store.testing.js';

/** A projection in memory; its rows and its checkpoint are swapped in together: the commit. */
export function memoryProjection(): MortalProjection {
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
