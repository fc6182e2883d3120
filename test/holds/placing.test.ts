import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { postgresLog } from '#events/postgres/postgres-log';
import { linkIdentities, unlinkIdentities } from '#index/postgres/identity-commands';
import { isHeld } from '#index/postgres/is-held';
import { placeHolds } from '#index/postgres/place-holds';
import { identityPorts, said } from '../identity/people.js';
import { type HoldsArchive, holdsArchive } from './holds-archive.js';

let world: HoldsArchive;
let studies = 0;
/** A study of its own for each test. */
let study: number;
let claim: string;
beforeAll(async () => {
  world = await holdsArchive();
});
afterAll(() => world.close());
beforeEach(() => {
  studies += 10;
  study = studies;
  claim = world.claimOf(study);
});

const patientOf = (value: string) => world.archive.ingest.ids.patient('HOSP-A', value);
const caseOf = async (hold: string) => (await world.desk.find(hold)) ?? expect.fail();

describe('a hold of one study', () => {
  test('holds from the moment it is opened, and is confirmed when it stands on the study’s stream', async () => {
    await world.store(study, 'one');
    expect(await world.isHeld(claim)).toBe(false);
    const hold = await world.open({ claim });
    expect(await world.isHeld(claim)).toBe(true);
    expect([...(await world.seemHeld([claim, 'x']))]).toEqual([claim]);
    expect(await caseOf(hold)).toMatchObject({ confirmedAt: null, placed: 0, isComing: true });
    await world.place();
    expect(await world.placements(claim)).toEqual([`LegalHoldPlaced ${hold}`]);
    expect(await caseOf(hold)).toMatchObject({
      ...{ status: 'standing', confirmedStudies: 1, placed: 1, isComing: false },
      confirmedAt: expect.stringMatching(/Z$/),
    });
  });
  test('ends when a second person lets it, and only then', async () => {
    await world.store(study, 'one');
    const hold = await world.open({ claim });
    await world.place();
    await world.desk.act(world.order('bert'), hold, { kind: 'ask-release', reason: 'settled' });
    const release = { kind: 'release', note: '' } as const;
    expect(await world.desk.act(world.order('bert'), hold, release)).toEqual({
      ...{ ok: false, refusal: 'own-request' },
    });
    await world.place();
    expect(await world.isHeld(claim)).toBe(true);
    expect(await world.desk.act(world.order('carl'), hold, release)).toEqual({ ok: true });
    await world.place();
    expect(await world.isHeld(claim)).toBe(false);
    expect(await world.placements(claim)).toEqual([
      `LegalHoldPlaced ${hold}`,
      `LegalHoldReleased ${hold}`,
    ]);
    expect(await caseOf(hold)).toMatchObject({
      ...{ status: 'released', releasedBy: 'carl', placed: 0 },
      endedAt: expect.stringMatching(/Z$/),
    });
  });
  test('leaves the hold of another case where it is', async () => {
    await world.store(study, 'one');
    const first = await world.open({ claim });
    const second = await world.open({ claim });
    await world.place();
    await world.release(first);
    await world.place();
    expect(await world.isHeld(claim)).toBe(true);
    await world.release(second);
    await world.place();
    expect(await world.isHeld(claim)).toBe(false);
  });
});

describe('a hold of a patient', () => {
  test('comes to what is stored later, of their hospital only', async () => {
    const hold = await world.open({ scope: 'patient', patient: patientOf('later') });
    await world.place();
    expect(await caseOf(hold)).toMatchObject({ confirmedStudies: 0 });
    await world.store(study, 'later');
    expect(await world.isHeld(claim)).toBe(true);
    await world.store(study + 1, 'another');
    expect(await world.isHeld(world.claimOf(study + 1))).toBe(false);
    await world.place();
    expect(await world.placements(claim)).toEqual([`LegalHoldPlaced ${hold}`]);
    expect(await world.placements(world.claimOf(study + 1))).toEqual([]);
    await world.store(study, 'later', { hospital: 'HOSP-B' });
    expect(await world.isHeld(world.claimOf(study, 'HOSP-B'))).toBe(false);
  });
  test('comes to studies of those who turn out to be the same, and stays when they don’t', async () => {
    await world.store(study, 'linked-1');
    await world.store(study + 1, 'linked-2');
    const other = world.claimOf(study + 1);
    const hold = await world.open({ scope: 'patient', patient: patientOf('linked-1') });
    await world.place();
    expect(await world.isHeld(other)).toBe(false);
    const ports = identityPorts(world.archive);
    const identifier = (value: string) => ({ authority: 'HOSP-A', value });
    const pair = { patient: identifier('linked-1'), other: identifier('linked-2') };
    const link = said();
    expect(await linkIdentities(ports, link, pair)).toEqual({ ok: true, changed: true });
    expect(await world.isHeld(other)).toBe(true);
    await world.place();
    expect(await world.placements(other)).toEqual([`LegalHoldPlaced ${hold}`]);
    const tie = { patient: patientOf('linked-1'), link: link.id };
    expect(await unlinkIdentities(ports, said(), tie)).toEqual({ ok: true, changed: true });
    await world.place();
    expect(await world.isHeld(other)).toBe(true);
    await world.release(hold);
    await world.place();
    expect(await world.isHeld(other)).toBe(false);
  });
});

describe('a hold of a query', () => {
  const query = (criteria: object) => ({
    scope: 'query' as const,
    criteria: { from: '', to: '', groups: [], regions: [], ...criteria },
  });
  const dated = (date: string) =>
    world.pool.query('update study_access set study_date = $2 where claim = $1', [claim, date]);
  test.each([
    ['20260101', { from: '20260101', to: '20260131' }, true],
    ['20260131', { from: '20260101', to: '20260131' }, true],
    ['20251231', { from: '20260101', to: '20260131' }, false],
    ['20260201', { from: '20260101', to: '20260131' }, false],
    ['', { from: '20260101', to: '20260131' }, true],
    ['2026', { from: '20260101' }, true],
    ['20260115', { groups: ['CT'] }, true],
    ['20260115', { groups: ['MR'] }, false],
    ['20260115', { groups: ['MR', 'CT'], to: '20260101' }, false],
  ])('a CT of %j and %j: %j', async (date, criteria, held) => {
    await world.store(study, 'query');
    await dated(date);
    const hold = await world.open(query(criteria));
    expect(await world.isHeld(claim)).toBe(held);
    await world.place();
    expect(await world.placements(claim)).toEqual(held ? [`LegalHoldPlaced ${hold}`] : []);
    await world.release(hold);
    await world.place();
  });
  test('comes to a study that it is about from then on', async () => {
    await world.store(study, 'query');
    await dated('20200101');
    const hold = await world.open(query({ from: '20200201', to: '20200301' }));
    await world.place();
    await dated('20200202');
    await world.place();
    expect(await world.placements(claim)).toEqual([`LegalHoldPlaced ${hold}`]);
    await world.release(hold);
  });
  test('is about a study whose region is one of its, or unknown', async () => {
    await world.store(study, 'query');
    const held: boolean[] = [];
    for (const coarse of [['1'], ['51185008', '1'], []]) {
      await world.pool.query('update study_exams set coarse = $2 where claim = $1', [
        claim,
        coarse,
      ]);
      const hold = await world.open(query({ regions: ['51185008', '774007'] }));
      held.push(await world.isHeld(claim));
      await world.release(hold);
      await world.place();
    }
    expect(held).toEqual([false, true, true]);
  });
});

test('a hold of the agency is for all hospitals', async () => {
  await world.store(study, 'everywhere', { hospital: 'HOSP-B' });
  const there = world.claimOf(study, 'HOSP-B');
  const hold = await world.open(
    { scope: 'patient', patient: world.archive.ingest.ids.patient('HOSP-B', 'everywhere') },
    world.order('zoe', ''),
  );
  expect(await world.isHeld(there)).toBe(true);
  await world.place();
  expect(await world.placements(there)).toEqual([`LegalHoldPlaced ${hold}`]);
  expect(await world.release(hold, 'HOSP-A')).toEqual({ ok: false, refusal: 'unknown' });
});

describe('whoever dies', () => {
  const dying = (when: 'before' | 'after') =>
    placeHolds({
      pool: world.pool,
      logWithin: (client) => {
        const log = world.archive.logPlan === undefined ? postgresLog(client) : world.archive.log;
        return {
          ...log,
          append: async (appends) => {
            if (when === 'after') await log.append(appends);
            throw new Error('the worker dies');
          },
        };
      },
    });
  test.each(['before', 'after'] as const)(
    'F39f: a worker %s it has told: another goes on, and tells it once',
    async (when) => {
      for (const each of [0, 1, 2]) await world.store(study + each, `dying-${study}`);
      const claims = [0, 1, 2].map((each) => world.claimOf(study + each));
      const hold = await world.open({ scope: 'patient', patient: patientOf(`dying-${study}`) });
      const die = () =>
        vi.waitUntil(
          () =>
            dying(when).then(
              () => false,
              () => true,
            ),
          { timeout: 30_000 },
        );
      await die();
      for (const each of claims) expect(await world.isHeld(each)).toBe(true);
      await world.place();
      for (const each of claims)
        expect(await world.placements(each)).toEqual([`LegalHoldPlaced ${hold}`]);
      expect(await caseOf(hold)).toMatchObject({ confirmedStudies: 3 });
      await world.release(hold);
      await die();
      for (const each of claims) expect(await world.isHeld(each)).toBe(true);
      await world.place();
      for (const each of claims)
        expect(await world.placements(each)).toEqual([
          `LegalHoldPlaced ${hold}`,
          `LegalHoldReleased ${hold}`,
        ]);
    },
  );
  test('workers side by side tell each study once', async () => {
    for (const each of [0, 1, 2]) await world.store(study + each, `many-${study}`);
    const hold = await world.open({ scope: 'patient', patient: patientOf(`many-${study}`) });
    await Promise.all([world.place(), world.place(), world.place()]);
    for (const each of [0, 1, 2])
      expect(await world.placements(world.claimOf(study + each))).toEqual([
        `LegalHoldPlaced ${hold}`,
      ]);
    const facts = await world.archive.facts('HoldConfirmed');
    expect(facts.filter(({ data }) => (data as { hold: string }).hold === hold)).toHaveLength(1);
  });
});

describe('what happens at the same time', () => {
  test('a study whose store began before the case is waited for', async () => {
    const store = await world.pool.connect();
    await store.query('begin');
    await store.query(
      `insert into study_access (claim, hospital, patient, person) values ($1, 'HOSP-A', $2, $2)`,
      [claim, patientOf(`slow-${study}`)],
    );
    const hold = await world.open({ scope: 'patient', patient: patientOf(`slow-${study}`) });
    for (let round = 0; round < 3; round++) await world.placeOnce();
    expect(await caseOf(hold)).toMatchObject({ confirmedAt: null, isComing: true });
    await store.query('commit');
    store.release();
    await world.place();
    expect(await world.placements(claim)).toEqual([`LegalHoldPlaced ${hold}`]);
    expect(await caseOf(hold)).toMatchObject({ confirmedStudies: 1 });
  });
  test('no case is opened between the question whether a study is held and what is done about it', async () => {
    await world.store(study, 'asked');
    const disposal = await world.pool.connect();
    await disposal.query('begin');
    expect(await isHeld(disposal, claim)).toBe(false);
    let opened = false;
    const opening = world.open({ claim }).then(() => {
      opened = true;
    });
    const waits = async () =>
      (
        await world.pool.query(`select from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`)
      ).rowCount;
    await vi.waitUntil(async () => (await waits()) === 1, { timeout: 20_000 });
    expect(opened).toBe(false);
    await disposal.query('commit');
    disposal.release();
    await opening;
    expect(await world.isHeld(claim)).toBe(true);
  });
});

describe('the rows', () => {
  test('are what the log says, and are made from it again', async () => {
    await world.store(study, 'rows');
    await world.open({ claim });
    await world.place();
    for (const table of ['legal_holds', 'study_holds'] as const)
      expect(await world.archive.rebuildTable(table)).toMatchObject({ shown: [] });
    await world.pool.query(`delete from study_holds where claim = $1`, [claim]);
    await world.pool.query(`update legal_holds set status = 'released' where claim = $1`, [claim]);
    expect(await world.isHeld(claim)).toBe(false);
    for (const table of ['legal_holds', 'study_holds'] as const)
      expect(await world.archive.rebuildTable(table, { repair: true })).toMatchObject({
        shown: [expect.anything()],
        repaired: true,
      });
    expect(await world.isHeld(claim)).toBe(true);
  });
  test('that come back of a case that is over are taken off again', async () => {
    await world.store(study, 'rows');
    const hold = await world.open({ claim });
    await world.place();
    await world.release(hold);
    await world.place();
    await world.pool.query(
      `insert into study_holds (placement, claim, hold, hospital) values ($1 || '/' || $2, $1, $2, 'HOSP-A')`,
      [claim, hold],
    );
    expect(await world.isHeld(claim)).toBe(true);
    await world.place();
    expect(await world.isHeld(claim)).toBe(false);
  });
  test('name nobody in the log', async () => {
    const { rows } = await world.pool.query(
      `select data from events where stream like 'hold-%' or stream like 'disposition-%'`,
    );
    for (const { data } of rows) expect(data).not.toMatch(/lawsuit|settled|1\.2\.|linked|202[0-9]/);
  });
});
