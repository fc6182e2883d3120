import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CareApi, careApi, identifier, type Person } from './care-api.js';

const PATH = '/governance/confidentiality';

let care: CareApi;
let anna: Person;
let doctor: Person;
let claim: string;
beforeAll(async () => {
  care = await careApi();
  anna = await care.patient('anna');
  doctor = await care.doctor('HOSP-A');
  claim = await care.study('HOSP-A', 'anna', '1.2.3');
});
afterAll(() => care.close());

const markOf = async () =>
  (
    await care.query('select confidentiality as level, tags from study_access where claim = $1', [
      claim,
    ])
  )[0];

describe('how confidential a study is', () => {
  test('the patient and the custodian say, and the stricter holds', async () => {
    const byPatient = await anna.post(PATH, { claim, level: 'R', tags: ['private'] });
    expect([byPatient.status, byPatient.json]).toEqual([
      200,
      { claim, level: 'R', tags: ['private'] },
    ]);
    const byDoctor = await doctor.post(PATH, { study: '1.2.3', level: 'V', tags: ['adolescent'] });
    expect(byDoctor.json).toEqual({ claim, level: 'V', tags: ['adolescent', 'private'] });
    expect(await markOf()).toEqual({ level: 'V', tags: ['adolescent', 'private'] });
    expect((await doctor.post(PATH, { claim, level: 'N' })).json.level).toBe('R');
    expect((await anna.post(PATH, { claim, level: 'N' })).json).toEqual({
      claim,
      level: 'N',
      tags: [],
    });
  });
  test('it is sealed under the study’s key, on a stream beside the study’s own', async () => {
    const facts = await care.query(
      `select stream, sealed_key, data::text from events where type = 'ConfidentialitySet'`,
    );
    expect(facts.length).toBeGreaterThan(0);
    for (const { stream, sealed_key, data } of facts) {
      expect([stream, sealed_key]).toEqual([`access-${claim}`, claim]);
      expect(data).not.toMatch(/adolescent|private|level/);
    }
  });
  test('a study of others, and one that is not there, are 404 alike', async () => {
    const bert = await care.patient('bert');
    const elsewhere = await care.doctor('HOSP-B');
    const never = await bert.post(PATH, { claim: '0'.repeat(32), level: 'V' });
    expect(never.status).toBe(404);
    expect(await bert.post(PATH, { claim, level: 'V' })).toEqual(never);
    expect(await elsewhere.post(PATH, { claim, level: 'V' })).toEqual(never);
    expect(await elsewhere.post(PATH, { study: '1.2.3', level: 'V' })).toEqual(never);
    expect(await anna.post(PATH, { study: '1.2.3', level: 'V' })).toEqual(never);
    expect(await markOf()).toEqual({ level: 'N', tags: [] });
  });
  test.each([
    {},
    { level: 'V' },
    { claim: 'x', level: 'V' },
    { claim: '0'.repeat(32), study: '1.2.3', level: 'V' },
    { study: '1.2.x', level: 'V' },
    { study: `1.${'2'.repeat(64)}`, level: 'V' },
    { claim: '0'.repeat(32), level: 'v' },
    { claim: '0'.repeat(32), level: 'V', tags: ['Not a tag'] },
    { claim: '0'.repeat(32), level: 'V', tags: Array(17).fill('x') },
  ])('%j is 400', async (body) => expect((await doctor.post(PATH, body)).status).toBe(400));
  test.each(['modality', 'admin', 'agency'])('a %s says nothing', async (role) => {
    const who = await care.person({ roles: [role] });
    expect((await who.post(PATH, { claim, level: 'V' })).status).toBe(403);
  });
});

describe('a patient whom many would look at', () => {
  const flags = () => care.query('select person, vip from person_flags');
  test('is flagged by the officer of a hospital that has studies of them, until nobody flags them', async () => {
    const [a, c] = [await care.dpo('HOSP-A'), await care.dpo('HOSP-C')];
    const body = (vip: boolean) => ({ patient: identifier('anna'), vip });
    expect((await c.post('/governance/vip', body(true))).status).toBe(404);
    expect((await a.post('/governance/vip', body(true))).status).toBe(204);
    expect((await a.post('/governance/vip', body(true))).status).toBe(204);
    const person = care.api.ports.ids.patient('NAT', 'anna');
    expect(await flags()).toEqual([{ person, vip: true }]);
    await care.study('HOSP-C', 'anna', '1.2.9');
    expect((await c.post('/governance/vip', body(true))).status).toBe(204);
    expect((await a.post('/governance/vip', body(false))).status).toBe(204);
    expect(await flags()).toEqual([{ person, vip: true }]);
    expect((await c.post('/governance/vip', body(false))).status).toBe(204);
    expect(await flags()).toEqual([{ person, vip: false }]);
  });
  test.each(['physician', 'records-manager', 'admin', 'patient'])(
    'is not flagged by a %s',
    async (role) => {
      const who = await care.person({
        roles: [role],
        ...(role === 'patient' ? { patient: 'NAT:anna' } : {}),
      });
      const flagged = await who.post('/governance/vip', { patient: identifier('anna'), vip: true });
      expect(flagged.status).toBe(403);
    },
  );
});
