import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CareApi, careApi, identifier, type Person } from './care-api.js';

const GLASS = '/governance/break-glass';
const reason = { code: 'vital-interest', text: 'found unconscious at the station' };

let care: CareApi;
let doctor: Person;
let dpo: Person;
beforeAll(async () => {
  care = await careApi();
  doctor = await care.doctor('HOSP-B');
  dpo = await care.dpo('HOSP-B');
});
afterAll(() => care.close());

const open = (value: string, headers = {}) =>
  doctor.post(GLASS, { patient: identifier(value), reason }, headers);
/** How many wait for a review, as the metrics tell: `break-glass overdue`. */
const metric = async (wanted: string) => {
  const [kind, state] = wanted.split(' ');
  const name = `arkim_reviews_waiting{kind="${kind}",state="${state}"}`;
  const answer = await fetch(`${care.api.url}/metrics`, {
    headers: { authorization: `Bearer ${await care.api.token('admin')}` },
  });
  const line = (await answer.text()).split('\n').find((each) => each.startsWith(name));
  return Number(line?.slice(name.length));
};

describe('R-003 R-401: glass is broken, looked at and judged', () => {
  let id: string;
  test('it opens for four hours, whether the patient is known or not', async () => {
    const { status, json, type } = await open('1');
    expect([status, type]).toEqual([201, 'application/json']);
    expect(Date.parse(json.until) - Date.now()).toBeGreaterThan(3.9 * 3_600_000);
    expect(Date.parse(json.until) - Date.now()).toBeLessThanOrEqual(4 * 3_600_000);
    expect(Date.parse(json.reviewDue) - Date.now()).toBeGreaterThan(71.9 * 3_600_000);
    id = json.id;
    expect(
      await care.query('select valid_until, person from break_glass where id = $1', [id]),
    ).toEqual([
      { valid_until: new Date(json.until), person: care.api.ports.ids.patient('NAT', '1') },
    ]);
  });
  test('to break it again while it is open is the same act', async () => {
    const again = await open('1');
    expect([again.status, again.json.id]).toEqual([200, id]);
    expect(await care.query('select id from break_glass where id = $1', [id])).toHaveLength(1);
  });
  test('a repeat under the same key is answered in the same way, and only for that patient', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await open('repeat', key);
    const second = await open('repeat', key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json).toEqual(first.json);
    expect((await open('repeat-other', key)).json.id).not.toBe(first.json.id);
    const other = await care.doctor('HOSP-B', 'another');
    const theirs = await other.post(GLASS, { patient: identifier('repeat'), reason }, key);
    expect(theirs.status).toBe(201);
    expect(theirs.json.id).not.toBe(first.json.id);
  });
  test('nothing that names the patient or the reason stands in the log in clear', async () => {
    const facts = await care.query(`select type, data::text, metadata::text, sealed from events`);
    const text = facts.map(({ type, data, metadata }) => `${type}${data}${metadata}`).join();
    expect(text).toContain('BreakGlassOpened');
    expect(text).not.toMatch(/vital-interest|unconscious|NAT/);
  });
  test('the queue shows it to the officer of the same organisation, with the reason on request', async () => {
    const { json } = await dpo.get(GLASS);
    expect(json.items.map((item: { id: string }) => item.id)).toContain(id);
    const shown = await dpo.get(`${GLASS}/${id}`);
    expect(shown.json).toMatchObject({
      ...{ organisation: 'HOSP-B', overdue: false, reviewedAt: null, outcome: null },
      ...{ named: identifier('1'), reason },
    });
    const elsewhere = await care.dpo('HOSP-A');
    expect((await elsewhere.get(GLASS)).json).toEqual({ items: [], more: false });
    expect((await elsewhere.get(`${GLASS}/${id}`)).status).toBe(404);
    const judged = await elsewhere.post(`${GLASS}/${id}/review`, { outcome: 'justified' });
    expect(judged.status).toBe(404);
  });
  test('it is overdue after 72 hours, and counted', async () => {
    expect(await metric('break-glass overdue')).toBe(0);
    expect(await metric('break-glass open')).toBe(4);
    care.pass(73);
    expect((await dpo.get(`${GLASS}?state=overdue`)).json.items).toHaveLength(4);
    expect((await dpo.get(`${GLASS}/${id}`)).json.overdue).toBe(true);
    expect(await metric('break-glass overdue')).toBe(4);
  });
  test('after four hours it has to be broken anew', async () => {
    expect((await open('1')).status).toBe(201);
  });
  test('it is judged once', async () => {
    const review = (outcome: string) =>
      dpo.post(`${GLASS}/${id}/review`, { outcome, note: 'seen' });
    expect((await review('justified')).status).toBe(204);
    expect((await review('justified')).status).toBe(204);
    const other = await review('unjustified');
    expect([other.status, other.json.type]).toEqual([409, 'urn:arkim:problem:conflict']);
    expect((await dpo.get(`${GLASS}/${id}`)).json).toMatchObject({
      outcome: 'justified',
      overdue: false,
    });
    expect((await dpo.get(`${GLASS}?state=reviewed`)).json.items).toHaveLength(1);
    expect(await metric('break-glass overdue')).toBe(3);
  });
  test('nobody judges what they did themselves', async () => {
    const both = await care.person({
      organisation: 'HOSP-B',
      subject: 'both',
      roles: ['physician', 'dpo'],
      mfa: true,
    });
    const { json } = await both.post(GLASS, { patient: identifier('own-case'), reason });
    const judged = await both.post(`${GLASS}/${json.id}/review`, { outcome: 'justified' });
    expect(judged.status).toBe(403);
    expect(judged.json.detail).toBe('Nobody judges what they did themselves.');
  });
  test('the queue comes page by page, the review that is due first before others', async () => {
    const seen: string[] = [];
    for (let after = '', more = true; more; ) {
      const { json } = await dpo.get(`${GLASS}?limit=2${after}`);
      seen.push(...json.items.map((item: { reviewDue: string }) => item.reviewDue));
      more = json.more;
      after = `&after=${json.items.at(-1).id}`;
    }
    expect(seen).toHaveLength(5);
    expect(seen.toSorted()).toEqual(seen);
  });
});

type Notice = Readonly<{ id: string; subject: string; identifiers: readonly unknown[] }>;

describe('notices', () => {
  test('the officer and the patient are told, once', async () => {
    const { json: opened } = await open('told');
    const patient = care.api.ports.ids.patient('NAT', 'told');
    await care.query(
      `insert into patient_ids (patient, person, authority, value) values ($1, 'human', 'NAT', 'told'), ('other', 'human', 'HOSP-A', '7')`,
      [patient],
    );
    const about = (items: readonly Notice[]) =>
      items.filter(({ subject }) => subject === opened.id);
    const [toDpo] = about((await dpo.get('/governance/notices')).json.items);
    expect(toDpo).toMatchObject({ kind: 'break-glass', audience: 'dpo', person: 'human' });
    expect(toDpo).not.toHaveProperty('identifiers');
    const agency = await care.agency();
    const toPatient = about((await agency.get('/governance/notices')).json.items)[0] as Notice;
    expect(toPatient.identifiers).toHaveLength(2);
    expect(toPatient.identifiers).toContainEqual(identifier('told'));
    const path = `/governance/notices/${toPatient.id}/delivered`;
    expect((await dpo.post(path)).status).toBe(404);
    expect((await agency.post(path)).status).toBe(204);
    const [at] = await care.query('select delivered_at from notices where id = $1', [toPatient.id]);
    expect((await agency.post(path)).status).toBe(204);
    expect(
      await care.query('select delivered_at from notices where id = $1', [toPatient.id]),
    ).toEqual([at]);
    expect(about((await agency.get('/governance/notices')).json.items)).toEqual([]);
    expect(
      about((await agency.get('/governance/notices?state=delivered')).json.items),
    ).toHaveLength(1);
  });
  test('another organisation’s officer sees none of them', async () => {
    const elsewhere = await care.dpo('HOSP-C');
    expect((await elsewhere.get('/governance/notices')).json.items).toEqual([]);
  });
});

describe('who may not break glass', () => {
  const body = { patient: identifier('1'), reason };
  test('nobody with one factor', async () => {
    const single = await care.person({ organisation: 'HOSP-B', roles: ['physician'] });
    expect((await single.post(GLASS, body)).status).toBe(403);
  });
  test.each(['modality', 'records-manager', 'dpo', 'admin', 'patient', 'agency'])(
    'not a %s',
    async (role) => {
      const who = await care.person({
        ...{ organisation: 'HOSP-B', roles: [role], mfa: true },
        ...(role === 'patient' ? { patient: 'NAT:1' } : {}),
      });
      expect((await who.post(GLASS, body)).status).toBe(403);
    },
  );
  test('nobody of an organisation that is no hospital here', async () => {
    const stranger = await care.doctor('HOSP-Z');
    expect((await stranger.post(GLASS, body)).status).toBe(403);
  });
  test('nobody without a reason', async () => {
    for (const without of [
      undefined,
      {},
      { code: 'vital-interest', text: ' ' },
      { code: 'bored', text: 'x' },
    ])
      expect((await doctor.post(GLASS, { ...body, reason: without })).status).toBe(400);
  });
});
