import type { Terms } from '#exams/terms';
import { type KnownOfOrder, type PendingPorts, pendingOrders } from '#index/known-orders';
import { orderedExam } from '#index/ordered-exam';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import type { KnownOrder } from '../duplicates/duplicate.js';

/** What waiting orders are read and understood by. `termsOf`: the terms, with the catalogue of a hospital. */
export type OrdersWaitingPorts = PendingPorts &
  Readonly<{ termsOf: (hospital: string) => Promise<Terms> }>;

/**
 * What is ordered for a person and not done, as far as the caller may know of it. `except`: the opaque id of the order that is itself looked at. Windows
 * are for whoever grades: what waits has no day yet.
 */
export const ordersWaiting =
  (ports: OrdersWaitingPorts, except = '') =>
  async (
    caller: Caller,
    { person }: Readonly<{ person: string }>,
  ): Promise<readonly KnownOrder[]> => {
    const found = await pendingOrders(ports, accessSubjectOf(caller), { person, except });
    return Promise.all(
      found.map(async (order) => knownOrder(order, await ports.termsOf(order.hospital))),
    );
  };

const knownOrder = (known: KnownOfOrder, terms: Terms): KnownOrder => ({
  ...{ kind: 'order', order: known.order },
  ...{ hospital: known.hospital, hospitalName: known.hospitalName },
  exam: {
    exam: orderedExam(known.procedure, terms),
    on: dayOfOrder(known),
    ...{ state: 'ordered', quality: 'final', identity: 'certain' },
  },
});

/** The day (YYYY-MM-DD) on which an order is to be done, else was given. */
export const dayOfOrder = ({
  scheduledAt,
  orderedAt,
}: Pick<KnownOfOrder, 'scheduledAt' | 'orderedAt'>): string =>
  (scheduledAt ?? orderedAt).toISOString().slice(0, 'YYYY-MM-DD'.length);
