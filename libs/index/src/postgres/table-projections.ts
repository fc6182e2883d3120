import type { OpaqueIds } from '../opaque-ids.js';
import type { FillAccess } from './fill-access.js';
import { careParts, careTables } from './replay-care.js';
import { disposedPart, dispositionBatchesTable, tombstonesTable } from './replay-dispositions.js';
import { fixityBatchesTable, fixityDamageTable } from './replay-fixity.js';
import { legalHoldsTable } from './replay-holds.js';
import { hospitalsTable } from './replay-hospitals.js';
import { identityLinksTable, studyMovesTable } from './replay-links.js';
import { matchWindowsTable } from './replay-match-windows.js';
import { orderTables } from './replay-orders.js';
import { birthDatesPart, patientIdsTable } from './replay-patients.js';
import { studyHoldsTable } from './replay-placements.js';
import { policiesTable } from './replay-policies.js';
import { quarantineTable } from './replay-quarantine.js';
import { reservationsTable } from './replay-reservations.js';
import { retentionTables } from './replay-retention.js';
import { revocationsTable } from './replay-revocations.js';
import { retentionScheduleTable } from './replay-schedules.js';
import { studyAccessTable } from './replay-study-access.js';
import { type ExamSources, studyExamsTable } from './replay-study-exams.js';
import type { TableProjection } from './replay-table.js';
import { webhooksTable } from './replay-webhooks.js';
import { manifestsTable } from './write-manifests.js';

/** The tables that are projections of the log beside the findable one. Each is made of those before it at most. All other tables are the log, its keys, queues or state. */
export const TABLE_NAMES = [
  'access_policies',
  'match_windows',
  'retention_policies',
  'hospitals',
  'quarantine',
  'reservations',
  'revocations',
  'webhooks',
  'identity_links',
  'study_moves',
  'patient_ids',
  'birth-dates',
  'study_access',
  'relationships',
  'relationship_reviews',
  'oppositions',
  'grants',
  'exclusions',
  'representatives',
  'break_glass',
  'vip-flags',
  'confidentiality',
  'orders',
  'duplicate_cards',
  'study_exams',
  'manifests',
  'disposition_batches',
  'tombstones',
  'disposed-studies',
  'deaths',
  'retention_disputes',
  'retention_marks',
  'retention_schedule',
  'legal_holds',
  'study_holds',
  'fixity_batches',
  'fixity_damage',
] as const;

export type TableName = (typeof TABLE_NAMES)[number];

/** How each of them is made. */
export const tableProjections = (
  ids: OpaqueIds,
  fill: FillAccess,
  exams: ExamSources,
): Readonly<Record<TableName, TableProjection>> => ({
  access_policies: policiesTable,
  match_windows: matchWindowsTable,
  hospitals: hospitalsTable,
  quarantine: quarantineTable,
  reservations: reservationsTable(ids),
  revocations: revocationsTable,
  webhooks: webhooksTable,
  identity_links: identityLinksTable,
  study_moves: studyMovesTable,
  patient_ids: patientIdsTable(fill),
  'birth-dates': birthDatesPart,
  study_access: studyAccessTable(fill),
  study_exams: studyExamsTable(exams),
  ...careTables,
  ...careParts,
  ...orderTables,
  manifests: manifestsTable,
  disposition_batches: dispositionBatchesTable,
  tombstones: tombstonesTable,
  'disposed-studies': disposedPart,
  ...retentionTables,
  retention_schedule: retentionScheduleTable,
  legal_holds: legalHoldsTable,
  study_holds: studyHoldsTable,
  fixity_batches: fixityBatchesTable,
  fixity_damage: fixityDamageTable,
});
