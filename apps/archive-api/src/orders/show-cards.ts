import { uuid5 } from '#events/uuid5';
import type { OrderCommands } from '#index/order-commands';
import { actorOf, type Caller } from '../caller/caller.js';
import { doseOf } from '../cds/dose.js';
import { wordsOfLanguage } from '../cds/words-of-language.js';
import type { Duplicate } from '../duplicates/duplicate.js';
import { isoOf } from '../governance/instants.js';
import type { Judged } from './judge-order.js';

/** Any UUID: names of cards are made under it. */
const NAMESPACE = '2b0e5f0c-63c5-4f0c-9b3a-6d1c5f7f0a52';

/** How somebody without CDS Hooks is told: a person who asks for an order, or a system that passes it on. */
export type Telling = 'check' | 'hl7';

/**
 * Notes what a caller was told of an order that its hospital has told of. The same of the same order on the same day is one card, however often it is
 * asked for; an exam that is no order yet has no card.
 */
export async function showCards(
  { orders, wallMs }: Readonly<{ orders: OrderCommands; wallMs: () => number }>,
  caller: Caller,
  { known, ordered, terms, duplicates }: Judged,
): Promise<void> {
  if (known === undefined || duplicates.length === 0) return;
  const at = isoOf(wallMs());
  const service: Telling = caller.machine ? 'hl7' : 'check';
  const { hospital, patient, order } = known;
  const said = { actor: actorOf(caller) };
  /* Nobody is refused an answer because it can't be counted: the key is destroyed, or there are hundreds already. */
  await orders.cardsShown(said, {
    ...{ hospital, patient, order, service, at },
    ...{ group: ordered.exam.group, regions: ordered.exam.regions },
    cards: duplicates.map((duplicate) => {
      const repeated = repeatedBy(duplicate);
      const { grade, indicator, version: windows } = duplicate.match;
      const name = [order, service, repeated.prior, repeated.pending, grade, windows];
      return {
        card: uuid5(NAMESPACE, [...name, at.slice(0, 10)].join('/')),
        ...repeated,
        ...{ grade, indicator, windows, suggestions: [] },
        microsieverts:
          doseOf(duplicate.found.exam.exam, undefined, {
            regions: terms.regions,
            words: wordsOfLanguage(),
          })?.microsieverts ?? null,
      };
    }),
  });
}

const repeatedBy = ({ found }: Duplicate) =>
  found.kind === 'order'
    ? { prior: '', pending: found.order, bytes: null }
    : { prior: found.claim, pending: '', bytes: found.bytes };
