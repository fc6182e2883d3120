import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { holdsFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { type CareApi, careApi, identifier, type Person } from '../care/care-api.js';

const PATH = '/governance/legal-holds';
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const reviewDue = inDays(300);

let care: CareApi;
let anna: Person;
let bert: Person;
let elsewhere: Person;
let agency: Person;
let claim: string;
const keeper = (organisation: string, subject: string, roles = ['records-manager']) =>
  care.person({ organisation, subject, roles });
beforeAll(async () => {
  care = await careApi();
  anna = await keeper('HOSP-A', 'anna');
  bert = await keeper('HOSP-A', 'bert', ['dpo']);
  elsewhere = await keeper('HOSP-B', 'carl');
  agency = await keeper('AGENCY', 'zoe', ['dpo']);
  claim = await care.study('HOSP-A', 'patient', '1.2.3');
});
afterAll(() => care.close());

/* Transactions of other tests on this server are waited for: they might have stored something. */
const place = () =>
  vi.waitUntil(
    async () => {
      const step = holdsFrom(care.api.ports.pool, undefined);
      while ((await step()).isBusy);
      return (await care.query('select from hold_work')).length === 0;
    },
    { timeout: 20_000, interval: 10 },
  );
/** Cases whose review is overdue, as the metrics tell. */
const overdue = async () => {
  const name = 'arkim_reviews_waiting{kind="legal-hold",state="overdue"}';
  const answer = await fetch(`${care.api.url}/metrics`, {
    headers: { authorization: `Bearer ${await care.api.token('admin')}` },
  });
  const line = (await answer.text()).split('\n').find((each) => each.startsWith(name));
  return Number(line?.slice(name.length));
};
const open = async (who: Person, scope: object, reason = 'a lawsuit') => {
  const { status, json } = await who.post(PATH, { scope, reason, reviewDue });
  expect(status).toBe(201);
  return json.id as string;
};

describe('persona 7: a records manager holds a study for a lawsuit', () => {
  test('it is held at once, shown with its reason, reviewed, and released by two', async () => {
    const id = await open(anna, { kind: 'study', study: '1.2.3' });
    expect((await anna.post(`${PATH}/held`, { claims: [claim] })).json).toEqual({ held: [claim] });
    await place();
    const shown = await bert.get(`${PATH}/${id}`);
    expect([shown.status, shown.json]).toMatchObject([
      200,
      { hospital: 'HOSP-A', scope: 'study', claim, reason: 'a lawsuit', reviewDue, placed: 1 },
    ]);
    expect(shown.json.confirmedAt).toMatch(/^\d{4}-.*Z$/);
    expect((await anna.get(`${PATH}/${id}/studies`)).json).toEqual({ items: [claim], more: false });
    const later = inDays(400);
    const review = { note: 'still before the court', reviewDue: later };
    expect((await bert.post(`${PATH}/${id}/review`, review)).status).toBe(204);
    expect((await anna.get(`${PATH}/${id}`)).json.reviewDue).toBe(later);
    expect((await anna.post(`${PATH}/${id}/release`)).status).toBe(409);
    expect((await anna.post(`${PATH}/${id}/ask-release`, { reason: 'settled' })).status).toBe(204);
    expect((await anna.post(`${PATH}/${id}/release`)).status).toBe(403);
    expect((await bert.post(`${PATH}/${id}/decline-release`)).status).toBe(204);
    expect((await bert.post(`${PATH}/${id}/release`)).status).toBe(409);
    expect((await bert.post(`${PATH}/${id}/ask-release`, { reason: 'settled' })).status).toBe(204);
    expect((await anna.get(`${PATH}?state=release-asked`)).json.items).toMatchObject([
      { id, askedReason: 'settled' },
    ]);
    expect((await anna.post(`${PATH}/${id}/release`)).status).toBe(204);
    await place();
    expect((await anna.post(`${PATH}/held`, { claims: [claim] })).json).toEqual({ held: [] });
    expect((await anna.post(`${PATH}/${id}/review`, review)).status).toBe(409);
    expect((await anna.get(`${PATH}?state=released`)).json.items).toMatchObject([{ id }]);
  });
  test('the same request again opens no other case', async () => {
    const key = { 'idempotency-key': '11111111-2222-4333-8444-555555555555' };
    const body = {
      scope: { kind: 'patient', patient: identifier('twice') },
      reason: 'x',
      reviewDue,
    };
    const first = await anna.post(PATH, body, key);
    expect((await anna.post(PATH, body, key)).json).toEqual(first.json);
    const { items } = (await anna.get(`${PATH}?limit=200`)).json;
    expect(items.filter(({ id }: { id: string }) => id === first.json.id)).toHaveLength(1);
  });
  test('whose review is due is counted, and listed first', async () => {
    const id = await open(anna, { kind: 'query', from: '2026-01-01', groups: ['CT'] });
    expect((await anna.get(`${PATH}?state=overdue`)).json.items).toEqual([]);
    expect(await overdue()).toBe(0);
    care.pass(24 * 301);
    const { items } = (await anna.get(`${PATH}?state=overdue`)).json;
    expect(items.map((one: { id: string }) => one.id)).toContain(id);
    expect(await overdue()).toBeGreaterThan(0);
    care.pass(-24 * 301);
    expect((await anna.get(`${PATH}/${id}`)).json.criteria).toEqual({
      ...{ from: '20260101', to: '', groups: ['CT'], regions: [] },
    });
  });
});

describe('whose cases', () => {
  test('those of another hospital, and those that are not there, are 404 alike', async () => {
    const id = await open(anna, { kind: 'study', claim });
    const never = await elsewhere.get(`${PATH}/00000000-0000-4000-8000-000000000000`);
    expect(never.status).toBe(404);
    expect(await elsewhere.get(`${PATH}/${id}`)).toEqual(never);
    expect(await elsewhere.get(`${PATH}/${id}/studies`)).toEqual(never);
    for (const act of ['ask-release', 'decline-release', 'release', 'review']) {
      const body = { 'ask-release': { reason: 'x' }, review: { reviewDue } }[act] ?? {};
      expect(await elsewhere.post(`${PATH}/${id}/${act}`, body)).toEqual(never);
    }
    const scope = { kind: 'study', claim };
    const theirs = await elsewhere.post(PATH, { scope, reason: 'x', reviewDue });
    expect(theirs).toEqual(never);
    expect((await elsewhere.post(`${PATH}/held`, { claims: [claim] })).json).toEqual({ held: [] });
    expect((await elsewhere.get(PATH)).json.items).toEqual([]);
  });
  test('the agency’s are for all: hospitals see them without their reason, and can’t release them', async () => {
    const id = await open(
      agency,
      { kind: 'patient', patient: identifier('patient') },
      'an inquiry',
    );
    expect((await agency.get(`${PATH}/${id}`)).json.reason).toBe('an inquiry');
    expect((await elsewhere.get(`${PATH}/${id}`)).json).toMatchObject({
      ...{ hospital: null, reason: null },
    });
    expect((await anna.post(`${PATH}/${id}/ask-release`, { reason: 'x' })).status).toBe(404);
    expect((await anna.post(`${PATH}/held`, { claims: [claim] })).json).toEqual({ held: [claim] });
  });
  test('machines decide nothing about them', async () => {
    const id = await open(anna, { kind: 'study', claim });
    const machine = await keeper('HOSP-A', 'robot', ['records-manager', 'hospital-system']);
    const asked = await machine.post(`${PATH}/${id}/ask-release`, { reason: 'x' });
    expect(asked.status).toBe(403);
  });
  test('each request is written down', async () => {
    const [row] = await care.query(
      `select count(*)::int as records from audit_records where action = 'keep-holds' and outcome = 'permit'`,
    );
    expect(row?.['records']).toBeGreaterThan(0);
  });
});

describe('a body that says too little, too much or nonsense', () => {
  const scope = { kind: 'study', claim: '0'.repeat(32) };
  const patient = { kind: 'patient', patient: identifier('p') };
  test.each([
    {},
    { scope, reviewDue },
    { scope, reason: '', reviewDue },
    { scope, reason: 'a\0b', reviewDue },
    { scope, reason: '\ud800', reviewDue },
    { scope, reason: 'x'.repeat(600), reviewDue },
    { scope, reason: 'x' },
    { scope: patient, reason: 'x', reviewDue: inDays(-1) },
    { scope: patient, reason: 'x', reviewDue: inDays(4_000) },
    { scope: { kind: 'study' }, reason: 'x', reviewDue },
    { scope: { kind: 'study', claim: 'x' }, reason: 'x', reviewDue },
    { scope: { kind: 'query', from: '2026-13-01' }, reason: 'x', reviewDue },
    { scope: { kind: 'query', from: '2026-02-01', to: '2026-01-01' }, reason: 'x', reviewDue },
    { scope: { kind: 'query', groups: ['XX'] }, reason: 'x', reviewDue },
    { scope: { kind: 'query', regions: ["'; drop"] }, reason: 'x', reviewDue },
    { scope: { kind: 'all' }, reason: 'x', reviewDue },
  ])('%j is 400', async (body) => expect((await anna.post(PATH, body)).status).toBe(400));
});
