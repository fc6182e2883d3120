import type { CareTable } from '../care-rows.js';

/** How one table of care is written. `key` is the column of its primary key. */
export type CareTableShape = Readonly<{
  key: string;
  /** Of a whole row, the key first. */
  columns: readonly string[];
  /** Those that a later fact changes alone. */
  settable: readonly string[];
  /** Columns that hold the person of a patient, by the column that holds the patient. */
  people: Readonly<Record<string, string>>;
  times: readonly string[];
}>;

const PERSON = { patient: 'person' };
const PERIOD = ['valid_from', 'valid_until'];
const REVIEWED = ['reviewed_at', 'outcome'];

/** Rows of these belong to care alone. */
export const CARE_TABLES = {
  relationships: {
    key: 'id',
    columns: ['id', 'patient', 'person', 'organisation', 'kind', 'actor', 'claim', ...PERIOD],
    settable: ['valid_until'],
    people: PERSON,
    times: PERIOD,
  },
  relationship_reviews: {
    key: 'id',
    columns: ['id', 'patient', 'organisation', 'actor', 'declared_at', 'review_due', ...REVIEWED],
    settable: REVIEWED,
    people: {},
    times: ['declared_at', 'review_due', 'reviewed_at'],
  },
  oppositions: {
    key: 'id',
    columns: ['id', 'patient', 'person', 'hospital', 'claim', 'valid_from'],
    settable: [],
    people: PERSON,
    times: ['valid_from'],
  },
  grants: {
    key: 'id',
    columns: ['id', 'patient', 'person', 'organisation', 'actor', 'level', 'claim', ...PERIOD],
    settable: ['valid_until'],
    people: PERSON,
    times: PERIOD,
  },
  exclusions: {
    key: 'id',
    columns: ['id', 'patient', 'person', 'organisation', 'actor', 'valid_from'],
    settable: [],
    people: PERSON,
    times: ['valid_from'],
  },
  representatives: {
    key: 'id',
    columns: ['id', 'patient', 'person', 'representative', 'representative_person', ...PERIOD],
    settable: ['valid_until'],
    people: { ...PERSON, representative: 'representative_person' },
    times: PERIOD,
  },
  break_glass: {
    key: 'id',
    columns: [
      ...['id', 'patient', 'person', 'organisation', 'actor'],
      ...['opened_at', 'valid_until', 'review_due', ...REVIEWED],
    ],
    settable: REVIEWED,
    people: PERSON,
    times: ['opened_at', 'valid_until', 'review_due', 'reviewed_at'],
  },
} as const satisfies Partial<Record<CareTable, CareTableShape>>;

/** Rows of these are others' too: care has some columns of them. */
export const CARE_PARTS = {
  person_flags: {
    key: 'patient',
    columns: ['patient', 'person', 'vip'],
    settable: [],
    people: PERSON,
    times: [],
  },
  study_access: {
    key: 'claim',
    columns: ['claim', 'hospital', 'confidentiality', 'tags'],
    settable: ['confidentiality', 'tags'],
    people: {},
    times: [],
  },
} as const satisfies Partial<Record<CareTable, CareTableShape>>;

export const shapeOf = (table: CareTable): CareTableShape =>
  ({ ...CARE_TABLES, ...CARE_PARTS })[table];
