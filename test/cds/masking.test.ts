import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { actorOf } from '../../apps/archive-api/src/caller/caller.js';
import { hoursFromNow, insertRows } from '../access/access-rows.js';
import { type Answer, type CdsArchive, cdsArchive, NATION, USERS } from './cds-archive.js';
import { callOf, imageOf, orderOf } from './cds-files.js';
import { judged } from './judge.js';

const STUDY = '1.2.840.99.7';
const DOCTOR = actorOf({ issuer: USERS, subject: 'dr-1' });

let at: CdsArchive;
let claim: string;
let person: string;
beforeAll(async () => {
  at = await cdsArchive();
  await at.store('HOSP-B', imageOf({ study: STUDY, national: 'N1', code: 'CT-THX-N' }));
  claim = at.claimOf('HOSP-B', STUDY);
  person = at.personOf(NATION, 'N1');
});
afterAll(() => at.close());
beforeEach(() =>
  at.pool.query(
    `delete from oppositions; delete from exclusions; delete from grants; delete from relationships;
     update study_access set confidentiality = 'N', state = 'active', tags = '{}'`,
  ),
);

const asked = (national = 'N1') => at.call(callOf([orderOf('TDMTHO')], { national }));
const summaries = ({ body }: Answer) =>
  (body['cards'] as readonly { summary: string }[]).map(({ summary }) => summary);
const SHOWN = ['CT chest done 6 days ago at CH Nord: images available'];

const patient = () => ({ patient: person, person });
const from = () => ({ valid_from: hoursFromNow(-1) });

describe('an exam that the doctor may not open leaves no trace: the answer is that about a patient who has none', () => {
  const masked: readonly (readonly [string, () => Promise<unknown>])[] = [
    [
      'the patient opposes sharing',
      () => insertRows(at.pool, 'oppositions', { id: 'o', ...patient(), ...from() }),
    ],
    [
      'the patient opposes sharing of this study',
      () => insertRows(at.pool, 'oppositions', { id: 'o', ...patient(), claim, ...from() }),
    ],
    [
      'the patient keeps this doctor out',
      () => insertRows(at.pool, 'exclusions', { id: 'e', ...patient(), actor: DOCTOR, ...from() }),
    ],
    [
      'the patient keeps the hospital out',
      () =>
        insertRows(at.pool, 'exclusions', {
          ...{ id: 'e', ...patient(), organisation: 'HOSP-A', ...from() },
        }),
    ],
    ['it is restricted', () => at.pool.query(`update study_access set confidentiality = 'R'`)],
    ['it is very restricted', () => at.pool.query(`update study_access set confidentiality = 'V'`)],
    ['it was rejected', () => at.pool.query(`update study_access set state = 'rejected-quality'`)],
    ['it was withdrawn', () => at.pool.query(`update study_access set state = 'rejected-safety'`)],
    ['it was disposed of', () => at.pool.query(`update study_access set state = 'disposed'`)],
  ];
  test.each(masked)('%s', async (_, mask) => {
    expect(summaries(await asked())).toEqual(SHOWN);
    await mask();
    const [hidden, nothing] = [judged(await asked()), await asked('NOBODY')];
    expect([hidden.status, hidden.text]).toEqual([nothing.status, nothing.text]);
    expect(hidden.body).toEqual({ cards: [] });
    const fields = (headers: Headers) => [...headers.keys()].filter((name) => name !== 'date');
    expect(fields(hidden.headers)).toEqual(fields(nothing.headers));
    const { rows } = await at.pool.query('select count(*)::int as n from relationships');
    expect(rows[0].n).toBe(2);
  });
});

test('what the doctor was granted is told, and not named in an order that others read', async () => {
  await at.pool.query(`update study_access set confidentiality = 'R'`);
  await insertRows(at.pool, 'grants', {
    ...{ id: 'g', ...patient(), actor: DOCTOR, level: 'R', ...from() },
  });
  const answer = await asked();
  expect(summaries(answer)).toEqual(SHOWN);
  expect(answer.body['systemActions']).toBeUndefined();
});

test('early, while an order is chosen, only who takes part in the care already is told; signing makes no other doctor know', async () => {
  const select = (userId: string) =>
    at.call(callOf([orderOf('TDMTHO')], { hook: 'order-select', userId }), {
      service: 'imaging-duplicate-select',
    });
  expect(summaries(await select('Practitioner/dr-1'))).toEqual([]);
  await asked();
  expect(summaries(await select('Practitioner/dr-1'))).toEqual(SHOWN);
  expect(summaries(await select('Practitioner/dr-9'))).toEqual([]);
});

test('a program is no doctor, nor is a patient', async () => {
  const as = (userId: string) => at.call(callOf([orderOf('TDMTHO')], { userId }));
  expect(summaries(await as('Patient/1288992'))).toEqual([]);
  expect(summaries(await as('Device/scanner'))).toEqual([]);
});

test('a doctor whose rights were revoked is told nothing', async () => {
  await asked();
  await at.whileRevoked(USERS, 'dr-1', async () => expect(summaries(await asked())).toEqual([]));
  expect(summaries(await asked())).toEqual(SHOWN);
});
