import type { Decider, Decision } from './decider.js';
import type { Event, Metadata } from './event.js';
import { foldStream, type Subject } from './fold-stream.js';
import type { Ledger } from './ledger.js';
import { toAppend } from './sealed-events.js';
import type { SnapshotRule } from './snapshot.js';
import { uuid5 } from './uuid5.js';

/** How often a command is decided anew after a conflict. */
export const ATTEMPTS_MAX = 4;

/** A command for one stream; `id` is a UUID: the same command handled again appends nothing again. */
export type Order<C> = Subject & Readonly<{ id: string; command: C; metadata: Metadata }>;

/** Read, fold, decide, append. On a version conflict starts over from the read; it never merges. */
export async function handle<S, C, E extends Event, R>(
  ledger: Ledger,
  decider: Decider<S, C, E, R>,
  order: Order<C>,
  rule?: SnapshotRule<S>,
): Promise<Decision<E, R>> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const { state, version } = await foldStream<S, E>(ledger, order, decider, rule);
    const decision = decider.decide(order.command, state);
    if (!decision.ok || decision.events.length === 0) return decision;
    if (await append(ledger, order, version, decision.events)) return decision;
  }
  throw new Error(`${order.stream}: still in conflict after ${ATTEMPTS_MAX} attempts`);
}

async function append<C>(
  ledger: Ledger,
  { id, stream, keyId, metadata }: Order<C>,
  expected: number,
  events: readonly Event[],
): Promise<boolean> {
  const sealed = keyId !== undefined && events.some(({ personal }) => personal !== undefined);
  const key = sealed ? (await ledger.keys.ensure([keyId])).get(keyId) : undefined;
  const named = events.map((event, index) => ({ id: uuid5(id, `${stream}/${index}`), event }));
  const draft = { stream, expected, events: named, metadata };
  return (await ledger.store.append([toAppend(draft, key, ledger)])).ok;
}
