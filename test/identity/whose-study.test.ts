import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillAccessOnce } from '#index/postgres/fill-access';
import { linkIdentities } from '#index/postgres/identity-commands';
import { onboard } from '../../apps/archive-api/src/archive-api.testing.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { identityPorts, said, sliceOf } from './people.js';

const NATION = '1.3.182.4.4';
const NO_DIFFERENCE = { missing: 0, extra: 0, changed: 0 };

let archive: ArchiveCore;
beforeAll(async () => {
  archive = await archiveCore();
  await onboard(archive.pool, 'HOSP-A', 'HOSP-B');
  const authorities = { default: null, issuers: { NAT: NATION } };
  await archive.pool.query(`update hospitals set settings = $1`, [JSON.stringify({ authorities })]);
});
afterAll(() => archive.close());

let study = 100;
const store = async (files: readonly Buffer[], hospital = 'HOSP-A') => {
  const id = await archive.send(files, hospital);
  await archive.work();
  return archive.receipt(id);
};
const accessOf = async (of = study, hospital = 'HOSP-A') => {
  const claim = archive.ingest.ids.claim(hospital, `1.2.${of}`);
  const { rows } = await archive.pool.query('select * from study_access where claim = $1', [claim]);
  return rows[0];
};
const patient = (value: string, authority = 'HOSP-A') =>
  archive.ingest.ids.patient(authority, value);

test('a study is of the patient whom its first instance names, in the hospital’s own authority when it names none', async () => {
  await store([sliceOf(++study, 'P1')]);
  expect(await accessOf()).toMatchObject({
    patient: patient('P1'),
    person: patient('P1'),
    origin: patient('P1'),
    hospital: 'HOSP-A',
    study_uid: `1.2.${study}`,
    study_date: '20260102',
    study_time: '101112',
  });
  const { rows } = await archive.pool.query('select * from patient_ids where patient = $1', [
    patient('P1'),
  ]);
  expect(rows[0]).toMatchObject({
    authority: 'HOSP-A',
    value: 'P1',
    family_folded: 'test',
    given_folded: 'person',
    birth_date: '19700101',
    sex: 'F',
  });
});

test('R-004: two patients with the same PatientID in two hospitals are two people', async () => {
  const files = [sliceOf(++study, 'SAME')];
  await store(files, 'HOSP-A');
  await store(files, 'HOSP-B');
  const [a, b] = [await accessOf(study, 'HOSP-A'), await accessOf(study, 'HOSP-B')];
  expect(a.person).toBe(patient('SAME'));
  expect(b.person).toBe(patient('SAME', 'HOSP-B'));
  expect(a.person).not.toBe(b.person);
});

test('R-004: the same identifier of a national authority is one person in every hospital, by text or by universal id', async () => {
  await store([sliceOf(++study, '1970010112345', { issuer: 'NAT' })], 'HOSP-A');
  await store([sliceOf(study, '1970010112345', { oid: '1.3.182.4.4' })], 'HOSP-B');
  const [a, b] = [await accessOf(study, 'HOSP-A'), await accessOf(study, 'HOSP-B')];
  expect(a.person).toBe(patient('1970010112345', NATION));
  expect(b.person).toBe(a.person);
});

test('an authority that the hospital may not speak for stays within the hospital', async () => {
  await store([sliceOf(++study, 'P1', { oid: '1.9.9' })], 'HOSP-B');
  expect((await accessOf(study, 'HOSP-B')).patient).toBe(patient('P1', 'HOSP-B/1.9.9'));
});

test('a later upload doesn’t change whose a study is: another patient’s instance is kept aside', async () => {
  await store([sliceOf(++study, 'P1')]);
  expect(await store([sliceOf(study, 'P2', { instance: 2 })])).toMatchObject([
    { outcome: 'quarantined', reason: 0xa900, why: 'other-patient' },
  ]);
  expect((await accessOf()).patient).toBe(patient('P1'));
});

test('within one request the first instance says whose the study is', async () => {
  const files = [sliceOf(++study, 'P1'), sliceOf(study, 'P2', { instance: 2 })];
  expect(await store(files)).toMatchObject([
    { outcome: 'stored' },
    { outcome: 'quarantined', why: 'other-patient' },
  ]);
  expect((await accessOf()).patient).toBe(patient('P1'));
});

test('an identifier that is linked to the study’s patient is taken, and the study stays the first one’s', async () => {
  await linkIdentities(identityPorts(archive), said(), {
    patient: { authority: 'HOSP-A', value: 'L1' },
    other: { authority: 'HOSP-A', value: 'L2' },
  });
  await store([sliceOf(++study, 'L1')]);
  expect(await store([sliceOf(study, 'L2', { instance: 2 })])).toMatchObject([
    { outcome: 'stored' },
  ]);
  expect(
    await store([sliceOf(++study, 'L2'), sliceOf(study, 'L1', { instance: 2 })]),
  ).toMatchObject([{ outcome: 'stored' }, { outcome: 'stored' }]);
  expect((await accessOf()).patient).toBe(patient('L2'));
  expect((await accessOf()).person).toBe((await accessOf(study - 1)).person);
});

test('who names nobody, or the same value without its issuer, brings no other patient', async () => {
  await store([sliceOf(++study, 'P7', { issuer: 'LOCAL' })]);
  expect(
    await store([
      sliceOf(study, 'P7', { instance: 2 }),
      sliceOf(study, '', { instance: 3 }),
      sliceOf(study, 'P7', { instance: 4, issuer: 'ELSEWHERE' }),
    ]),
  ).toMatchObject([
    { outcome: 'stored' },
    { outcome: 'stored' },
    { outcome: 'quarantined', why: 'other-patient' },
  ]);
});

test('a study that names nobody at first stays nobody’s', async () => {
  await store([sliceOf(++study, '')]);
  expect(await store([sliceOf(study, 'P1', { instance: 2 })])).toMatchObject([
    { outcome: 'stored' },
  ]);
  expect(await accessOf()).toMatchObject({ patient: '', person: '', origin: '' });
});

test('names in several scripts are kept', async () => {
  const name = 'Yamada^Tarou=\u001b$B;3ED\u001b(B^=';
  await store([sliceOf(++study, 'JP1', { name })]);
  const { rows } = await archive.pool.query('select * from patient_ids where patient = $1', [
    patient('JP1'),
  ]);
  expect(rows[0].family_folded).toBe('yamada');
  expect(rows[0].demographics.names).toHaveLength(2);
});

test('a rebuild from the log says the same of all studies and patients', async () => {
  const tables = [
    'identity_links',
    'study_moves',
    'patient_ids',
    'birth-dates',
    'study_access',
  ] as const;
  for (const table of tables) {
    const report = await archive.rebuildTable(table);
    expect([table, report]).toMatchObject([table, { ...NO_DIFFERENCE, shown: [] }]);
  }
});

test('an archive from before is filled from its findable rows, once, and a store that comes first fills its own', async () => {
  const before = await archive.pool.query('select * from study_access order by claim');
  await store([sliceOf(++study, 'P1')]);
  await archive.pool.query('delete from study_access');
  expect(await store([sliceOf(study, 'P1', { instance: 2 })])).toMatchObject([
    { outcome: 'stored' },
  ]);
  expect((await archive.pool.query('select 1 from study_access')).rowCount).toBe(1);
  const fill = () => fillAccessOnce(archive.pool, archive.ingest, AbortSignal.timeout(60_000));
  expect(await fill()).toBe(before.rows.length);
  expect(await fill()).toBe(0);
  const { rows } = await archive.pool.query(
    'select * from study_access where study_uid <> $1 order by claim',
    [`1.2.${study}`],
  );
  const named = ({ origin }: { origin: string }) => origin !== '';
  const ofNobody = before.rows.filter((row) => !named(row)).map(({ claim }) => claim);
  expect(ofNobody).toHaveLength(1);
  expect(rows.filter(({ claim }) => !ofNobody.includes(claim))).toEqual(before.rows.filter(named));
});
