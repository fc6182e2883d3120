import { setTimeout as delay } from 'node:timers/promises';
import type { Segment } from '#hl7/message';
import { textOf } from '#hl7/message';
import type { Notice } from '#hl7/order-answer';
import type { Order } from '../orders/orders.js';
import { nameOfSender, type Sender } from './senders.js';

/** A message that was accepted, by what it is kept under. */
export type KeptUnder = Readonly<{ hospital: string; sender: string; controlId: string }>;

/** What the edge tells of an order of a hospital, asked in the name of one of its machines; rejects when it can't be asked. */
export type AskDuplicates = (
  asked: Readonly<{ hospital: string; client: string; number: string; msMax: number }>,
) => Promise<readonly Omit<Notice, 'order'>[]>;

export type TellingPorts = Readonly<{
  /** What has become of a message: undefined when it isn't kept. */
  stateOf: (kept: KeptUnder) => Promise<string | undefined>;
  ask: AskDuplicates;
  /** Hears why nothing could be told. */
  failed: (why: unknown) => void;
  /** A clock that never goes back. */
  nowMs: () => number;
}>;

/** Whoever ordered is waiting: what isn't known by then isn't told. */
export const TELLING_MS_MAX = 3_000;
const LOOK_MS = 25;
/** Orders of one message that are looked at. */
const ORDERS_MAX = 5;

/**
 * What the answer to orders tells of exams that they would repeat. The message is applied first, since the order itself is what lets its hospital know of
 * exams elsewhere. Bounded in time; never rejects: an order is accepted whether this works or not.
 */
export async function tellDuplicates(
  ports: TellingPorts,
  {
    header,
    sender,
    orders,
  }: Readonly<{ header: Segment; sender: Sender; orders: readonly Order[] }>,
): Promise<readonly Notice[]> {
  const { client } = sender.duplicates ?? {};
  const placed = placedIn(orders);
  if (client === undefined || placed.length === 0) return [];
  const untilMs = ports.nowMs() + TELLING_MS_MAX;
  const { hospital } = sender;
  try {
    const kept = { hospital, sender: nameOfSender(header), controlId: textOf(header, 10) };
    if (!(await isApplied(ports, kept, untilMs))) return [];
    const told: Notice[] = [];
    for (const { order, number } of placed) {
      const msMax = untilMs - ports.nowMs();
      if (msMax <= 0) break;
      const found = await ports.ask({ hospital, client, number, msMax });
      told.push(...found.map((notice) => ({ ...notice, order })));
    }
    return told.toSorted((one, other) => weight(one) - weight(other));
  } catch (error) {
    ports.failed(error);
    return [];
  }
}

const weight = ({ severity }: Notice): number => (severity === 'warning' ? 0 : 1);

/** The orders that are to be done, by the place of their ORC. */
const placedIn = (orders: readonly Order[]) => {
  const common = orders.filter(({ act }) => act === 'begin-order' || act === 'end-order');
  return orders
    .flatMap((order) =>
      order.act === 'receive-order' && order.state === 'active'
        ? [{ number: order.placer, order: 1 + common.findIndex((one) => isOf(one, order.placer)) }]
        : [],
    )
    .slice(0, ORDERS_MAX);
};

const isOf = (order: Order, placer: string): boolean =>
  'placer' in order && order.placer === placer;

async function isApplied(
  { stateOf, nowMs }: TellingPorts,
  kept: KeptUnder,
  untilMs: number,
): Promise<boolean> {
  while (nowMs() < untilMs) {
    const state = await stateOf(kept);
    if (state !== 'received') return state === 'applied';
    await delay(LOOK_MS);
  }
  return false;
}
