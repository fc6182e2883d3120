import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CareEvent } from '#archive/care-events';
import { patientKey } from '#archive/care-events';
import type { CareCommands } from '#index/care-commands';
import { type CareFeed, careFeed } from '#index/care-feed';
import type { TableName } from '#index/postgres/table-projections';
import { careOf, newOrder } from '../support/care.js';
import { type FilledArchive, filledArchive } from './filled-archive.js';

const TABLES = {
  relationships: 'relationships',
  relationship_reviews: 'relationship_reviews',
  oppositions: 'oppositions',
  grants: 'grants',
  exclusions: 'exclusions',
  representatives: 'representatives',
  break_glass: 'break_glass',
  'vip-flags': 'person_flags',
  confidentiality: 'study_access',
} as const satisfies Partial<Record<TableName, string>>;
type CareTableName = keyof typeof TABLES;
const NAMES = Object.keys(TABLES) as CareTableName[];

const ROWS: Readonly<Record<CareTableName, number>> = {
  relationships: 4,
  relationship_reviews: 2,
  oppositions: 2,
  grants: 2,
  exclusions: 2,
  representatives: 2,
  break_glass: 2,
  'vip-flags': 2,
  confidentiality: 2,
};
const EQUAL = { missing: 0, extra: 0, changed: 0, setAside: 0, shown: [], repaired: false };

const FROM = '2026-11-01T10:00:00.000Z';
const UNTIL = '2026-11-20T10:00:00.000Z';
const LATER = '2026-11-10T10:00:00.000Z';

let filled: FilledArchive;
let care: CareCommands;
let feed: CareFeed;
const patientOf = (value: string) => filled.archive.ingest.ids.patient('NAT', value);

beforeAll(async () => {
  filled = await filledArchive();
  care = careOf(filled.archive);
  feed = careFeed(care, filled.archive.ingest.ids);
  await query(
    `insert into study_access (claim, hospital, patient, person) select claim, 'HOSP-A', $2, $2 from unnest($1::text[]) claim
     on conflict do nothing`,
    [[1, 2].map(filled.claimOf), patientOf('1')],
  );
  for (const value of ['1', '2']) await tellAll(value);
  await tellConfidentiality();
});
afterAll(() => filled.close());

const query = async (sql: string, values: readonly unknown[] = []) =>
  (await filled.archive.pool.query(sql, [...values])).rows;
const rowsOf = (name: CareTableName) => query(`select * from ${TABLES[name]} order by 1`);
const rebuild = (name: CareTableName, repair = false) =>
  filled.archive.rebuildTable(name, { repair });
const record = async (fact: CareEvent) =>
  expect(await care.record(newOrder(), fact)).toEqual({ ok: true });

/** One of everything, and one more that has ended or was withdrawn. */
async function tellAll(value: string): Promise<void> {
  const patient = patientOf(value);
  const id = (name: string) => `${name}-${value}`;
  const visit = { organisation: 'HOSP-A', visit: value, patient: { authority: 'NAT', value } };
  await feed.openEncounter(newOrder(), visit, { from: FROM, until: null });
  await feed.closeEncounter(newOrder(), visit, UNTIL);
  for (const fact of [...declarations(patient, id), ...consents(patient, id)]) await record(fact);
}

type Named = (name: string) => string;

const declarations = (patient: string, id: Named): readonly CareEvent[] => [
  {
    type: 'RelationshipDeclared',
    data: {
      ...{ patient, relationship: id('r'), kind: 'declared', organisation: 'HOSP-B' },
      ...{ actor: 'doctor', claim: '', declaredBy: 'doctor', sampled: true },
    },
    personal: { from: FROM, until: UNTIL, reviewDue: UNTIL, purpose: 'TREAT', attestation: 'yes' },
  },
  {
    type: 'RelationshipReviewed',
    data: { patient, relationship: id('r'), outcome: 'unjustified', reviewer: 'dpo' },
    personal: { at: LATER, note: 'no' },
  },
  {
    type: 'BreakGlassOpened',
    data: { patient, breakGlass: id('b'), organisation: 'HOSP-B', actor: 'doctor' },
    personal: {
      ...{ from: FROM, until: UNTIL, reviewDue: UNTIL, reason: 'vital-interest', text: 'why' },
      ...{ authority: 'NAT', value: '1' },
    },
  },
  {
    type: 'BreakGlassReviewed',
    data: { patient, breakGlass: id('b'), outcome: 'justified', reviewer: 'dpo' },
    personal: { at: LATER, note: '' },
  },
  { type: 'VipFlagged', data: { patient, hospital: 'HOSP-A' } },
  { type: 'VipFlagged', data: { patient, hospital: 'HOSP-B' } },
  { type: 'VipUnflagged', data: { patient, hospital: 'HOSP-A', vip: true } },
];

const consents = (patient: string, id: Named): readonly CareEvent[] => [
  ...['o', 'o-withdrawn'].map(
    (name): CareEvent => ({
      type: 'OppositionRecorded',
      data: { patient, opposition: id(name), hospital: '', claim: '' },
      personal: { from: FROM },
    }),
  ),
  {
    type: 'OppositionWithdrawn',
    data: { patient, opposition: id('o-withdrawn') },
    personal: { at: LATER },
  },
  {
    type: 'GrantGiven',
    data: { patient, grant: id('g'), organisation: 'HOSP-B', actor: '', level: 'R', claim: '' },
    personal: { from: FROM, until: null },
  },
  { type: 'GrantRevoked', data: { patient, grant: id('g') }, personal: { until: LATER } },
  ...['x', 'x-withdrawn'].map(
    (name): CareEvent => ({
      type: 'ExclusionRecorded',
      data: { patient, exclusion: id(name), organisation: 'HOSP-C', actor: '' },
      personal: { from: FROM },
    }),
  ),
  {
    type: 'ExclusionWithdrawn',
    data: { patient, exclusion: id('x-withdrawn') },
    personal: { at: LATER },
  },
  {
    type: 'RepresentativeNamed',
    data: { patient, representation: id('n'), representative: patientOf('parent') },
    personal: { from: FROM, until: null, capacity: 'parent' },
  },
];

async function tellConfidentiality(): Promise<void> {
  for (const [study, level] of [
    [1, 'V'],
    [2, 'R'],
  ] as const)
    await care.setConfidentiality(newOrder(), {
      ...{ hospital: 'HOSP-A', claim: filled.claimOf(study), voice: 'patient' },
      mark: { level, tags: ['adolescent'] },
    });
}

test('rows say what the facts say', async () => {
  const [row] = await query(`select * from relationships where id = 'r-1'`);
  expect(row).toMatchObject({ kind: 'declared', actor: 'doctor', valid_until: new Date(LATER) });
  expect(
    await query(`select opposition from (select id as opposition from oppositions) o order by 1`),
  ).toEqual([{ opposition: 'o-1' }, { opposition: 'o-2' }]);
  expect(await query(`select valid_until from grants where id = 'g-1'`)).toEqual([
    { valid_until: new Date(LATER) },
  ]);
  expect(await query(`select outcome from break_glass`)).toEqual(
    Array(2).fill({ outcome: 'justified' }),
  );
  expect(await query('select confidentiality, tags from study_access order by 1')).toEqual([
    { confidentiality: 'R', tags: ['adolescent'] },
    { confidentiality: 'V', tags: ['adolescent'] },
  ]);
});

test('a fact that is told again makes no other row, and no other notice', async () => {
  const before = await Promise.all([
    ...NAMES.map(rowsOf),
    query('select * from notices order by 1'),
  ]);
  const order = newOrder();
  const [again] = consents(patientOf('1'), (name) => `${name}-again`);
  for (let round = 0; round < 2; round++)
    expect(await care.record(order, again as CareEvent)).toEqual({ ok: true });
  const withdrawn = { patient: patientOf('1'), opposition: 'o-again' };
  await record({ type: 'OppositionWithdrawn', data: withdrawn, personal: { at: LATER } });
  expect(await care.record(order, again as CareEvent)).toEqual({ ok: true });
  expect(
    await Promise.all([...NAMES.map(rowsOf), query('select * from notices order by 1')]),
  ).toEqual(before);
  expect(await query('select audience from notices')).toHaveLength(4);
});

test.each(NAMES)('%s is what the log says', async (name) => {
  expect(await rebuild(name)).toMatchObject({ ...EQUAL, rows: ROWS[name] });
});

test.each(NAMES)('the persons of %s follow the links', async (name) => {
  const patient = patientOf('1');
  const known = `insert into patient_ids (patient, person, authority, value) values ($1, $1, 'NAT', '1') on conflict do nothing`;
  await query(known, [patient]);
  await query('select set_person($1, $2)', [patient, 'human']);
  expect(await rebuild(name)).toMatchObject({ ...EQUAL, rows: ROWS[name] });
  await query('select set_person($1, $1)', [patient]);
});

/* One row less, one with other content, one that no fact made. */
const DAMAGE: Readonly<Record<CareTableName, readonly string[]>> = {
  relationships: [
    `delete from relationships where id = 'r-1'`,
    `update relationships set valid_until = 'infinity' where id = 'r-2'`,
    `insert into relationships select 'invented', patient, person, organisation, kind, actor, claim, valid_from from relationships limit 1`,
  ],
  relationship_reviews: [
    `delete from relationship_reviews where id = 'r-1'`,
    `update relationship_reviews set outcome = 'justified' where id = 'r-2'`,
    `insert into relationship_reviews select 'invented', patient, organisation, actor, declared_at, review_due from relationship_reviews limit 1`,
  ],
  oppositions: [
    `delete from oppositions where id = 'o-1'`,
    `update oppositions set hospital = 'HOSP-A' where id = 'o-2'`,
    `insert into oppositions select 'invented', patient, person, hospital, claim, valid_from from oppositions limit 1`,
  ],
  grants: [
    `delete from grants where id = 'g-1'`,
    `update grants set level = 'V' where id = 'g-2'`,
    `insert into grants select 'invented', patient, person, organisation, actor, level, claim, valid_from from grants limit 1`,
  ],
  exclusions: [
    `delete from exclusions where id = 'x-1'`,
    `update exclusions set organisation = 'HOSP-A' where id = 'x-2'`,
    `insert into exclusions select 'invented', patient, person, organisation, actor, valid_from from exclusions limit 1`,
  ],
  representatives: [
    `delete from representatives where id = 'n-1'`,
    `update representatives set representative_person = 'nobody' where id = 'n-2'`,
    `insert into representatives select 'invented', patient, person, representative, representative_person, valid_from from representatives limit 1`,
  ],
  break_glass: [
    `delete from break_glass where id = 'b-1'`,
    `update break_glass set person = 'nobody' where id = 'b-2'`,
    `insert into break_glass select 'invented', patient, person, organisation, actor, opened_at, valid_until, review_due from break_glass limit 1`,
  ],
  'vip-flags': [
    `delete from person_flags where patient = (select min(patient) from person_flags where vip)`,
    `update person_flags set person = 'nobody' where patient = (select max(patient) from person_flags where vip)`,
    `insert into person_flags values ('invented', 'invented', true)`,
  ],
  confidentiality: [
    `update study_access set confidentiality = 'N', tags = '{}' where confidentiality = 'R'`,
    `update study_access set tags = '{other}' where confidentiality = 'V'`,
    `insert into study_access (claim, hospital, confidentiality) values ('invented', 'HOSP-A', 'V')`,
  ],
};
const UNPART: Readonly<Partial<Record<CareTableName, string>>> = {
  'vip-flags': `delete from person_flags where patient = 'invented' and not vip`,
  confidentiality: `delete from study_access where claim = 'invented' and confidentiality = 'N'`,
};

test.each(NAMES)(
  'in %s a row that is lost, changed or invented is counted, left, and put right on request',
  async (name) => {
    const before = await rowsOf(name);
    for (const sql of DAMAGE[name]) await query(sql);
    const damaged = await rowsOf(name);
    const found = { missing: 1, extra: 1, changed: 1, rows: ROWS[name] };
    expect(await rebuild(name)).toMatchObject({ ...found, repaired: false });
    expect(await rowsOf(name)).toEqual(damaged);
    expect(await rebuild(name, true)).toMatchObject({ ...found, repaired: true });
    expect(await rebuild(name)).toMatchObject(EQUAL);
    await query(UNPART[name] ?? 'select 1');
    expect(await rowsOf(name)).toEqual(before);
  },
);

test('rows of a patient whose key is destroyed are left alone, and nothing new is kept about them', async () => {
  const patient = patientOf('2');
  await filled.archive.ingest.keys.destroy(patientKey(patient));
  expect(await rebuild('grants', true)).toMatchObject({ ...EQUAL, rows: 1, setAside: 1 });
  expect(
    await care.record(newOrder(), {
      type: 'OppositionRecorded',
      data: { patient, opposition: 'late', hospital: '', claim: '' },
      personal: { from: FROM },
    }),
  ).toEqual({ ok: false, refusal: 'erased' });
});
