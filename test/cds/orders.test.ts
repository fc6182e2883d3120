import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Card } from '../../apps/archive-api/src/cds/card-shape.js';
import { overrideReasons } from '../../apps/archive-api/src/cds/codes.js';
import { wordsOfLanguage } from '../../apps/archive-api/src/cds/words-of-language.js';
import { type Answer, type CdsArchive, cdsArchive, type Json } from './cds-archive.js';
import { callOf, daysAgo, imageOf, orderOf } from './cds-files.js';
import { faultsOfCall, judged } from './judge.js';

let at: CdsArchive;
beforeAll(async () => {
  at = await cdsArchive();
  const of = (study: string) => ({ study: `1.2.840.99.${study}` });
  await at.store('HOSP-B', imageOf({ ...of('40'), national: 'N1', code: 'CT-THX-N' }));
  await at.store('HOSP-C', imageOf({ ...of('41'), national: 'N1', code: 'SCABDO', days: 20 }));
  await at.store('HOSP-B', imageOf({ ...of('42'), national: 'N2', code: 'CT-THX-KM' }));
  await at.store('HOSP-B', imageOf({ ...of('43'), national: 'N3', code: 'CT-THX-N', days: 400 }));
  const knee = { national: 'N4', code: 'MR-KNIE-L', modality: 'MR', days: 10 };
  await at.store('HOSP-B', imageOf({ ...of('44'), ...knee }));
});
afterAll(() => at.close());

const cardsOf = ({ body }: Answer) => body['cards'] as readonly Card[];
const sign = async (orders: readonly Json[], national = 'N1') => {
  const body = callOf(orders, { national });
  expect(faultsOfCall(body)).toEqual([]);
  return cardsOf(judged(await at.call(body)));
};

test('each order of a basket has the card of its own exam', async () => {
  const cards = await sign([
    orderOf('TDMTHO', { id: 'chest' }),
    orderOf('TDMABD', { id: 'abdomen' }),
    { resourceType: 'MedicationRequest', status: 'draft', intent: 'order' },
  ]);
  expect(cards.map(({ summary, suggestions }) => [summary, suggestions?.[0]?.actions])).toEqual([
    [
      'CT chest done 6 days ago at CH Nord: images available',
      [expect.objectContaining({ resourceId: 'ServiceRequest/chest' })],
    ],
    [
      'CT abdomen done 20 days ago at Cavaillon: images available',
      [expect.objectContaining({ resourceId: 'ServiceRequest/abdomen' })],
    ],
  ]);
});

describe('what is no repeat is not called one', () => {
  test('an exam with contrast, where one without is ordered: good to compare with', async () => {
    const [card] = await sign([orderOf('TDMTHO')], 'N2');
    expect([card?.indicator, card?.suggestions]).toEqual(['info', undefined]);
    expect(card?.summary).toMatch(/^To compare with: CT chest done 6 days ago/);
  });
  test('an old one', async () => expect(await sign([orderOf('TDMTHO')], 'N3')).toEqual([]));
  test('nor is one that is ordered as a follow-up', async () => {
    const [card] = await sign([
      orderOf('TDMTHO', { reasonCode: [{ text: 'contrôle de nodule' }] }),
    ]);
    expect([card?.indicator, card?.suggestions?.[0]?.isRecommended]).toEqual(['info', false]);
  });
  test.each([
    ['a code that nobody knows', 'NIX'],
    ['another region', 'TDMABD'],
  ])('%s', async (_, code) => expect(await sign([orderOf(code)], 'N4')).toEqual([]));
  test('what is not to be done', async () => {
    expect(await sign([orderOf('TDMTHO', { status: 'revoked' })])).toEqual([]);
    expect(await sign([orderOf('TDMTHO', { doNotPerform: true })])).toEqual([]);
  });
});

test('R-303: the prescriber’s own program asks while the order is chosen, about the chosen one only', async () => {
  const orders = [orderOf('TDMTHO', { id: 'chosen' }), orderOf('TDMABD', { id: 'other' })];
  await sign(orders);
  const hook = 'order-select';
  const body = callOf(orders, { hook, selections: ['ServiceRequest/chosen'] });
  expect(faultsOfCall(body)).toEqual([]);
  const answer = judged(await at.call(body, { service: 'imaging-duplicate-select' }));
  const cards = cardsOf(answer);
  expect(cards.map(({ summary, indicator }) => [summary, indicator])).toEqual([
    ['CT chest done 6 days ago at CH Nord: images available', 'info'],
  ]);
  expect(cards[0]?.detail).toContain('typical ≈ 7 mSv');
  expect(answer.body['systemActions']).toBeUndefined();
});

test('an order of another hospital that waits counts too', async () => {
  const { pool } = at;
  const patient = at.personOf('1.3.182.4.4', 'N9');
  await pool.query(
    `insert into orders (id, hospital, patient, state, number, procedure, ordered_at) values ('o1', 'HOSP-B', $1, 'active', '77', $2, now())`,
    [patient, JSON.stringify(waiting)],
  );
  const [card] = await sign([orderOf('TDMTHO')], 'N9');
  expect(card).toMatchObject({ summary: 'CT chest is ordered already at CH Nord' });
  expect(card?.links).toBeUndefined();
  expect(card?.detail).toContain('**PENDING**');
});

const waiting = {
  codes: [{ system: 'urn:example:HOSP-B', value: 'CT-THX-N', display: '' }],
  ...{ descriptions: [], modality: '', bodySites: [], laterality: '', reasons: [] },
};

test('the side of an order may stand in its body site', async () => {
  const side = (code: string) => [{ coding: [{ system: 'http://snomed.info/sct', code }] }];
  const knee = { text: 'as it is', coding: [{ system: 'urn:example:HOSP-B', code: 'MR-KNIE-L' }] };
  const asked = async (code: string) => {
    const order = orderOf('x', { code: knee, bodySite: side(code) });
    return cardsOf(await at.call(callOf([order], { national: 'N4' }), { hospital: 'HOSP-B' }));
  };
  expect((await asked('7771000'))[0]?.summary).toContain('MRI left knee done 10 days ago');
  expect(await asked('24028007')).toEqual([]);
});

test('reasons to order all the same are the archive’s codes, each in words', () => {
  for (const language of ['en', 'fr', 'de', 'pt'] as const) {
    const reasons = overrideReasons(wordsOfLanguage(language).overrides);
    expect(new Set(reasons.map(({ code }) => code)).size).toBe(12);
    for (const { system, display } of reasons)
      expect([system, display !== '']).toEqual(['urn:arkim:override-reason', true]);
  }
});

describe('a body that is no call is refused with 400, and says nothing of itself', () => {
  const good = callOf([orderOf('TDMTHO')]) as { context: Json } & Json;
  const inContext = (change: Json) => ({ ...good, context: { ...good.context, ...change } });
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const deep = JSON.stringify(good).replace('"status":"draft"', `"extension":${nested(20_000)}`);
  const bodies: readonly (readonly [string, unknown])[] = [
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', []],
    ['null', null],
    ['another hook', { ...good, hook: 'patient-view' }],
    ['no instance', { ...good, hookInstance: 'again' }],
    ['no context', { ...good, context: undefined }],
    ['no user', inContext({ userId: undefined })],
    ['a user that is an address', inContext({ userId: 'https://else.example/Practitioner/1' })],
    ['a patient with blanks', inContext({ patientId: '1 or 2' })],
    ['no bundle', inContext({ draftOrders: { resourceType: 'Patient' } })],
    [
      'orders that are none',
      inContext({ draftOrders: { resourceType: 'Bundle', entry: [{ resource: 7 }] } }),
    ],
    [
      'an order without a subject',
      inContext({
        draftOrders: {
          resourceType: 'Bundle',
          entry: [{ resource: { resourceType: 'ServiceRequest' } }],
        },
      }),
    ],
    [
      'too many orders',
      inContext({ draftOrders: { resourceType: 'Bundle', entry: Array(201).fill({}) } }),
    ],
    ['what is nested without end', deep],
    [
      'a prefetched patient that is none',
      { ...good, prefetch: { patient: { resourceType: 'Group' } } },
    ],
  ];
  test.each(bodies)('%s', async (_, body) => {
    const answer = await at.call(body);
    expect([answer.status, answer.body['resourceType']]).toEqual([400, 'OperationOutcome']);
    expect(answer.text).not.toMatch(/1288992|TDMTHO|N1/);
  });
  test('more than a call may bring is 413', async () => {
    const order = orderOf('TDMTHO', { note: [{ text: 'x'.repeat(300_000) }] });
    expect((await at.call(callOf([order]))).status).toBe(413);
  });
});

test('the days of an order may be anything', async () => {
  for (const occurrenceDateTime of [
    '9999-99-99',
    '0000-00-00',
    'tomorrow',
    '99999999999',
    daysAgo(-5),
  ]) {
    const cards = await sign([orderOf('TDMTHO', { occurrenceDateTime })]);
    expect([occurrenceDateTime, cards.length]).toEqual([occurrenceDateTime, 1]);
  }
});

test('a service that is not there is 404, and a look at one 405', async () => {
  const service = `${at.api.url}/cds-services/`;
  expect((await fetch(`${service}nothing`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${service}imaging-duplicate-sign`)).status).toBe(405);
});
