import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CareApi, careApi, identifier, type Person } from './care-api.js';

let care: CareApi;
let anna: Person;
let agency: Person;
let claimA: string;
beforeAll(async () => {
  care = await careApi();
  anna = await care.patient('anna');
  agency = await care.agency();
  claimA = await care.study('HOSP-A', 'anna', '1.2.3');
  await care.study('HOSP-B', 'bert', '1.2.4');
});
afterAll(() => care.close());

const patientOf = (value: string) => care.api.ports.ids.patient('NAT', value);
const rowsOf = (table: string, value: string) =>
  care.query(`select * from ${table} where patient = $1 order by id`, [patientOf(value)]);
const link = async (value: string, human: string) => {
  await care.query(
    `insert into patient_ids (patient, person, authority, value) values ($1, $1, 'NAT', $2)`,
    [patientOf(value), value],
  );
  await care.query('select set_person($1, $2)', [patientOf(value), human]);
};

describe('R-003: a patient opposes', () => {
  test('to all, one hospital or one study, at once, and takes it back', async () => {
    const all = await anna.post('/governance/oppositions', {});
    const hospital = await anna.post('/governance/oppositions', { hospital: 'HOSP-A' });
    const study = await anna.post('/governance/oppositions', { claim: claimA });
    expect([all.status, hospital.status, study.status]).toEqual([201, 201, 201]);
    const rows = await rowsOf('oppositions', 'anna');
    expect(rows.map(({ hospital, claim }) => `${hospital}/${claim}`).sort()).toEqual(
      ['/', 'HOSP-A/', `/${claimA}`].sort(),
    );
    const { json } = await anna.get('/governance/consents');
    expect(json.oppositions).toHaveLength(3);
    expect(json.oppositions).toContainEqual({
      ...{ id: study.json.id, patient: patientOf('anna'), hospital: null, claim: claimA },
      from: expect.any(String),
    });
    for (const { id } of [all.json, hospital.json, study.json])
      expect((await anna.delete(`/governance/oppositions/${id}`)).status).toBe(204);
    expect(await rowsOf('oppositions', 'anna')).toEqual([]);
    expect((await anna.delete(`/governance/oppositions/${all.json.id}`)).status).toBe(404);
  });
  test('the agency records it for her, and so does the desk of a hospital', async () => {
    const desk = await care.person({ organisation: 'HOSP-C', roles: ['records-manager'] });
    for (const who of [agency, desk]) {
      const { status, json } = await who.post('/governance/oppositions', {
        patient: identifier('anna'),
      });
      expect([status, json.patient]).toEqual([201, patientOf('anna')]);
    }
    const [first, second] = (await anna.get('/governance/consents')).json.oppositions;
    expect((await desk.delete(`/governance/oppositions/${first.id}`)).status).toBe(403);
    expect((await anna.delete(`/governance/oppositions/${first.id}`)).status).toBe(204);
    expect((await agency.delete(`/governance/oppositions/${second.id}`)).status).toBe(204);
  });
  test('a repeat under the same key opposes once', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const ids = new Set<string>();
    for (let round = 0; round < 3; round++)
      ids.add((await anna.post('/governance/oppositions', {}, key)).json.id);
    expect(ids.size).toBe(1);
    expect(await rowsOf('oppositions', 'anna')).toHaveLength(1);
    expect(
      (await anna.post('/governance/oppositions', {}, { 'idempotency-key': '7' })).status,
    ).toBe(400);
    await anna.delete(`/governance/oppositions/${[...ids][0]}`);
    expect((await anna.post('/governance/oppositions', {}, key)).status).toBe(201);
    expect(await rowsOf('oppositions', 'anna')).toEqual([]);
  });
  test('many at once are each recorded, once', async () => {
    const many = Array.from({ length: 20 }, () => anna.post('/governance/oppositions', {}));
    expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([201]));
    const rows = await rowsOf('oppositions', 'anna');
    expect(rows).toHaveLength(20);
    for (const { id } of rows) await anna.delete(`/governance/oppositions/${id}`);
  });
  test('what is somebody else’s, or not there, is 404 alike', async () => {
    const bert = await care.patient('bert');
    const { json } = await anna.post('/governance/oppositions', {});
    const theirs = await bert.delete(`/governance/oppositions/${json.id}`);
    const never = await bert.delete(`/governance/oppositions/${randomUUID()}`);
    expect(theirs).toEqual(never);
    expect(theirs.status).toBe(404);
    const other = await bert.post('/governance/oppositions', { claim: claimA });
    expect(other.status).toBe(404);
    const noStudy = await bert.post('/governance/oppositions', { claim: '0'.repeat(32) });
    expect(other).toEqual(noStudy);
    expect(
      (await bert.post('/governance/oppositions', { patient: identifier('anna') })).status,
    ).toBe(403);
    await anna.delete(`/governance/oppositions/${json.id}`);
  });
  test('identifiers that are linked are one person’s', async () => {
    await link('anna', 'human');
    await link('anna-2', 'human');
    const again = await care.patient('anna-2');
    const { json } = await again.post('/governance/oppositions', { claim: claimA });
    expect(json).toMatchObject({ patient: patientOf('anna-2') });
    expect(await care.query('select person from oppositions where id = $1', [json.id])).toEqual([
      { person: 'human' },
    ]);
    expect((await anna.get('/governance/consents')).json.oppositions).toHaveLength(1);
    expect((await anna.delete(`/governance/oppositions/${json.id}`)).status).toBe(204);
  });
});

describe('a grant', () => {
  test('lets an organisation see up to a level until it ends', async () => {
    const until = '2031-01-01T00:00:00+01:00';
    const body = { organisation: 'HOSP-B', level: 'R', claim: claimA, until };
    const { status, json } = await anna.post('/governance/grants', body);
    expect(status).toBe(201);
    expect((await rowsOf('grants', 'anna'))[0]).toMatchObject({
      ...{ organisation: 'HOSP-B', actor: '', level: 'R', claim: claimA, person: 'human' },
      valid_until: new Date(until),
    });
    expect((await anna.get('/governance/consents')).json.grants).toMatchObject([
      { organisation: 'HOSP-B', actor: null, until: new Date(until).toISOString() },
    ]);
    expect((await anna.delete(`/governance/grants/${json.id}`)).status).toBe(204);
    expect((await anna.get('/governance/consents')).json.grants).toEqual([]);
  });
  test('is given by the patient or the agency, never by the hospital that would see more', async () => {
    const body = { patient: identifier('anna'), organisation: 'HOSP-B', level: 'V' };
    for (const role of ['records-manager', 'dpo']) {
      const desk = await care.person({ organisation: 'HOSP-B', roles: [role] });
      expect((await desk.post('/governance/grants', body)).status).toBe(403);
      const representative = { ...identifier('mallory') };
      const named = { patient: identifier('anna'), representative, capacity: 'guardian' };
      expect((await desk.post('/governance/representatives', named)).status).toBe(403);
    }
    const given = await agency.post('/governance/grants', body);
    expect(given.status).toBe(201);
    await agency.delete(`/governance/grants/${given.json.id}`);
  });
  test.each([
    {},
    { organisation: 'HOSP-B' },
    { level: 'R' },
    { organisation: 'HOSP-B', actor: '0'.repeat(32), level: 'R' },
    { organisation: 'HOSP-B', level: 'X' },
    { organisation: 'HOSP-Z', level: 'R' },
    { organisation: 'HOSP-B', level: 'R', until: 'tomorrow' },
    { organisation: 'HOSP-B', level: 'R', extra: 1 },
    { actor: 'dr who', level: 'R' },
  ])('%j is 400', async (body) =>
    expect((await anna.post('/governance/grants', body)).status).toBe(400),
  );
});

test('an exclusion keeps out an organisation or one person, until it is withdrawn', async () => {
  const whole = await anna.post('/governance/exclusions', { organisation: 'HOSP-C' });
  const one = await anna.post('/governance/exclusions', { actor: 'a'.repeat(32) });
  expect([whole.status, one.status]).toEqual([201, 201]);
  const { json } = await anna.get('/governance/consents');
  expect(json.exclusions).toHaveLength(2);
  for (const { id } of [whole.json, one.json])
    expect((await anna.delete(`/governance/exclusions/${id}`)).status).toBe(204);
  expect(await rowsOf('exclusions', 'anna')).toEqual([]);
});

test('a representative is named and removed; both sides see it', async () => {
  const body = { representative: identifier('mother'), capacity: 'parent' };
  const { status, json } = await anna.post('/governance/representatives', body);
  expect(status).toBe(201);
  expect((await rowsOf('representatives', 'anna'))[0]).toMatchObject({
    ...{ person: 'human', representative: patientOf('mother') },
    representative_person: patientOf('mother'),
  });
  const mother = await care.patient('mother');
  expect((await mother.get('/governance/consents')).json.represents).toHaveLength(1);
  expect((await mother.delete(`/governance/representatives/${json.id}`)).status).toBe(404);
  expect((await anna.delete(`/governance/representatives/${json.id}`)).status).toBe(204);
  expect((await mother.get('/governance/consents')).json.represents).toEqual([]);
  const oneself = { representative: identifier('anna'), capacity: 'parent' };
  expect((await anna.post('/governance/representatives', oneself)).status).toBe(400);
});

test('the agency reads the consents of whom it names, and nobody else those of others', async () => {
  const body = { patient: identifier('anna') };
  const found = await agency.post('/governance/consents/search', body);
  expect(found.json).toEqual((await anna.get('/governance/consents')).json);
  expect((await anna.post('/governance/consents/search', body)).status).toBe(403);
  const desk = await care.person({ organisation: 'HOSP-A', roles: ['dpo'] });
  expect((await desk.post('/governance/consents/search', body)).status).toBe(403);
  expect((await agency.get('/governance/consents')).status).toBe(403);
});

test('the agency in the name of a physician may not speak for patients', async () => {
  const acting = await care.person({
    ...{ organisation: 'AGENCY', roles: ['agency'] },
    act: { subject: 'dr-x', organisation: 'HOSP-B', roles: ['physician'] },
  });
  const body = { patient: identifier('anna') };
  expect((await acting.post('/governance/oppositions', body)).status).toBe(403);
});

test('there is an end to how much one patient may say', async () => {
  const cara = await care.patient('cara');
  for (let count = 0; count < 100; count++)
    expect((await cara.post('/governance/exclusions', { organisation: 'HOSP-A' })).status).toBe(
      201,
    );
  const more = await cara.post('/governance/exclusions', { organisation: 'HOSP-A' });
  expect([more.status, more.json.type]).toEqual([409, 'urn:arkim:problem:conflict']);
  expect((await cara.post('/governance/oppositions', {})).status).toBe(201);
});
