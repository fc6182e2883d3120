import { patientKey } from '#archive/care-events';
import { type CardShown, orderStream } from '#archive/order-events';
import { imagingOrder, type OrderCommand } from '#archive/orders/decide-order';
import { uuid5 } from '#events/uuid5';
import type { GivenAnswer, OrderCommands, OrderOutcome, OrderSaid } from '../order-commands.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { writeOrders } from './write-orders.js';

/** Commands of orders over the log and the rows. */
export const orderCommands = (ports: FactPorts): OrderCommands => ({
  receive: (said, order) => commit(ports, said, order.data, { type: 'receive', order }),
  cardsShown: async ({ actor }, { cards, at, group, regions, ...shown }) => {
    const [first] = cards;
    if (first === undefined) return { ok: true, changed: false };
    const facts = cards.map(
      ({ microsieverts, bytes, ...card }): CardShown => ({
        type: 'CardShown',
        data: { ...shown, ...card },
        personal: { at, group, regions, microsieverts, bytes },
      }),
    );
    const id = uuid5(first.card, cards.map(({ card }) => card).join('/'));
    return commit(ports, { id, actor }, shown, { type: 'show', cards: facts });
  },
  cardAnswered: (said, answer) => answerCard(ports, said, answer),
});

async function answerCard(
  ports: FactPorts,
  { actor }: Pick<OrderSaid, 'actor'>,
  { hospital, service, at, comment, ...answer }: GivenAnswer,
): Promise<OrderOutcome> {
  const { rows } = await ports.pool.query({
    name: 'order-of-card',
    text: 'select order_id as "order", patient from duplicate_cards where id = $1 and hospital = $2 and service = $3',
    values: [answer.card, hospital, service],
  });
  if (rows[0] === undefined) return { ok: false, refusal: 'unknown' };
  const named: Named = { order: String(rows[0].order), patient: String(rows[0].patient) };
  const data = { hospital, ...named, ...answer };
  const id = uuid5(answer.card, `${answer.outcome}/${at}`);
  return commit(ports, { id, actor }, named, {
    type: 'answer',
    answer: { type: 'CardAnswered', data, personal: { at, comment } },
  });
}

type Named = Readonly<{ order: string; patient: string }>;

/** The key is made before the transaction takes a connection: none waits for a second one while it holds the first. */
async function commit(
  ports: FactPorts,
  { id, actor }: OrderSaid,
  { order, patient }: Named,
  command: OrderCommand,
): Promise<OrderOutcome> {
  const keyId = patientKey(patient);
  if ((await ports.ledger.keys.ensure([keyId])).get(keyId) === 'destroyed')
    return { ok: false, refusal: 'erased' };
  const metadata = { actor, correlationId: id, causationId: id };
  const ordered = { id, stream: orderStream(order), keyId, command, metadata };
  const decision = await commitFacts(ports, imagingOrder, ordered, writeOrders);
  return decision.ok ? { ok: true, changed: decision.events.length > 0 } : decision;
}
