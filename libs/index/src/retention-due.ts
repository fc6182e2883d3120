import type { Findable } from './findable.js';
import type { ScheduleRow } from './schedule-row.js';

/** Which studies are looked for. `hospital` undefined: of all. Days are YYYY-MM-DD; `before` exclusive. */
export type DueAsked = Readonly<{
  hospital: string | undefined;
  before: string;
  /** The last one that was seen. */
  after?: Readonly<{ dueOn: string; claim: string }> | undefined;
  limit: number;
}>;

/** A study that may go, and why: by opaque ids. */
export type DueStudy = Readonly<{
  claim: string;
  hospital: string;
  dueOn: string;
  mustGoOn: string | null;
  policy: string;
  rule: string;
  legalSource: string;
  policyVersion: string;
}>;

const DUE = `select claim, hospital, due_on::text as "dueOn", must_go_on::text as "mustGoOn", policy, rule, legal_source as "legalSource",
    policy_version as "policyVersion"
  from retention_schedule
  where state = 'scheduled' and due_on < $2 and ($1::text is null or hospital = $1)
    and ($3::date is null or (due_on, claim) > ($3::date, $4))
  order by due_on, claim limit $5`;

/** The studies that may go before a day, those first that could longest. */
export async function dueStudies(
  rows: Findable['rows'],
  { hospital, before, after, limit }: DueAsked,
): Promise<readonly DueStudy[]> {
  const values = [hospital ?? null, before, after?.dueOn ?? null, after?.claim ?? '', limit];
  return (await rows({ text: DUE, values })) as unknown as readonly DueStudy[];
}

/** How many studies stand how; `next`: the first day on which one of them may go. */
export type ScheduleCount = Readonly<{
  hospital: string;
  state: string;
  because: string;
  studies: number;
  next: string | null;
}>;

const COUNTS = `select hospital, state, because, count(*)::int as studies, min(due_on)::text as next
  from retention_schedule where $1::text is null or hospital = $1 group by 1, 2, 3 order by 1, 2, 3`;

/** How the schedules of a hospital stand, or (undefined) of all. */
export const scheduleCounts = async (
  rows: Findable['rows'],
  hospital: string | undefined,
): Promise<readonly ScheduleCount[]> =>
  (await rows({ text: COUNTS, values: [hospital ?? null] })) as unknown as readonly ScheduleCount[];

/** A schedule as it is told: days as YYYY-MM-DD, `computedAt` as ISO 8601 has it. */
export type ToldSchedule = Readonly<{
  claim: string;
  state: ScheduleRow['state'];
  because: string;
  dueOn: string | null;
  mustGoOn: string | null;
  policy: string;
  rule: string;
  legalSource: string;
  policyVersion: string;
  inputs: ScheduleRow['inputs'];
  computedAt: string;
}>;

const ONE = `select claim, state, because, due_on::text as "dueOn", must_go_on::text as "mustGoOn", policy, rule, legal_source as "legalSource",
    policy_version as "policyVersion", inputs, to_char(computed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "computedAt"
  from retention_schedule where claim = $1 and hospital = $2`;

/** The schedule of a study of a hospital; undefined when there is none. */
export const readSchedule = async (
  rows: Findable['rows'],
  hospital: string,
  claim: string,
): Promise<ToldSchedule | undefined> =>
  (await rows({ text: ONE, values: [claim, hospital] }))[0] as unknown as ToldSchedule | undefined;
