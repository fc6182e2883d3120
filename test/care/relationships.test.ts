import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CareFeed, careFeed } from '#index/care-feed';
import { type CareApi, careApi, identifier, type Person } from './care-api.js';

const PATH = '/governance/relationships';
const REVIEWS = '/governance/relationship-reviews';
const attestation = 'I take part in the treatment of this patient.';

let care: CareApi;
let doctor: Person;
let dpo: Person;
let feed: CareFeed;
beforeAll(async () => {
  care = await careApi();
  doctor = await care.doctor('HOSP-B');
  dpo = await care.dpo('HOSP-B');
  feed = careFeed(care.api.ports.care, care.api.ports.ids);
});
afterAll(() => care.close());

const declare = (value: string, more = {}, who = doctor) =>
  who.post(PATH, { patient: identifier(value), attestation, purpose: 'TREAT', ...more });
const relationshipsOf = (value: string) =>
  care.query(`select * from relationships where patient = $1 order by valid_from`, [
    care.api.ports.ids.patient('NAT', value),
  ]);
const order = () => ({ id: randomUUID(), actor: 'feed' });

describe('a declared relationship', () => {
  test('holds for the caller alone, or for the organisation, for a while', async () => {
    const own = await declare('1', { days: 7 });
    expect(own.status).toBe(201);
    expect(own.json).not.toHaveProperty('sampled');
    const days = (Date.parse(own.json.until) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThanOrEqual(7);
    const whole = await declare('1', { scope: 'organisation', days: 300 });
    expect((Date.parse(whole.json.until) - Date.now()) / 86_400_000).toBeLessThanOrEqual(30);
    const [first, second] = await relationshipsOf('1');
    expect(first).toMatchObject({ kind: 'declared', organisation: 'HOSP-B', claim: '' });
    expect(first?.['actor']).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.['actor']).toBe('');
  });
  test('is listed for those for whom it holds, and ended by them', async () => {
    const { json } = await declare('listed');
    const colleague = await care.doctor('HOSP-B', 'colleague');
    const elsewhere = await care.doctor('HOSP-A');
    const has = async (who: Person) =>
      (await who.get(PATH)).json.items.some(({ id }: { id: string }) => id === json.id);
    expect([await has(doctor), await has(colleague), await has(elsewhere)]).toEqual([
      true,
      false,
      false,
    ]);
    for (const who of [colleague, elsewhere])
      expect((await who.delete(`${PATH}/${json.id}`)).status).toBe(404);
    expect((await doctor.delete(`${PATH}/${json.id}`)).status).toBe(204);
    expect(await has(doctor)).toBe(false);
    expect((await doctor.delete(`${PATH}/${json.id}`)).status).toBe(204);
  });
  test('a repeat under the same key declares nothing more', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const body = { patient: identifier('repeat'), attestation, purpose: 'TREAT' };
    const [first, second] = [
      await doctor.post(PATH, body, key),
      await doctor.post(PATH, body, key),
    ];
    expect(second).toEqual(first);
    expect(await relationshipsOf('repeat')).toHaveLength(1);
  });
  test.each([
    { attestation: undefined },
    { attestation: '  ' },
    { purpose: 'CURIOSITY' },
    { purpose: undefined },
    { days: 0 },
    { scope: 'everybody' },
    { patient: undefined },
    { patient: { authority: 'NAT', value: '' } },
    { patient: { authority: 'NAT', value: 'x'.repeat(65) } },
    { patient: { authority: 'NAT', value: 'a\u0000b' } },
  ])('with %j it is 400', async (change) => expect((await declare('1', change)).status).toBe(400));
  test.each(['modality', 'records-manager', 'dpo', 'admin', 'patient'])(
    'a %s declares none',
    async (role) => {
      const who = await care.person({
        ...{ organisation: 'HOSP-B', roles: [role] },
        ...(role === 'patient' ? { patient: 'NAT:1' } : {}),
      });
      expect((await declare('1', {}, who)).status).toBe(403);
    },
  );
});

describe('the review of a sample', () => {
  type Drawn = Readonly<{ id: string; overdue: boolean; outcome: string | null }>;
  const queue = async (state = 'open', who = dpo) =>
    (await who.get(`${REVIEWS}?state=${state}`)).json.items as readonly Drawn[];

  test('draws about one in ten, by nobody’s choice', async () => {
    const declared = await Promise.all(
      Array.from({ length: 60 }, (_, at) => declare(`sampled-${at}`)),
    );
    const ids = new Set(declared.map(({ json }) => json.id));
    const drawn = (await queue()).filter(({ id }) => ids.has(id));
    expect(drawn.length).toBeGreaterThan(0);
    expect(drawn.length).toBeLessThan(25);
    expect(await queue('open', await care.dpo('HOSP-A'))).toEqual([]);
  });
  test('one that is not justified ends with it; a justified one goes on', async () => {
    const [good, bad] = (await queue()) as [Drawn, Drawn];
    const untilOf = async ({ id }: Drawn) =>
      (
        await care.query('select valid_until > now() as holds from relationships where id = $1', [
          id,
        ])
      )[0];
    const judge = (id: string, outcome: string, who = dpo) =>
      who.post(`${REVIEWS}/${id}`, { outcome });
    expect((await judge(bad.id, 'unjustified', await care.dpo('HOSP-A'))).status).toBe(404);
    expect((await judge(good.id, 'justified')).status).toBe(204);
    expect((await judge(bad.id, 'unjustified')).status).toBe(204);
    expect((await judge(bad.id, 'justified')).status).toBe(409);
    expect(await untilOf(good)).toEqual({ holds: true });
    expect(await untilOf(bad)).toEqual({ holds: false });
    expect((await queue('reviewed')).map(({ outcome }) => outcome).sort()).toEqual([
      'justified',
      'unjustified',
    ]);
    expect((await queue()).some(({ id }) => id === bad.id)).toBe(false);
  });
  test('is overdue after 72 hours', async () => {
    expect(await queue('overdue')).toEqual([]);
    const waiting = await queue();
    care.pass(73);
    expect((await queue('overdue')).map(({ id }) => id)).toEqual(waiting.map(({ id }) => id));
  });
  test.each(['physician', 'records-manager', 'admin', 'patient'])('is not a %s’s', async (role) => {
    const who = await care.person({
      ...{ organisation: 'HOSP-B', roles: [role] },
      ...(role === 'patient' ? { patient: 'NAT:1' } : {}),
    });
    expect((await who.get(REVIEWS)).status).toBe(403);
    expect((await who.post(`${REVIEWS}/${randomUUID()}`, { outcome: 'justified' })).status).toBe(
      403,
    );
  });
});

describe('R-403: what a feed tells', () => {
  const FROM = '2026-11-01T10:00:00.000Z';
  const UNTIL = '2026-11-02T10:00:00.000Z';
  const visit = { organisation: 'HOSP-C', visit: 'V1', patient: identifier('fed') };

  test('an encounter opens, closes, and opens again when its end was a mistake', async () => {
    const open = () => feed.openEncounter(order(), visit, { from: FROM, until: null });
    for (let round = 0; round < 2; round++) expect(await open()).toEqual({ ok: true });
    const [row, ...others] = await relationshipsOf('fed');
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: 'encounter', organisation: 'HOSP-C', actor: '' });
    expect(row?.['valid_until']).toBe(Number.POSITIVE_INFINITY);
    await feed.closeEncounter(order(), visit, UNTIL);
    expect((await relationshipsOf('fed'))[0]).toMatchObject({ valid_until: new Date(UNTIL) });
    await open();
    expect((await relationshipsOf('fed'))[0]?.['valid_until']).toBe(Number.POSITIVE_INFINITY);
  });
  test('a message that is told again is the same order', async () => {
    const message = order();
    const period = { from: FROM, until: null };
    const told = { ...visit, visit: 'V2' };
    await feed.openEncounter(message, told, period);
    await feed.closeEncounter(order(), told, UNTIL);
    await feed.openEncounter(message, told, period);
    const rows = await relationshipsOf('fed');
    expect(rows.filter((row) => row['valid_until'] === Number.POSITIVE_INFINITY)).toHaveLength(1);
  });
  test('an encounter that nobody opened is closed without a word', async () =>
    expect(await feed.closeEncounter(order(), { ...visit, visit: 'never' }, UNTIL)).toEqual({
      ok: true,
    }));
  test('the same visit of another patient is another encounter', async () => {
    const moved = { ...visit, patient: identifier('moved') };
    await feed.openEncounter(order(), moved, { from: FROM, until: null });
    expect(await relationshipsOf('moved')).toHaveLength(1);
  });
  test('an order holds for its time, and ends', async () => {
    const placed = { organisation: 'HOSP-C', number: 'O1', patient: identifier('ordered') };
    const period = { from: FROM, until: '2027-01-01T00:00:00.000Z' };
    await feed.recordOrder(order(), { ...placed, claim: '' }, period);
    expect(await relationshipsOf('ordered')).toMatchObject([
      { kind: 'order', valid_until: new Date(period.until) },
    ]);
    await feed.endOrder(order(), placed, UNTIL);
    expect(await relationshipsOf('ordered')).toMatchObject([{ valid_until: new Date(UNTIL) }]);
  });
  test('what is between the patient and others moves with a link', async () => {
    const fed = care.api.ports.ids.patient('NAT', 'fed');
    await care.query(
      `insert into patient_ids (patient, person, authority, value) values ($1, $1, 'NAT', 'fed')`,
      [fed],
    );
    await care.query('select set_person($1, $2)', [fed, 'human']);
    expect(new Set((await relationshipsOf('fed')).map(({ person }) => person))).toEqual(
      new Set(['human']),
    );
    await feed.openEncounter(order(), { ...visit, visit: 'V3' }, { from: FROM, until: null });
    expect(new Set((await relationshipsOf('fed')).map(({ person }) => person))).toEqual(
      new Set(['human']),
    );
  });
});
