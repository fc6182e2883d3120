import type { RetentionTable } from '#retention/retention-policy';
import type { Schedule } from '#retention/schedule';
import { scheduleOf } from '#retention/schedule-of';
import type { StudyRetention } from './study-retention.js';

/** A row of `retention_schedule`, but for when it was computed. */
export type ScheduleRow = Readonly<{
  claim: string;
  hospital: string;
  jurisdiction: string;
  state: Schedule['state'];
  because: string;
  due_on: string | null;
  must_go_on: string | null;
  policy: string;
  rule: string;
  legal_source: string;
  policy_version: string;
  inputs: Schedule['inputs'];
}>;

export const SCHEDULE_COLUMNS = [
  ...['claim', 'hospital', 'jurisdiction', 'state', 'because', 'due_on', 'must_go_on'],
  ...['policy', 'rule', 'legal_source', 'policy_version', 'inputs'],
] as const;

/** The row of a study by these policies. */
export function scheduleRow(
  { claim, hospital, facts }: StudyRetention,
  { version, policies }: RetentionTable,
): ScheduleRow {
  const schedule = scheduleOf(facts, policies);
  const isDecided = schedule.state === 'scheduled' || schedule.state === 'permanent';
  return {
    ...{ claim, hospital, jurisdiction: facts.jurisdiction, state: schedule.state },
    because: isDecided ? '' : schedule.because,
    due_on: schedule.state === 'scheduled' ? schedule.dueOn : null,
    must_go_on: schedule.state === 'scheduled' ? schedule.mustGoOn : null,
    policy: isDecided ? schedule.policy : '',
    rule: isDecided ? schedule.rule : '',
    legal_source: isDecided ? schedule.legalSource : '',
    policy_version: version,
    inputs: schedule.inputs,
  };
}
