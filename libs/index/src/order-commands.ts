import type { CardAnswered, CardShown } from '#archive/order-events';
import type { OrderRefusal, StatedOrder } from '#archive/orders/decide-order';

/** Who says it and under which id (a UUID): the same again, of the same order, makes nothing new. */
export type OrderSaid = Readonly<{ id: string; actor: string }>;

/** `erased`: the patient's key is destroyed, nothing can be kept about them any more. `changed`: something is new. */
export type OrderOutcome =
  | Readonly<{ ok: true; changed: boolean }>
  | Readonly<{ ok: false; refusal: OrderRefusal | 'erased' }>;

/** One card as it was shown. `prior`: the claim of the exam that it is about, `pending`: the opaque id of an order that waits; '' in the other. */
export type ShownCard = Pick<
  CardShown['data'],
  'card' | 'prior' | 'pending' | 'grade' | 'indicator' | 'windows' | 'suggestions'
> &
  Pick<NonNullable<CardShown['personal']>, 'microsieverts' | 'bytes'>;

/** The cards that were shown for one order at once. `order`: its opaque id (`orderId`); `at`: ISO 8601; `group`, `regions`: the exam that was ordered. */
export type ShownCards = Readonly<{
  hospital: string;
  patient: string;
  order: string;
  service: string;
  at: string;
  group: string;
  regions: readonly string[];
  cards: readonly ShownCard[];
}>;

/** An answer to a card. `hospital` and `service`: whose card it has to be; `at`: when it was answered, ISO 8601. */
export type GivenAnswer = Readonly<{
  hospital: string;
  service: string;
  at: string;
  comment: string;
}> &
  Pick<CardAnswered['data'], 'card' | 'outcome' | 'reason' | 'suggestions'>;

/** What changes orders and their cards: each resolves when facts and rows are durable, together. */
export type OrderCommands = Readonly<{
  /** What its hospital says of an order now. */
  receive: (said: OrderSaid, order: StatedOrder) => Promise<OrderOutcome>;
  /** Cards were shown; a card that was told of before is left as it is. */
  cardsShown: (said: Pick<OrderSaid, 'actor'>, shown: ShownCards) => Promise<OrderOutcome>;
  /** What was made of a card. Idempotent by card, outcome and time (CDS Hooks 2.0). `unknown`: no such card of this hospital and service. */
  cardAnswered: (said: Pick<OrderSaid, 'actor'>, answer: GivenAnswer) => Promise<OrderOutcome>;
}>;
