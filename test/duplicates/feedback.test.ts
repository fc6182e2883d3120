import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENCY } from '#archive/access/agency';
import { type CdsArchive, cdsArchive } from '../cds/cds-archive.js';
import { callOf, imageOf, orderOf } from '../cds/cds-files.js';
import { duplicateOrders } from './duplicate-orders.js';

let at: CdsArchive;
let of: ReturnType<typeof duplicateOrders>;
beforeAll(async () => {
  at = await cdsArchive();
  of = duplicateOrders(at);
  for (const national of ['F1', 'F2', 'F3'])
    await at.store(
      'HOSP-B',
      imageOf({ study: `1.2.840.98.${national.slice(1)}`, national, code: 'CT-THX-N' }),
    );
});
afterAll(() => at.close());

type Shown = Readonly<{ uuid: string; suggestions: readonly Readonly<{ uuid: string }>[] }>;
/** The card that a doctor of A is shown. */
const shownTo = async (national: string): Promise<Shown> => {
  const { body } = await at.call(callOf([orderOf('TDMTHO')], { national }));
  const [card] = body['cards'] as readonly Shown[];
  if (card === undefined) throw new Error('no card');
  return card;
};
const rowOf = async (card: string) =>
  (await at.pool.query('select * from duplicate_cards where id = $1', [card])).rows[0];
const facts = async () =>
  (await at.pool.query(`select data from events where type = 'CardAnswered'`)).rows;

const accepted = (card: Shown, more: object = {}) => ({
  card: card.uuid,
  outcome: 'accepted',
  acceptedSuggestions: [{ id: card.suggestions[0]?.uuid }],
  outcomeTimestamp: new Date().toISOString(),
  ...more,
});
const overridden = (card: Shown, code: string) => ({
  card: card.uuid,
  outcome: 'overridden',
  overrideReason: {
    reason: { code, system: 'urn:arkim:override-reason' },
    userComment: 'Frau Muster fiel die Treppe hinunter',
  },
  outcomeTimestamp: new Date().toISOString(),
});

describe('feedback', () => {
  test('is taken once by card, outcome and time, however often it comes', async () => {
    const card = await shownTo('F1');
    const item = accepted(card);
    for (let times = 0; times < 3; times++)
      expect((await of.feedback([item, item])).status).toBe(200);
    expect((await facts()).length).toBe(1);
    expect(await rowOf(card.uuid)).toMatchObject({ outcome: 'accepted', reason: '' });
  });
  test('keeps the coded reason; what people wrote is sealed', async () => {
    const card = await shownTo('F2');
    expect((await of.feedback([overridden(card, 'clinical-change')])).status).toBe(200);
    expect(await rowOf(card.uuid)).toMatchObject({
      outcome: 'overridden',
      reason: 'clinical-change',
    });
    expect(JSON.stringify(await facts())).not.toContain('Muster');
  });
  test('of a card that was never shown to this hospital by this service is 404; the others count', async () => {
    const card = await shownTo('F3');
    const item = accepted(card);
    expect((await of.feedback([item], { hospital: 'HOSP-B' })).status).toBe(404);
    expect((await of.feedback([item], { service: 'imaging-duplicate-select' })).status).toBe(404);
    expect((await of.feedback([item], { service: 'another' })).status).toBe(404);
    expect(await rowOf(card.uuid)).toMatchObject({ outcome: null });
    const unknown = { ...item, card: randomUUID() };
    expect((await of.feedback([unknown, item])).status).toBe(404);
    expect(await rowOf(card.uuid)).toMatchObject({ outcome: 'accepted' });
  });
  test.each([
    [undefined],
    [[]],
    [[{}]],
    [[{ card: 'x', outcome: 'accepted', outcomeTimestamp: '2026-01-01T00:00:00Z' }]],
    [[{ card: randomUUID(), outcome: 'maybe', outcomeTimestamp: '2026-01-01T00:00:00Z' }]],
    [[{ card: randomUUID(), outcome: 'accepted', outcomeTimestamp: 'yesterday' }]],
    [[{ card: randomUUID(), outcome: 'accepted', outcomeTimestamp: '2999-01-01T00:00:00Z' }]],
    [[{ card: randomUUID(), outcome: 'accepted', outcomeTimestamp: '0000-01-01T00:00:00Z' }]],
    [
      [
        {
          ...{ card: randomUUID(), outcome: 'overridden' },
          overrideReason: { reason: { code: 'because' } },
          outcomeTimestamp: '2026-01-01T00:00:00Z',
        },
      ],
    ],
    [Array.from({ length: 51 }, () => ({ card: randomUUID() }))],
  ])('that isn’t of the form is 400: %#', async (items) =>
    expect((await of.feedback(items)).status).toBe(400),
  );
  test('needs the JWT of a client', async () => {
    const address = `${at.api.url}/cds-services/imaging-duplicate-sign/feedback`;
    const token = await at.api.token('physician');
    for (const authorization of ['', `Bearer ${token}`]) {
      const headers = { authorization, 'content-type': 'application/json' };
      const answer = await fetch(address, { method: 'POST', headers, body: '{"feedback":[]}' });
      await answer.arrayBuffer();
      expect(answer.status).toBe(401);
    }
  });
});

describe('figures', () => {
  const figures = (query = '', roles = ['admin'], organisation = 'HOSP-A') =>
    of.get(`/governance/duplicates/figures${query}`, roles, organisation);

  test('count what was shown and answered, and name nobody', async () => {
    const { status, body, text } = await figures();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      hospital: 'HOSP-A',
      shown: {
        cards: 3,
        orders: 3,
        byService: [{ code: 'imaging-duplicate-sign', count: 3 }],
        byGrade: [{ code: 'SAME', count: 3 }],
      },
      answers: {
        ...{ accepted: 2, overridden: 1, none: 0 },
        byReason: [{ code: 'clinical-change', count: 1 }],
      },
      followed: { waiting: 2, done: 0, notDone: 0 },
      saved: { exams: 0, microsieverts: 0, bytes: 0 },
    });
    expect(text).not.toMatch(/F[123]|1\.2\.840/);
  });
  test('follow for 14 days whether the exam was done all the same', async () => {
    await at.pool.query(
      `update duplicate_cards set answered_at = now() - interval '15 days' where outcome = 'accepted'`,
    );
    const saved = (await figures()).body;
    expect(saved.followed).toEqual({ waiting: 0, done: 0, notDone: 2 });
    expect(saved.saved).toMatchObject({ exams: 2, microsieverts: 14_000, ofDose: 2, ofBytes: 2 });
    expect(saved.saved.bytes).toBeGreaterThan(0);
    await at.store(
      'HOSP-A',
      imageOf({ study: '1.2.840.98.77', national: 'F1', code: 'TDMTHO', days: 10 }),
    );
    await at.store(
      'HOSP-A',
      imageOf({ study: '1.2.840.98.78', national: 'F3', code: 'TDMABD', days: 10 }),
    );
    const followed = (await figures()).body;
    expect(followed.followed).toEqual({ waiting: 0, done: 1, notDone: 1 });
    expect(followed.saved).toMatchObject({ exams: 1, microsieverts: 7_000 });
  });
  test('are the own hospital’s; the agency’s of one or of all', async () => {
    expect((await figures('?hospital=HOSP-B')).status).toBe(403);
    expect((await figures('', ['admin'], 'HOSP-B')).body.shown.cards).toBe(0);
    expect((await figures('', ['admin'], AGENCY)).body).toMatchObject({
      hospital: null,
      shown: { cards: 3 },
    });
    expect((await figures('?hospital=HOSP-A', ['admin'], AGENCY)).body.shown.cards).toBe(3);
    expect((await figures('?hospital=NONE', ['admin'], AGENCY)).status).toBe(404);
    expect((await figures('', ['physician'])).status).toBe(403);
  });
  test('tell of orders that were cancelled without an answer, as hospitals without FHIR do', async () => {
    const placed = { national: 'F2', number: 'withdrawn', code: 'TDMTHO' };
    await of.place(placed);
    expect((await of.get('/governance/duplicates?number=withdrawn')).status).toBe(200);
    expect((await figures()).body.answers).toMatchObject({ withdrawn: 0, none: 1 });
    await of.place({ ...placed, state: 'cancelled' });
    expect((await figures()).body.answers).toMatchObject({ withdrawn: 1, none: 1 });
  });
  test('are of a period', async () => {
    const past = '?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z';
    expect((await figures(past)).body.shown.cards).toBe(0);
    for (const wrong of [
      '?from=x',
      '?to=0000-01-01T00:00:00Z',
      '?to=2020-01-01T00:00:00Z&from=2021-01-01T00:00:00Z',
      '?x=1',
    ])
      expect((await figures(wrong)).status).toBe(400);
  });
});
