import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type {
  CardAnswered,
  CardShown,
  DuplicateDetected,
  OrderEvent,
  OrderReceived,
} from '../order-events.js';

/** `procedure` left out: all but the state and the patient is as it was said before. */
export type StatedOrder = Readonly<{
  data: OrderReceived['data'];
  personal: Omit<NonNullable<OrderReceived['personal']>, 'procedure'> &
    Partial<Pick<NonNullable<OrderReceived['personal']>, 'procedure'>>;
}>;

/** What is asked of one order: to take what its hospital says of it, to note the cards that were shown, to take an answer to one. */
export type OrderCommand =
  | Readonly<{ type: 'receive'; order: StatedOrder }>
  | Readonly<{ type: 'show'; cards: readonly CardShown[] }>
  | Readonly<{ type: 'answer'; answer: CardAnswered }>;

/** unknown: no such card was shown for the order. too-many: nobody answers one card so often, or is shown so many. */
export type OrderRefusal = 'unknown' | 'too-many';

/** What is true of one order. `received`: what was said last, undefined when nothing was or its key is destroyed. */
export type OrderStanding = Readonly<{
  received: OrderReceived | undefined;
  detected: ReadonlySet<string>;
  /** By card: what was answered, by outcome and time. */
  cards: ReadonlyMap<string, ReadonlySet<string>>;
}>;

/** An order that is looked at again and again is judged once in a while, not for ever. */
export const CARDS_OF_ORDER_MAX = 500;
export const ANSWERS_OF_CARD_MAX = 20;

type OrderDecision = Decision<OrderEvent, OrderRefusal>;

/** What may become a fact of an order. The same again is no new fact. */
export const imagingOrder: Decider<OrderStanding, OrderCommand, OrderEvent, OrderRefusal> = {
  initial: { received: undefined, detected: new Set(), cards: new Map() },
  evolve: evolveOrder,
  decide: (command, state) => {
    switch (command.type) {
      case 'receive':
        return decideReceived(command.order, state);
      case 'show':
        return decideShown(command.cards, state);
      case 'answer':
        return decideAnswer(command.answer, state);
    }
  },
};

function evolveOrder(state: OrderStanding, event: OrderEvent): OrderStanding {
  switch (event.type) {
    case 'OrderReceived':
      return { ...state, received: event.personal === undefined ? undefined : event };
    case 'DuplicateDetected':
      return { ...state, detected: new Set([...state.detected, detectedKey(event)]) };
    case 'CardShown':
      return { ...state, cards: new Map([...state.cards, [event.data.card, new Set<string>()]]) };
    case 'CardAnswered': {
      const { card } = event.data;
      const answers = new Set([...(state.cards.get(card) ?? []), answerKey(event)]);
      return { ...state, cards: new Map([...state.cards, [card, answers]]) };
    }
  }
}

/* An order that ends before anybody told of it leaves nothing behind. */
function decideReceived(stated: StatedOrder, { received }: OrderStanding): OrderDecision {
  const fact = factOf(stated, received);
  if (fact === undefined) return accept();
  if (received === undefined) return fact.data.state === 'active' ? accept(fact) : accept();
  return saysAs(fact, received) ? accept() : accept(fact);
}

/** Undefined: it doesn't say what is to be done, and nobody said so before. */
function factOf(
  { data, personal: { procedure, ...personal } }: StatedOrder,
  received: OrderReceived | undefined,
): OrderReceived | undefined {
  const type = 'OrderReceived';
  if (procedure !== undefined) return { type, data, personal: { ...personal, procedure } };
  if (received?.personal === undefined) return undefined;
  const { patient, state } = data;
  return { type, data: { ...received.data, patient, state }, personal: received.personal };
}

function decideShown(shown: readonly CardShown[], state: OrderStanding): OrderDecision {
  const fresh = shown.filter(({ data }) => !state.cards.has(data.card));
  if (state.cards.size + fresh.length > CARDS_OF_ORDER_MAX) return refuse('too-many');
  const detected = new Map(fresh.map(({ data }) => [detectedKey({ data }), detectedBy(data)]));
  const found = [...detected].flatMap(([key, fact]) => (state.detected.has(key) ? [] : [fact]));
  return accept<OrderEvent>(...found, ...fresh);
}

function decideAnswer(answer: CardAnswered, { cards }: OrderStanding): OrderDecision {
  const answers = cards.get(answer.data.card);
  if (answers === undefined) return refuse('unknown');
  if (answers.has(answerKey(answer))) return accept();
  return answers.size >= ANSWERS_OF_CARD_MAX ? refuse('too-many') : accept(answer);
}

const detectedBy = (data: CardShown['data']): DuplicateDetected => {
  const { hospital, patient, order, grade, indicator, windows, prior, pending } = data;
  return {
    type: 'DuplicateDetected',
    data: { hospital, patient, order, grade, indicator, windows, prior, pending },
  };
};

const detectedKey = ({ data }: Readonly<{ data: DuplicateDetected['data'] }>): string =>
  [data.prior, data.pending, data.grade, data.windows].join('/');

/* CDS Hooks 2.0: feedback may come again; what tells it from another is card, outcome and time. A time whose key is gone tells nothing more. */
const answerKey = ({ data, personal }: CardAnswered): string =>
  `${data.outcome}/${personal?.at ?? ''}`;

/* When a message was sent tells nothing new of the order. */
const saysAs = (one: OrderReceived, other: OrderReceived): boolean =>
  canonical(one.data) === canonical(other.data) &&
  canonical({ ...one.personal, orderedAt: '' }) === canonical({ ...other.personal, orderedAt: '' });

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
