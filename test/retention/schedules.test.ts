import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSchedules } from '#index/postgres/write-schedules';
import { type RetentionArchive, retentionArchive } from './retention-archive.js';

let archive: RetentionArchive;
beforeAll(async () => {
  archive = await retentionArchive({ 'HOSP-A': 'LU', 'HOSP-B': 'FR', 'HOSP-C': '' });
});
afterAll(() => archive.close());

const scheduled = (due: string, rule: string) => ({
  ...{ state: 'scheduled', because: '', due, rule, version: 'built-in' },
});

test('R-006: a study that was stored is scheduled by the law of the hospital that made it', async () => {
  const held = { study: '1.1', patient: 'ann', date: '20100510' };
  const [luxembourg, france, nowhere] = await Promise.all([
    archive.hold({ ...held, hospital: 'HOSP-A' }),
    archive.hold({ ...held, hospital: 'HOSP-B' }),
    archive.hold({ ...held, hospital: 'HOSP-C' }),
  ]);
  await archive.work();
  expect(await archive.scheduleOf(luxembourg)).toEqual(
    scheduled('2020-05-11', 'lu-hospital-record/treatment-10y'),
  );
  expect(await archive.scheduleOf(france)).toEqual(
    scheduled('2030-05-11', 'fr-hospital-record/contact-20y'),
  );
  expect(await archive.scheduleOf(nowhere)).toMatchObject({
    state: 'undecided',
    because: 'no-policy',
  });
});

describe('what is known later moves it', () => {
  const dueOf = async (claim: string) => {
    await archive.work();
    const schedule = await archive.scheduleOf(claim);
    return schedule?.['due'] ?? `${schedule?.['state']}: ${schedule?.['because']}`;
  };
  test('another study of the patient in the hospital, and in no other', async () => {
    const held = { patient: 'ben', hospital: 'HOSP-A' };
    const first = await archive.hold({ ...held, study: '2.1', date: '20100510' });
    expect(await dueOf(first)).toBe('2020-05-11');
    await archive.hold({ ...held, hospital: 'HOSP-B', study: '2.2', date: '20180101' });
    expect(await dueOf(first)).toBe('2020-05-11');
    await archive.hold({ ...held, study: '2.3', date: '20150101' });
    expect(await dueOf(first)).toBe('2025-01-02');
  });
  test('a stay that is open, and its end', async () => {
    const claim = await archive.hold({
      patient: 'cyd',
      hospital: 'HOSP-A',
      study: '3.1',
      date: '20100510',
    });
    await archive.encounter('cyd', 'HOSP-A', ['2010-05-01', null]);
    expect(await dueOf(claim)).toBe('suspended: encounter-open');
    await archive.pool.query(
      `update relationships set valid_until = '2012-03-01T23:30:00Z' where patient = $1`,
      [archive.patient('cyd')],
    );
    expect(await dueOf(claim)).toBe('2022-03-03');
  });
  test('a merge, and its undoing', async () => {
    const child = { hospital: 'HOSP-B', birth: '20000229' };
    const one = await archive.hold({ ...child, patient: 'dan', study: '4.1', date: '20050601' });
    const other = await archive.hold({ ...child, patient: 'don', study: '4.2', date: '20150601' });
    expect(await dueOf(one)).toBe('2028-03-01');
    const person = (human: string) =>
      archive.pool.query('select set_person($1, $2)', [
        archive.patient('don'),
        archive.patient(human),
      ]);
    await person('dan');
    expect([await dueOf(one), await dueOf(other)]).toEqual(['2035-06-02', '2035-06-02']);
    await person('don');
    expect([await dueOf(one), await dueOf(other)]).toEqual(['2028-03-01', '2035-06-02']);
  });
  test('a birth date that is put right', async () => {
    const claim = await archive.hold({
      hospital: 'HOSP-B',
      patient: 'eve',
      birth: '',
      study: '5.1',
      date: '20050601',
    });
    expect(await dueOf(claim)).toBe('undecided: birth-date-missing');
    await archive.pool.query(`update patient_ids set birth_date = '20000310' where patient = $1`, [
      archive.patient('eve'),
    ]);
    expect(await dueOf(claim)).toBe('2028-03-11');
  });
  test('the hospital has another jurisdiction', async () => {
    const claim = await archive.hold({
      hospital: 'HOSP-C',
      patient: 'fay',
      study: '6.1',
      date: '20140901',
    });
    expect(await dueOf(claim)).toBe('undecided: no-policy');
    await archive.pool.query(
      `update hospitals set settings = '{"jurisdiction":"EE"}' where hospital = 'HOSP-C'`,
    );
    expect(await dueOf(claim)).toBe('2044-09-02');
  });
  test('a study is given to another patient, or taken away', async () => {
    const claim = await archive.hold({
      hospital: 'HOSP-A',
      patient: 'gus',
      study: '7.1',
      date: '20100101',
    });
    const late = await archive.hold({
      hospital: 'HOSP-A',
      patient: 'gus',
      study: '7.2',
      date: '20150101',
    });
    expect(await dueOf(claim)).toBe('2025-01-02');
    await archive.pool.query(`update study_access set state = 'disposed' where claim = $1`, [late]);
    expect(await archive.scheduleOf(late)).toBeUndefined();
    expect(await dueOf(claim)).toBe('2020-01-02');
    expect(await archive.scheduleOf(late)).toBeUndefined();
  });
  test('a study of nobody is scheduled by itself', async () => {
    const [one] = await Promise.all([
      archive.hold({ hospital: 'HOSP-A', patient: '', study: '8.1', date: '20100101' }),
      archive.hold({ hospital: 'HOSP-A', patient: '', study: '8.2', date: '20150101' }),
    ]);
    expect(await dueOf(one!)).toBe('2020-01-02');
  });
});

test('several workers at once make the same schedules', async () => {
  const claims = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      archive.hold({
        ...{ hospital: 'HOSP-A', patient: `many-${at % 7}`, study: `9.${at}` },
        date: `20${String(10 + (at % 9))}0101`,
      }),
    ),
  );
  const rounds = await Promise.all(Array.from({ length: 4 }, () => writeSchedules(archive.pool)));
  expect(rounds.filter(({ subjects }) => subjects > 0).length).toBeGreaterThan(0);
  await archive.work();
  for (const claim of claims) expect(await archive.scheduleOf(claim)).toBeDefined();
  expect(await archive.differing('retention_schedule')).toBe(0);
});

test('what is touched while a schedule is being made is made again', async () => {
  const held = { patient: 'hal', hospital: 'HOSP-A' };
  const claim = await archive.hold({ ...held, study: '10.1', date: '20100510' });
  const client = await archive.pool.connect();
  await client.query('begin');
  await client.query(
    `insert into study_access (claim, hospital, patient, origin, person, study_date, study_uid)
     select $1, 'HOSP-A', patient, patient, person, '20160101', '10.2' from patient_ids where patient = $2`,
    [archive.claim('HOSP-A', '10.2'), archive.patient('hal')],
  );
  await archive.work();
  expect(await archive.scheduleOf(claim)).toMatchObject({ due: '2020-05-11' });
  await client.query('commit');
  client.release();
  await archive.work();
  expect(await archive.scheduleOf(claim)).toMatchObject({ due: '2026-01-02' });
});

test('R1: a worker that dies leaves everything to do, and nothing half done', async () => {
  const claim = await archive.hold({
    ...{ patient: 'ida', hospital: 'HOSP-A', study: '11.1', date: '20100510' },
  });
  const client = await archive.pool.connect();
  await client.query('begin');
  await client.query('select from retention_queue where claim = $1 for update', [claim]);
  const dying = writeSchedules(archive.pool).then(
    () => 'done',
    () => 'dead',
  );
  for (let killed = 0; killed === 0; ) {
    const { rowCount } = await archive.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like 'delete from retention_queue%'`,
    );
    killed = rowCount ?? 0;
  }
  expect(await dying).toBe('dead');
  await client.query('commit');
  client.release();
  expect(await archive.scheduleOf(claim)).toBeUndefined();
  await archive.work();
  expect(await archive.scheduleOf(claim)).toMatchObject({ due: '2020-05-11' });
});

test('a schedule that is wrong, missing or of nothing is found, and what waits is not', async () => {
  await archive.work();
  expect(await archive.differing('retention_schedule')).toBe(0);
  await archive.pool.query(`delete from retention_schedule where claim = $1`, [
    archive.claim('HOSP-A', '1.1'),
  ]);
  await archive.pool.query(`update retention_schedule set due_on = '1999-01-01' where claim = $1`, [
    archive.claim('HOSP-B', '1.1'),
  ]);
  expect(await archive.differing('retention_schedule')).toBe(2);
  await archive.pool.query('select queue_schedules($1, $2)', [[archive.patient('ann')], []]);
  expect(await archive.differing('retention_schedule')).toBe(0);
  await archive.work();
  expect(await archive.scheduleOf(archive.claim('HOSP-A', '1.1'))).toMatchObject({
    due: '2020-05-11',
  });
});
