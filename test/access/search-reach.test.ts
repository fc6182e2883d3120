import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessSubject } from '#archive/access/access-facts';
import { accessPolicy } from '#archive/access/access-policy';
import type { AccessPolicy, AccessRule } from '#archive/access/access-table';
import {
  CONDITIONS,
  LEVELS,
  PLACES,
  type Place,
  PURPOSES,
  ROLES,
  STATES,
  STUDY_ACTIONS,
} from '#archive/access/access-words';
import { decideAccess, whoseRights } from '#archive/access/decide-access';
import { reachOf } from '#index/access-reach';
import { factsOf, standingIn } from '#index/drawn-standing.testing';
import {
  type Draw,
  type DrawnStudy,
  drawing,
  drawSubject,
  drawWorld,
  MOMENT,
  type World,
} from '#index/drawn-world.testing';
import { type Known, knownOf } from '#index/known-of-searcher';
import { createFindable, findableSchema } from '#index/postgres/findable-schema';
import { planSearch } from '#index/search-plan';
import { queryOf } from '#index/search-plan.testing';
import { positionOf, type SearchPosition } from '#index/search-position';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

const VERSION = 902;
const SCHEMA = findableSchema(VERSION);
const WORLDS = Number(process.env['REACH_WORLDS'] ?? 5);
const SUBJECTS = 20;
const STUDIES = 160;
const AT = new Date(MOMENT).toISOString();
/** Another seed may be named; a seed that failed is printed by the test's name. */
const SEED = Number(process.env['REACH_SEED'] ?? 20_261_122);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(createFindable(VERSION));
});
afterAll(() => database.close());

const insert = (table: string, rows: readonly object[]) => {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  if (rows.length === 0) return undefined;
  return database.pool.query(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
};

const TABLES = [
  ...['hospitals', 'study_access', 'relationships', 'oppositions', 'grants', 'exclusions'],
  ...['representatives', 'break_glass', 'person_flags'],
];

/** Studies and reasons come in any order: both ways lead to the list of reasons. */
async function build(world: World, draw: Draw): Promise<void> {
  for (const table of [...TABLES, `${SCHEMA}.studies`, `${SCHEMA}.series`])
    await database.pool.query(`delete from ${table}`);
  const listed = world.studies
    .filter(({ isListed }) => isListed)
    .map(({ isListed: _, series: __, ...row }) => row);
  const half = draw(listed.length);
  await insert(
    'hospitals',
    world.hospitals.map((row) => ({ ...row, name: 'x', onboarded_at: AT })),
  );
  await insert('study_access', listed.slice(0, half));
  for (const table of TABLES.slice(2)) await insert(table, world[table as 'relationships']);
  await insert('study_access', listed.slice(half));
  await insert(`${SCHEMA}.studies`, world.studies.map(studyRow));
  await insert(`${SCHEMA}.series`, world.studies.flatMap(seriesRows));
}

const numberOf = ({ study_uid }: DrawnStudy) => Number(study_uid.slice('1.2.'.length));
const patientIdOf = (study: DrawnStudy) => `P${numberOf(study) % 4}`;
const modalitiesOf = (study: DrawnStudy) =>
  [['CT'], ['MR'], ['CT', 'SR']][numberOf(study) % 3] ?? [];

const studyRow = (study: DrawnStudy) => ({
  claim: study.claim,
  hospital: study.hospital,
  study_uid: study.study_uid,
  study_date: study.study_date,
  study_time: study.study_time,
  ...{ patient_id: patientIdOf(study), issuer: '', patient_name: '', patient_name_folded: '' },
  ...{ birth_date: '', sex: '', accession: '', study_id: '', referring: '', referring_folded: '' },
  ...{
    patient_name_keys: [],
    referring_keys: [],
    description: '',
    modalities: modalitiesOf(study),
  },
  ...{ series_count: study.series, instance_count: study.series, bytes: 1, version: 1 },
  ...{
    attributes: '{}',
    json: JSON.stringify({ '00104000': { vr: 'LT', Value: [patientIdOf(study)] } }),
  },
});

const seriesUids = ({ study_uid, series }: DrawnStudy) =>
  Array.from({ length: series }, (_, at) => `${study_uid}.${at}`);

const seriesRows = (study: DrawnStudy) =>
  seriesUids(study).map((series_uid, at) => ({
    series: `${study.claim}/${at}`,
    claim: study.claim,
    hospital: study.hospital,
    series_uid,
    number: at,
    ...{ modality: 'CT', description: '', body_part: '', pps_date: '', pps_time: '' },
    ...{ requested_procedure_ids: [], scheduled_step_ids: [], instance_count: 1, version: 1 },
    ...{ attributes: '{}', json: '{}' },
  }));

type Row = Record<string, string> & {
  claim: string;
  study_date: string;
  study_time: string;
  study_uid: string;
};
const runs = async ({ text, values }: { text: string; values: readonly unknown[] }) =>
  (await database.pool.query(text.replaceAll('{schema}', SCHEMA), [...values])).rows as Row[];

type Case = Readonly<{ subject: AccessSubject; policy: AccessPolicy; known?: Known }>;
type Level = 'study' | 'series' | 'instance';

function planned(
  { subject, policy, known }: Case,
  level: Level,
  query: string,
  position?: SearchPosition,
) {
  const reach = reachOf(subject, 'search', { policy, at: AT, ...(known && { known }) });
  const plan = planSearch(level, {}, { ...queryOf(query), position }, reach);
  if (!plan.ok) throw new Error('the search is possible');
  return plan;
}

/** What the decision permits, study by study, in the order of a search. */
function permitted(world: World, { subject, policy }: Case): readonly DrawnStudy[] {
  const rights = whoseRights(subject, policy) ?? subject;
  const place = (study: DrawnStudy) => (study.hospital === rights.organisation ? '' : study.claim);
  return world.studies
    .filter((study) => study.isListed || study.hospital === rights.organisation)
    .filter((study) => {
      const standing = standingIn(world, rights, study);
      return (
        decideAccess(subject, 'search', factsOf(world, study), standing, policy).outcome ===
        'permit'
      );
    })
    .toSorted(
      (a, b) =>
        compare(b.study_date, a.study_date) ||
        compare(b.study_time, a.study_time) ||
        compare(a.study_uid, b.study_uid) ||
        compare(place(a), place(b)),
    );
}

const compare = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
const claimsOf = (rows: readonly Readonly<{ claim?: string }>[]) => rows.map(({ claim }) => claim);

/** All rows, `limit` a page, each page behind the last row of the one before. */
async function walk(one: Case, level: Level, limit: number): Promise<readonly Row[]> {
  const found: Row[] = [];
  let position: SearchPosition | undefined;
  for (;;) {
    const plan = planned(one, level, `limit=${limit}`, position);
    const page = (await runs(plan.statement)).slice(0, limit);
    const last = page.at(-1);
    found.push(...page);
    if (last === undefined || page.length < limit) return found;
    position = positionOf(last);
  }
}

async function holds(world: World, one: Case, draw: Draw): Promise<number> {
  const expected = permitted(world, one);
  const all = planned(one, 'study', 'limit=5000');
  expect(claimsOf(await runs(all.statement))).toEqual(claimsOf(expected));
  const [counted] = await runs(all.total!.statement());
  expect(Number(counted?.['results'])).toBe(expected.length);

  const series = planned(one, 'series', 'limit=5000');
  const ofSeries = expected.flatMap(seriesUids);
  expect((await runs(series.statement)).map((row) => row['series_uid'])).toEqual(ofSeries);
  const visits = await runs(planned(one, 'instance', '').statement);
  expect(visits.map((row) => row['series_uid'])).toEqual(ofSeries);

  const offset = draw(expected.length + 2);
  const limit = 1 + draw(30);
  const page = await runs(planned(one, 'study', `limit=${limit}&offset=${offset}`).statement);
  expect(claimsOf(page)).toEqual(claimsOf(expected.slice(offset, offset + limit + 1)));
  const seriesPage = planned(one, 'series', `limit=${limit}&offset=${offset}`).statement;
  expect((await runs(seriesPage)).map((row) => row['series_uid'])).toEqual(
    ofSeries.slice(offset, offset + limit + 1),
  );
  if (expected.length < 30) {
    expect(claimsOf(await walk(one, 'study', 1 + draw(7)))).toEqual(claimsOf(expected));
    const walked = await walk(one, 'series', 1 + draw(7));
    expect(walked.map((row) => row['series_uid'])).toEqual(ofSeries);
  }

  const modality = planned(one, 'study', 'ModalitiesInStudy=SR&PatientID=P2&limit=5000');
  const fitting = expected.filter(
    (study) => modalitiesOf(study).includes('SR') && patientIdOf(study) === 'P2',
  );
  expect(claimsOf(await runs(modality.statement))).toEqual(claimsOf(fitting));
  const [fittingCounted] = await runs(modality.total!.statement());
  expect(Number(fittingCounted?.['results'])).toBe(fitting.length);
  const unindexed = planned(one, 'study', 'PatientComments=P1&limit=5000');
  const [candidates] = await runs(unindexed.candidates!);
  expect(Number(candidates?.['candidates'])).toBe(expected.length);
  expect(claimsOf(await runs(unindexed.statement))).toEqual(
    claimsOf(expected.filter((study) => patientIdOf(study) === 'P1')),
  );
  return expected.length;
}

/** How many rows of the list of reasons are wrong, which is then made anew. */
const wrongReasons = async () => {
  const { rows } = await database.pool.query('select rebuild_reach() as wrong');
  return Number(rows[0].wrong);
};

/** Persons are linked and parted, studies get their date, reasons end, come back and go. */
async function disturb(draw: Draw): Promise<void> {
  const person = () => `person-${draw(30)}`;
  for (let at = 0; at < 10; at++)
    await database.pool.query('select set_person($1, $2)', [`patient-of-${person()}`, person()]);
  for (const sql of [
    `update study_access set study_date = '20260101' where study_date = ''`,
    `update study_access set confidentiality = 'R', tags = '{other}' where study_uid < '1.2.5'`,
    `update study_access set state = 'disposed' where study_uid > '1.2.6'`,
    `update relationships set valid_until = valid_until + interval '1 day', claim = '' where id < 'id-3'`,
    `delete from relationships where id > 'id-5'`,
    `update grants set actor = '' where organisation <> ''`,
    `insert into grants select 'again-' || id, patient, person, organisation, actor, level, claim, valid_from, valid_until from grants`,
    `delete from break_glass where id > 'id-3'`,
    `delete from study_access where study_uid < '1.2.3'`,
  ])
    await database.pool.query(sql);
}

/** Only rows for others may hold in some jurisdictions only (`own-by-jurisdiction`). */
function drawPlaces(
  draw: Draw,
  places: readonly Place[],
): Pick<AccessRule, 'places' | 'jurisdictions'> {
  if (draw(3) > 0) return { places };
  const codes = JURISDICTIONS.filter(() => draw(2) === 0);
  const jurisdictions = draw(2) === 0 ? { in: codes } : { notIn: codes };
  return { places: places.filter((one) => one !== 'own'), jurisdictions };
}

const JURISDICTIONS = ['FR', 'FR-GES', 'LU', 'DE'];

/** Rows of the built-in table and made-up ones, in any order. */
function drawPolicy(draw: Draw): AccessPolicy {
  const some = <T>(items: readonly T[]): T[] => items.filter(() => draw(3) === 0);
  const made = (at: number): AccessRule => ({
    id: `made-${at}`,
    effect: draw(3) === 0 ? 'deny' : 'permit',
    why: '',
    roles: draw(3) === 0 ? [...ROLES] : some(ROLES),
    actions: draw(2) === 0 ? STUDY_ACTIONS : ['search'],
    ...(draw(4) === 0 ? { purposes: some(PURPOSES) } : {}),
    ...drawPlaces(draw, some(PLACES)),
    ...(draw(3) === 0 ? { levels: some(LEVELS) } : {}),
    ...(draw(3) === 0 ? { states: some(STATES) } : {}),
    when: draw(4) === 0 ? [] : CONDITIONS.filter(() => draw(8) === 0),
  });
  const rules = [
    ...some(accessPolicy.rules),
    ...Array.from({ length: draw(8) }, (_, at) => made(at)),
  ];
  return { ...accessPolicy, rules: rules.toSorted(() => draw(3) - 1) };
}

describe('a search finds exactly what the decision permits, in order, counted and page by page', () => {
  test.each(Array.from({ length: WORLDS }, (_, at) => SEED + at))('seed %i', async (seed) => {
    const draw = drawing(seed);
    const world = drawWorld(draw, STUDIES);
    await build(world, draw);
    let found = 0;
    for (let at = 0; at < SUBJECTS; at++) {
      const policy = draw(3) === 0 ? drawPolicy(draw) : accessPolicy;
      const subject = drawSubject(draw, world);
      const known = await knownOf({ rows: runs }, whoseRights(subject, policy) ?? subject);
      const looked = draw(4) > 0 ? { known } : {};
      found += await holds(world, { subject, policy, ...looked }, draw);
    }
    expect(found).toBeGreaterThan(0);
    expect(await wrongReasons()).toBe(0);
    await disturb(draw);
    expect(await wrongReasons()).toBe(0);
  });
});
