import type { Event } from '#events/event';
import type { RetentionMark, RetentionTable } from '#retention/retention-policy';

/** How long everything is kept from now on, whole: the policies are data. `basedOn` is the version that they took the place of. */
export type RetentionPolicyPublished = Event<
  'RetentionPolicyPublished',
  { basedOn: string; table: RetentionTable }
>;

/**
 * The patient is dead, says `source`, the code of an organisation. `subject` is the patient, the opaque id of one identifier; `date` YYYY-MM-DD. What
 * the same source says later takes the place of what it said.
 */
export type DeathRecorded = Event<
  'DeathRecorded',
  { subject: string; source: string },
  { date: string }
>;

/** That source was wrong: it says no longer that the patient is dead. */
export type DeathRetracted = Event<'DeathRetracted', { subject: string; source: string }>;

/** What a dispute or a mark is about: all that the hospital holds of a patient, or one study; `subject` is the opaque id of the one or the other. */
export type RetentionScope = 'patient' | 'study';

/** Somebody claims against the hospital, or contests the care: nothing of it may go meanwhile. `from` YYYY-MM-DD. */
export type DisputeOpened = Event<
  'DisputeOpened',
  { subject: string; scope: RetentionScope; dispute: string; hospital: string },
  { from: string; reason: string }
>;

/** The dispute has ended. `until` is its last day. */
export type DisputeClosed = Event<
  'DisputeClosed',
  { subject: string; scope: RetentionScope; dispute: string; hospital: string },
  { until: string }
>;

/** A law asks for longer because of what the patient has, or which programme the study is of. `on`: the day that counts, '' when none does. */
export type RetentionMarkSet = Event<
  'RetentionMarkSet',
  { subject: string; scope: RetentionScope; marking: string; hospital: string },
  { mark: RetentionMark; on: string }
>;

/** The mark was wrong, or isn't true any more. */
export type RetentionMarkCleared = Event<
  'RetentionMarkCleared',
  { subject: string; scope: RetentionScope; marking: string; hospital: string }
>;

export type RetentionEvent =
  | DeathRecorded
  | DeathRetracted
  | DisputeOpened
  | DisputeClosed
  | RetentionMarkSet
  | RetentionMarkCleared;

/** `subject` is the opaque id of a patient's identifier, or the claim of a study. */
export const retentionStream = (subject: string) => `retention-${subject}`;
