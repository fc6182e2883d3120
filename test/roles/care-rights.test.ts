import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CareEvent } from '#archive/care-events';
import { type ArchiveUnderRoles, archiveUnderRoles } from './archive-under-roles.js';

const patient = 'p1';
const FROM = '2026-11-01T10:00:00.000Z';
const UNTIL = '2036-11-20T10:00:00.000Z';

let archive: ArchiveUnderRoles;
beforeAll(async () => {
  archive = await archiveUnderRoles();
  await archive.database.pool.query(
    `insert into study_access (claim, hospital, patient, person) values ('c1', 'HOSP-A', 'p1', 'p1')`,
  );
});
afterAll(() => archive.close());

const order = () => ({ id: randomUUID(), actor: 'somebody' });

const FACTS: readonly CareEvent[] = [
  {
    type: 'EncounterOpened',
    data: { patient, encounter: 'e', organisation: 'HOSP-A' },
    personal: { from: FROM, until: null },
  },
  { type: 'EncounterClosed', data: { patient, encounter: 'e' }, personal: { until: UNTIL } },
  {
    type: 'RelationshipDeclared',
    data: {
      ...{ patient, relationship: 'r', kind: 'declared', organisation: 'HOSP-B' },
      ...{ actor: '', claim: '', declaredBy: 'doctor', sampled: true },
    },
    personal: { from: FROM, until: UNTIL, reviewDue: UNTIL, purpose: 'TREAT', attestation: 'yes' },
  },
  {
    type: 'RelationshipReviewed',
    data: { patient, relationship: 'r', outcome: 'unjustified', reviewer: 'dpo' },
    personal: { at: FROM, note: '' },
  },
  {
    type: 'BreakGlassOpened',
    data: { patient, breakGlass: 'b', organisation: 'HOSP-B', actor: 'doctor' },
    personal: {
      ...{ from: FROM, until: UNTIL, reviewDue: UNTIL, reason: 'other', text: 'why' },
      ...{ authority: 'NAT', value: '1' },
    },
  },
  {
    type: 'BreakGlassReviewed',
    data: { patient, breakGlass: 'b', outcome: 'justified', reviewer: 'dpo' },
    personal: { at: FROM, note: '' },
  },
  {
    type: 'OppositionRecorded',
    data: { patient, opposition: 'o', hospital: '', claim: '' },
    personal: { from: FROM },
  },
  { type: 'OppositionWithdrawn', data: { patient, opposition: 'o' }, personal: { at: UNTIL } },
  {
    type: 'GrantGiven',
    data: { patient, grant: 'g', organisation: 'HOSP-B', actor: '', level: 'R', claim: '' },
    personal: { from: FROM, until: null },
  },
  { type: 'GrantRevoked', data: { patient, grant: 'g' }, personal: { until: UNTIL } },
  {
    type: 'ExclusionRecorded',
    data: { patient, exclusion: 'x', organisation: 'HOSP-B', actor: '' },
    personal: { from: FROM },
  },
  { type: 'ExclusionWithdrawn', data: { patient, exclusion: 'x' }, personal: { at: UNTIL } },
  {
    type: 'RepresentativeNamed',
    data: { patient, representation: 'n', representative: 'p2' },
    personal: { from: FROM, until: null, capacity: 'parent' },
  },
  { type: 'VipFlagged', data: { patient, hospital: 'HOSP-A' } },
];

test('the edge records all of treatment and consent under its own role', async () => {
  for (const fact of FACTS)
    expect(await archive.edge.care.record(order(), fact)).toEqual({ ok: true });
  const mark = { level: 'V', tags: ['private'] } as const;
  const study = { hospital: 'HOSP-A', claim: 'c1', voice: 'patient', mark } as const;
  expect(await archive.edge.care.setConfidentiality(order(), study)).toEqual({ ok: true });
  const { rows } = await archive.database.pool.query(
    `select (select count(*)::int from notices) as notices, (select count(*)::int from relationships) as relationships,
       (select confidentiality from study_access) as level, (select vip from person_flags) as vip,
       (select outcome from break_glass) as outcome`,
  );
  expect(rows).toEqual([
    { notices: 2, relationships: 2, level: 'V', vip: true, outcome: 'justified' },
  ]);
  expect(await archive.edge.care.readBreakGlass(patient, 'b')).toMatchObject({ text: 'why' });
});

test('commands of many patients at once don’t wait for each other’s connections', async () => {
  const many = Array.from({ length: 40 }, (_, at) =>
    archive.edge.care.record(order(), {
      type: 'OppositionRecorded',
      data: { patient: `many-${at}`, opposition: `many-${at}`, hospital: '', claim: '' },
      personal: { from: FROM },
    }),
  );
  expect(new Set((await Promise.all(many)).map(({ ok }) => ok))).toEqual(new Set([true]));
});
