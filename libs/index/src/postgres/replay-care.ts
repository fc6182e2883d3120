import { patientKey } from '#archive/care-events';
import type { ArchiveEvent } from '#archive/catalogue';
import type { CareTable } from '../care-rows.js';
import { CARE_PARTS, CARE_TABLES, shapeOf } from './care-tables.js';
import type { TableProjection } from './replay-table.js';
import { buildCare } from './write-care.js';

const RELATIONSHIPS = [
  'EncounterOpened',
  'EncounterClosed',
  'RelationshipDeclared',
  'RelationshipReviewed',
  'RelationshipEnded',
] as const;

const TYPES: Readonly<Record<CareTable, readonly ArchiveEvent['type'][]>> = {
  relationships: RELATIONSHIPS,
  relationship_reviews: RELATIONSHIPS,
  oppositions: ['OppositionRecorded', 'OppositionWithdrawn'],
  grants: ['GrantGiven', 'GrantRevoked'],
  exclusions: ['ExclusionRecorded', 'ExclusionWithdrawn'],
  representatives: ['RepresentativeNamed', 'RepresentativeRemoved'],
  break_glass: ['BreakGlassOpened', 'BreakGlassReviewed'],
  person_flags: ['VipFlagged', 'VipUnflagged'],
  study_access: ['ConfidentialitySet'],
};

const personOf = (patient: string) => (row: string) =>
  `coalesce((select p.person from patient_ids p where p.patient = ${row}.${patient}), ${row}.${patient})`;

const projection = (table: CareTable): TableProjection => {
  const { key, columns, times, people } = shapeOf(table);
  return {
    table,
    key,
    columns,
    times,
    types: TYPES[table],
    computed: Object.fromEntries(
      Object.entries(people).map(([patient, person]) => [person, personOf(patient)]),
    ),
    sealedBy: (row) => `'${patientKey('')}' || ${row}.patient`,
    replay: (client, facts) => buildCare(client, table, facts),
  };
};

/** The tables that care has alone. Who the person of a patient is, links say: it is asked of `patient_ids` when the rows are compared. */
export const careTables = Object.fromEntries(
  Object.keys(CARE_TABLES).map((table) => [table, projection(table as keyof typeof CARE_TABLES)]),
) as Readonly<Record<keyof typeof CARE_TABLES, TableProjection>>;

/** What care says in rows that are others': who is flagged, and how confidential a study is. No fact: as if it had said the least. */
export const careParts: Readonly<Record<'vip-flags' | 'confidentiality', TableProjection>> = {
  'vip-flags': {
    ...projection('person_flags'),
    part: { holds: (row) => `${row}.vip`, undo: 'vip = false', adds: true },
  },
  confidentiality: {
    ...projection('study_access'),
    columns: CARE_PARTS.study_access.columns.filter((column) => column !== 'hospital'),
    sealedBy: (row) => `${row}.claim`,
    part: {
      holds: (row) => `(${row}.confidentiality <> 'N' or ${row}.tags <> '{}')`,
      undo: `confidentiality = 'N', tags = '{}'`,
      adds: false,
    },
  },
};
