import type { ArchiveEvent } from '#archive/catalogue';
import type { RetentionEvent } from '#archive/retention-events';
import type { RowChange } from './net-changes.js';

/** The tables of what moves schedules (`infra/postgres/0027-retention.sql`). */
export const RETENTION_TABLES = {
  deaths: ['id', 'patient', 'source', 'died_on'],
  retention_disputes: ['id', 'subject', 'scope', 'hospital', 'from_day', 'until_day'],
  retention_marks: ['id', 'subject', 'scope', 'hospital', 'mark', 'on_day'],
} as const;
export type RetentionTableName = keyof typeof RETENTION_TABLES;

export type RetentionChange = RowChange<RetentionTableName>;

/** The facts that each table is made of. */
export const RETENTION_FACTS: Readonly<
  Record<RetentionTableName, readonly RetentionEvent['type'][]>
> = {
  deaths: ['DeathRecorded', 'DeathRetracted'],
  retention_disputes: ['DisputeOpened', 'DisputeClosed'],
  retention_marks: ['RetentionMarkSet', 'RetentionMarkCleared'],
};

/** What a fact makes of the rows; nothing when its key is destroyed, and of facts of others. */
export function retentionChanges(event: ArchiveEvent): readonly RetentionChange[] {
  switch (event.type) {
    case 'DeathRecorded':
    case 'DeathRetracted':
      return deathChanges(event);
    case 'DisputeOpened':
    case 'DisputeClosed':
      return disputeChanges(event);
    case 'RetentionMarkSet':
    case 'RetentionMarkCleared':
      return markChanges(event);
    default:
      return [];
  }
}

type Of<T extends RetentionEvent['type']> = Extract<RetentionEvent, { type: T }>;

function deathChanges(
  event: Of<'DeathRecorded'> | Of<'DeathRetracted'>,
): readonly RetentionChange[] {
  const { subject: patient, source } = event.data;
  const [table, key] = ['deaths' as const, `${patient}/${source}`];
  if (event.type === 'DeathRetracted') return [{ table, key, how: 'drop', row: {} }];
  if (event.personal === undefined) return [];
  const row = { id: key, patient, source, died_on: event.personal.date };
  return [{ table, key, how: 'put', row }];
}

function disputeChanges(
  event: Of<'DisputeOpened'> | Of<'DisputeClosed'>,
): readonly RetentionChange[] {
  const { dispute: key, subject, hospital } = event.data;
  const table = 'retention_disputes' as const;
  if (event.personal === undefined) return [];
  if (event.type === 'DisputeClosed')
    return [{ table, key, how: 'set', row: { id: key, until_day: event.personal.until } }];
  const { scope } = event.data;
  const row = { id: key, subject, scope, hospital, from_day: event.personal.from, until_day: null };
  return [{ table, key, how: 'put', row }];
}

function markChanges(
  event: Of<'RetentionMarkSet'> | Of<'RetentionMarkCleared'>,
): readonly RetentionChange[] {
  const { marking: key, subject, hospital } = event.data;
  const table = 'retention_marks' as const;
  if (event.type === 'RetentionMarkCleared') return [{ table, key, how: 'drop', row: {} }];
  if (event.personal === undefined) return [];
  const { mark, on } = event.personal;
  const row = { id: key, subject, scope: event.data.scope, hospital, mark, on_day: on };
  return [{ table, key, how: 'put', row }];
}
