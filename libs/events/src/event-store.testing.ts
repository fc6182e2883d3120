import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint, Recorded, StoredEvent } from './event.js';
import type { Append, EventStore } from './event-store.js';
import { uuid5 } from './uuid5.js';

const NAMESPACE = '7a3c1f0e-9d3b-4c57-8a55-0c6d4b1f2e90';
const PATIENCE_MS = 20_000;

/** Metadata of nobody. */
export const metadata = { actor: 'test', correlationId: 'c', causationId: 'c' };

/** An event whose id follows from its name. */
export const fact = (name: string, data: unknown = { name }): StoredEvent => ({
  id: uuid5(NAMESPACE, name),
  type: 'Counted',
  schema: 1,
  data,
});

/** An append of events whose ids follow from stream and version. */
export const appendOf = (stream: string, expected: number, count = 1): Append => ({
  stream,
  expected,
  events: Array.from({ length: count }, (_, n) => fact(`${stream}/${expected + n + 1}`)),
  metadata,
});

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** Stream and version of an event, for comparing lists at sight. */
export const label = ({ stream, version }: Recorded) => `${stream}/${version}`;

/**
 * Reads on from `checkpoint` until `count` events have come. Waits for them: transactions that other tests have open on
 * the same server hold the log back (design D16).
 */
export async function follow(
  store: EventStore,
  count: number,
  { limit = 100, checkpoint }: { limit?: number; checkpoint?: Checkpoint | undefined } = {},
): Promise<Recorded[]> {
  const seen: Recorded[] = [];
  const deadline = performance.now() + PATIENCE_MS;
  while (seen.length < count) {
    const page = await store.after(seen.at(-1)?.checkpoint ?? checkpoint, limit);
    seen.push(...page);
    if (performance.now() > deadline)
      throw new Error(`only ${seen.length} of ${count} events came`);
    if (page.length === 0) await sleep(2);
  }
  return seen;
}
