import { describe, expect, test } from 'vitest';
import type { CardAnswered, CardShown, OrderEvent } from '../order-events.js';
import { ANSWERS_OF_CARD_MAX, imagingOrder, type StatedOrder } from './decide-order.js';

const PROCEDURE = {
  codes: [{ system: 'L', value: 'CTTHO', display: 'CT Thorax' }],
  descriptions: ['CT Thorax nativ'],
  modality: 'CT',
  bodySites: [],
  laterality: '',
  reasons: [],
} as const;
const NAMED = { hospital: 'HOSP-A', patient: 'p', order: 'o' } as const;

const stated = (changes: Partial<StatedOrder['data']> = {}, more = {}): StatedOrder => ({
  data: { ...NAMED, claim: '', state: 'active', ...changes },
  personal: {
    ...{ number: '4711', accession: 'A1', procedure: PROCEDURE, confidentiality: 'N' },
    ...{ isUrgent: false, orderedAt: '2026-11-01T10:00:00.000Z', scheduledAt: null },
    ...more,
  },
});
const shown = (card: string, changes: Partial<CardShown['data']> = {}): CardShown => ({
  type: 'CardShown',
  data: {
    ...{ ...NAMED, prior: 'claim', pending: '', grade: 'SAME', indicator: 'warning' },
    ...{ windows: 'built-in', card, service: 'imaging-duplicate-sign', suggestions: [] },
    ...changes,
  },
  personal: {
    at: '2026-11-01T10:00:00.000Z',
    group: 'CT',
    regions: [],
    microsieverts: 7000,
    bytes: null,
  },
});
const answered = (
  card: string,
  outcome: 'accepted' | 'overridden',
  at = '2026-11-01T10:05:00.000Z',
): CardAnswered => ({
  type: 'CardAnswered',
  data: { ...NAMED, card, outcome, reason: '', suggestions: [] },
  personal: { at, comment: '' },
});

const folded = (...events: readonly OrderEvent[]) =>
  events.reduce(imagingOrder.evolve, imagingOrder.initial);
const decide = (
  command: Parameters<typeof imagingOrder.decide>[0],
  ...events: readonly OrderEvent[]
) => imagingOrder.decide(command, folded(...events));
const typesOf = (decision: ReturnType<typeof decide>) =>
  decision.ok ? decision.events.map(({ type }) => type) : decision.refusal;
const receive = (order: StatedOrder, ...events: readonly OrderEvent[]) =>
  decide({ type: 'receive', order }, ...events);
const factsOf = (order: StatedOrder, ...events: readonly OrderEvent[]) => {
  const decision = receive(order, ...events);
  return decision.ok ? decision.events : [];
};

describe('what a hospital says of an order', () => {
  test('is a fact when it is new or something changed', () => {
    expect(typesOf(receive(stated()))).toEqual(['OrderReceived']);
    expect(typesOf(receive(stated({ state: 'cancelled' }), ...factsOf(stated())))).toEqual([
      'OrderReceived',
    ]);
  });
  test('is none when the same is said again, at another time', () => {
    const again = stated({}, { orderedAt: '2026-11-02T10:00:00.000Z' });
    expect(typesOf(receive(again, ...factsOf(stated())))).toEqual([]);
  });
  test('leaves nothing behind when it ends before it was told of', () => {
    for (const state of ['cancelled', 'performed'] as const)
      expect(typesOf(receive(stated({ state })))).toEqual([]);
  });
  test('keeps what is to be done where a later message doesn’t say it', () => {
    const { procedure: _, ...personal } = stated().personal;
    const ended = { data: { ...stated().data, state: 'cancelled' as const }, personal };
    expect(factsOf(ended, ...factsOf(stated()))).toMatchObject([
      { data: { state: 'cancelled' }, personal: { procedure: PROCEDURE } },
    ]);
    expect(typesOf(receive({ ...ended, data: stated().data }))).toEqual([]);
  });
});

describe('cards', () => {
  test('tell once of a duplicate, and each time that one was shown', () => {
    const first = decide({ type: 'show', cards: [shown('1'), shown('2')] });
    expect(typesOf(first)).toEqual(['DuplicateDetected', 'CardShown', 'CardShown']);
    const before = first.ok ? first.events : [];
    expect(typesOf(decide({ type: 'show', cards: [shown('2'), shown('3')] }, ...before))).toEqual([
      'CardShown',
    ]);
    const other = shown('4', { grade: 'COVERS' });
    expect(typesOf(decide({ type: 'show', cards: [other] }, ...before))).toEqual([
      'DuplicateDetected',
      'CardShown',
    ]);
  });
  test('are answered once by card, outcome and time', () => {
    const answer = (given: CardAnswered, ...events: readonly OrderEvent[]) =>
      typesOf(decide({ type: 'answer', answer: given }, ...events));
    const accepted = answered('1', 'accepted');
    expect(answer(accepted, shown('1'))).toEqual(['CardAnswered']);
    expect(answer(accepted, shown('1'), accepted)).toEqual([]);
    expect(answer(answered('1', 'overridden'), shown('1'), accepted)).toEqual(['CardAnswered']);
    expect(answer(accepted)).toBe('unknown');
    const many = Array.from({ length: ANSWERS_OF_CARD_MAX }, (_, minute) =>
      answered('1', 'accepted', `2026-11-01T11:${minute + 10}:00.000Z`),
    );
    expect(answer(accepted, shown('1'), ...many)).toBe('too-many');
  });
});
