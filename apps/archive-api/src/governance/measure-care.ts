import { Gauge, type Registry } from 'prom-client';
import type { CareCounts } from './care-counts.js';

/** Numbers of what waits for data protection officers, and of nobody in particular. */
export function measureCare(registry: Registry, count: () => Promise<readonly CareCounts[]>): void {
  const waiting: Gauge = new Gauge({
    name: 'arkim_reviews_waiting',
    help: 'What waits for a review by a data protection officer; overdue: of it, what should have been judged by now',
    labelNames: ['kind', 'state'],
    registers: [registry],
    collect: async () => {
      for (const { kind, open, overdue } of await count()) {
        waiting.set({ kind, state: 'open' }, open);
        waiting.set({ kind, state: 'overdue' }, overdue);
      }
    },
  });
}
