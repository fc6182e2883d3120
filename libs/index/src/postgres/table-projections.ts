import type { OpaqueIds } from '../opaque-ids.js';
import { careParts, careTables } from './replay-care.js';
import { hospitalsTable } from './replay-hospitals.js';
import { policiesTable } from './replay-policies.js';
import { quarantineTable } from './replay-quarantine.js';
import { reservationsTable } from './replay-reservations.js';
import { revocationsTable } from './replay-revocations.js';
import type { TableProjection } from './replay-table.js';

/** The tables that are projections of the log beside the findable one. All other tables are the log, its keys, queues or state. */
export const TABLE_NAMES = [
  'access_policies',
  'hospitals',
  'quarantine',
  'reservations',
  'revocations',
  'relationships',
  'relationship_reviews',
  'oppositions',
  'grants',
  'exclusions',
  'representatives',
  'break_glass',
  'vip-flags',
  'confidentiality',
] as const;

export type TableName = (typeof TABLE_NAMES)[number];

/** How each of them is made. */
export const tableProjections = (ids: OpaqueIds): Readonly<Record<TableName, TableProjection>> => ({
  access_policies: policiesTable,
  hospitals: hospitalsTable,
  quarantine: quarantineTable,
  reservations: reservationsTable(ids),
  ...careTables,
  ...careParts,
  revocations: revocationsTable,
});
