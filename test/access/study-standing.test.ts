import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { opaqueIds } from '#index/opaque-ids';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { findableReader } from '#index/postgres/findable-reader';
import { CLAIMS_MAX } from '#index/standing-statement';
import { type StandingOf, studyStanding, type WhoAsks } from '#index/study-standing';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { hoursFromNow, insertRows } from './access-rows.js';

const ids = opaqueIds(Buffer.alloc(32, 7));
const STUDY = '1.2.3';
const PERSON = 'person-1';
const A: WhoAsks = { actor: 'doctor', organisation: 'HOSP-A', person: null };

let database: TestDatabase;
let standingOf: StandingOf;

beforeAll(async () => {
  database = await testDatabase();
  await ensureFindable(database.pool);
  const { rows } = findableReader(database.pool, { nowMs: Date.now });
  standingOf = studyStanding({ rows, ids, wallMs: Date.now });
  for (const [hospital, hospital_group] of [
    ['HOSP-A', 'GROUP'],
    ['HOSP-B', 'GROUP'],
    ['HOSP-C', ''],
  ])
    await insertRows(database.pool, 'hospitals', {
      hospital,
      name: hospital,
      onboarded_at: new Date(),
      hospital_group,
    });
});
afterAll(() => database.close());

const TABLES = [
  ...['study_access', 'relationships', 'oppositions', 'grants', 'exclusions'],
  ...['representatives', 'break_glass', 'person_flags', 'findable_1.studies'],
];
beforeEach(() => database.pool.query(TABLES.map((table) => `delete from ${table}`).join(';')));

/** So many days from today, as DICOM has it. */
const day = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
const claimOf = (hospital: string) => ids.claim(hospital, STUDY);
const listed = (hospital: string, changes: object = {}) =>
  insertRows(database.pool, 'study_access', {
    claim: claimOf(hospital),
    hospital,
    patient: 'patient-1',
    person: PERSON,
    study_uid: STUDY,
    ...changes,
  });
const stored = (hospital: string) =>
  database.pool.query(
    `insert into findable_1.studies select claim, hospital, study_uid, '', '', '', '', '', '', '', '', '', '', '', '', '', '{}', 0, 0, 0, 1, '', ''
     from (values ($1, $2, $3)) as named (claim, hospital, study_uid)`,
    [claimOf(hospital), hospital, STUDY],
  );
const hospitalsFor = async (who: WhoAsks) =>
  (await standingOf(who, { study: STUDY })).map(({ facts }) => facts.hospital);
const standing = async (who: WhoAsks = A, hospital = 'HOSP-B') => {
  const [only] = await standingOf(who, { study: STUDY, claim: claimOf(hospital) });
  return only?.standing;
};

const NOTHING = {
  relationship: null,
  opposed: false,
  granted: null,
  excluded: false,
  breakGlass: false,
  represents: false,
  vip: false,
  age: null,
  withheld: false,
};

describe('the claims of a study', () => {
  test('stand own hospital first, then oldest', async () => {
    await listed('HOSP-B', { study_date: '20260102', study_time: '1300' });
    await listed('HOSP-C', { study_date: '20260102', study_time: '1200' });
    await listed('HOSP-D', { study_date: '20260101', study_time: '1400' });
    await listed('HOSP-A', { study_date: '20260103', study_time: '1000' });
    expect(await hospitalsFor(A)).toEqual(['HOSP-A', 'HOSP-D', 'HOSP-C', 'HOSP-B']);
  });
  test('a study that is not listed is an ordinary one of its own hospital, and of no other', async () => {
    await stored('HOSP-A');
    await stored('HOSP-B');
    const [own, ...others] = await standingOf(A, { study: STUDY });
    expect(others).toEqual([]);
    expect(own).toEqual({
      facts: {
        claim: claimOf('HOSP-A'),
        hospital: 'HOSP-A',
        group: 'GROUP',
        jurisdiction: '',
        person: '',
        confidentiality: 'N',
        tags: [],
        state: 'active',
      },
      standing: NOTHING,
    });
  });
  test('a study that is stored and listed is one claim, as the list says', async () => {
    await stored('HOSP-A');
    await listed('HOSP-A', { confidentiality: 'V', tags: ['x'], state: 'disposed' });
    const found = await standingOf(A, { study: STUDY });
    expect(found.map(({ facts }) => facts)).toEqual([
      {
        claim: claimOf('HOSP-A'),
        hospital: 'HOSP-A',
        group: 'GROUP',
        jurisdiction: '',
        person: PERSON,
        confidentiality: 'V',
        tags: ['x'],
        state: 'disposed',
      },
    ]);
  });
  test('one of them is found by its id, under its own study alone', async () => {
    await listed('HOSP-A');
    await listed('HOSP-B');
    const claim = claimOf('HOSP-B');
    expect((await standingOf(A, { study: STUDY, claim })).map((one) => one.facts.claim)).toEqual([
      claim,
    ]);
    expect(await standingOf(A, { study: '1.2.4', claim })).toEqual([]);
    expect(await standingOf(A, { study: STUDY, claim: 'f'.repeat(32) })).toEqual([]);
  });
  test('are looked at up to a bound, the own one always', async () => {
    for (let at = 0; at <= CLAIMS_MAX; at++) await listed(`HOSP-${at}`);
    await listed('HOSP-A');
    const found = await hospitalsFor(A);
    expect(found.length).toBe(CLAIMS_MAX);
    expect(found[0]).toBe('HOSP-A');
  });
});

describe('what stands between a caller and the patient', () => {
  beforeEach(() => listed('HOSP-B'));
  const valid = { patient: 'patient-1', person: PERSON, valid_from: hoursFromNow(-1) };
  const relation = (changes: object) =>
    insertRows(database.pool, 'relationships', {
      ...valid,
      id: JSON.stringify(changes),
      organisation: 'HOSP-A',
      kind: 'encounter',
      ...changes,
    });

  test('is nothing when nothing is said', async () => expect(await standing()).toEqual(NOTHING));
  test('a relationship counts for its organisation, member, study and time', async () => {
    for (const other of [
      { organisation: 'HOSP-C' },
      { actor: 'nurse' },
      { claim: claimOf('HOSP-C') },
      { valid_until: hoursFromNow(-0.5) },
      { valid_from: hoursFromNow(1) },
      { person: 'person-2' },
    ])
      await relation(other);
    expect(await standing()).toEqual(NOTHING);
    await relation({ actor: 'doctor', claim: claimOf('HOSP-B'), valid_until: hoursFromNow(1) });
    expect(await standing()).toEqual({ ...NOTHING, relationship: 'encounter' });
  });
  test('of several relationships the firmest counts', async () => {
    for (const kind of ['declared', 'task', 'referral']) await relation({ kind });
    expect((await standing())?.relationship).toBe('referral');
    await relation({ kind: 'order' });
    expect((await standing())?.relationship).toBe('order');
  });
  test('an opposition counts for all hospitals, one hospital or one study', async () => {
    const oppose = (id: string, changes: object) =>
      insertRows(database.pool, 'oppositions', { ...valid, id, ...changes });
    await oppose('other hospital', { hospital: 'HOSP-C' });
    await oppose('other study', { claim: claimOf('HOSP-C') });
    await oppose('later', { valid_from: hoursFromNow(1) });
    expect((await standing())?.opposed).toBe(false);
    await oppose('here', { hospital: 'HOSP-B' });
    expect((await standing())?.opposed).toBe(true);
  });
  test.each([
    ['an exam of today', { days: 14, date: day(0), listed: day(0) }, true],
    ['the last day', { days: 14, date: day(-13), listed: day(0) }, true],
    ['the first day on which it is seen', { days: 14, date: day(-14), listed: day(0) }, false],
    ['an exam that came late', { days: 14, date: day(-90), listed: day(0) }, false],
    ['an exam without a date', { days: 14, date: '', listed: day(-13) }, true],
    ['an exam without a date, later', { days: 14, date: '', listed: day(-14) }, false],
    ['a date that is still to come', { days: 14, date: '29990101', listed: day(-14) }, false],
    ['a date that is none', { days: 14, date: 'zzzz', listed: day(-13) }, true],
    ['listed before days were counted', { days: 14, date: day(0), listed: '' }, false],
    ['no delay', { days: 0, date: '29990101', listed: day(0) }, false],
  ])(
    'patients wait as long as the hospital says: %s',
    async (_, { days, date, listed: on }, withheld) => {
      const { pool } = database;
      await pool.query(`update hospitals set settings = $1 where hospital = 'HOSP-B'`, [
        { jurisdiction: 'LU', patientAccess: { afterDays: days } },
      ]);
      await pool.query('update study_access set study_date = $1, listed_on = $2', [date, on]);
      const [found] = await standingOf(A, { study: STUDY });
      expect(found?.standing.withheld).toBe(withheld);
      expect(found?.facts.jurisdiction).toBe('LU');
      await pool.query(`update hospitals set settings = '{}'`);
    },
  );
  test('the highest level that was granted counts', async () => {
    const grant = (id: string, level: string, changes: object = {}) =>
      insertRows(database.pool, 'grants', { ...valid, id, level, ...changes });
    await grant('nobody', 'V');
    await grant('other member', 'V', { actor: 'nurse' });
    expect((await standing())?.granted).toBe(null);
    await grant('organisation', 'N', { organisation: 'HOSP-A' });
    await grant('member', 'R', { actor: 'doctor' });
    expect((await standing())?.granted).toBe('R');
  });
  test.each([
    [{ organisation: 'HOSP-A' }, true],
    [{ actor: 'doctor' }, true],
    [{ organisation: 'HOSP-A', actor: 'nurse' }, false],
    [{ organisation: 'HOSP-C', actor: 'doctor' }, false],
    [{}, false],
  ])('exclusion of %j: %s', async (changes, excluded) => {
    await insertRows(database.pool, 'exclusions', { ...valid, id: 'one', ...changes });
    expect((await standing())?.excluded).toBe(excluded);
  });
  test.each([
    [{}, true],
    [{ actor: 'nurse' }, false],
    [{ organisation: 'HOSP-C' }, false],
    [{ person: 'person-2' }, false],
    [{ valid_until: hoursFromNow(-0.1) }, false],
  ])('broken glass of %j: %s', async (changes, breakGlass) => {
    const opened = { opened_at: hoursFromNow(-1), valid_until: hoursFromNow(3) };
    const { patient, person } = valid;
    await insertRows(database.pool, 'break_glass', {
      ...{ id: 'one', patient, person, organisation: 'HOSP-A', actor: 'doctor' },
      ...{ ...opened, review_due: hoursFromNow(72), ...changes },
    });
    expect((await standing())?.breakGlass).toBe(breakGlass);
  });
  test('a representative is known by the person who acts', async () => {
    await insertRows(database.pool, 'representatives', {
      ...{ ...valid, id: 'one', representative: 'patient-2', representative_person: 'person-2' },
    });
    const parent = { ...A, organisation: 'AGENCY', person: 'person-2' };
    expect((await standing(parent))?.represents).toBe(true);
    expect((await standing({ ...parent, person: 'person-3' }))?.represents).toBe(false);
    expect((await standing(A))?.represents).toBe(false);
  });
  test('flags and age are those of the person; of two birth dates the younger counts', async () => {
    const year = new Date().getFullYear();
    const flag = (patient: string, birth_date: string, vip = false) =>
      insertRows(database.pool, 'person_flags', { patient, person: PERSON, birth_date, vip });
    await flag('patient-1', `${year - 30}0101`);
    await flag('patient-2', `${year - 12}-01-01`, true);
    await flag('patient-3', 'unknown');
    expect(await standing()).toEqual({ ...NOTHING, vip: true, age: 12 });
  });
  test('nobody has anything to do with a study that names no patient', async () => {
    await database.pool.query(`update study_access set person = ''`);
    await relation({ person: '' });
    await insertRows(database.pool, 'oppositions', { ...valid, id: 'one', person: '' });
    expect(await standing()).toEqual(NOTHING);
  });
});
