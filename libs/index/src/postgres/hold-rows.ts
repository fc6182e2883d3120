import type { Pool } from 'pg';
import type { HoldCase, HoldFilter, HoldPage, HoldReach } from '../hold-desk.js';

const STATES: Readonly<Record<HoldFilter, string>> = {
  standing: `status <> 'released'`,
  overdue: `status <> 'released' and review_due < $2`,
  'release-asked': `status = 'release-asked'`,
  released: `status = 'released'`,
  all: 'true',
};

const iso = (column: string, name: string) =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "${name}"`;

/** A case as it is shown. */
const SHOWN = [
  ...['hold as id', `nullif(hospital, '') as hospital`, 'scope', `nullif(patient, '') as patient`],
  `nullif(claim, '') as claim`,
  `case when scope = 'query' then json_build_object('from', from_day, 'to', to_day, 'groups', groups, 'regions', regions) end as criteria`,
  ...['reason', 'opened_by as "openedBy"', iso('opened_at', 'openedAt')],
  ...[iso('review_due', 'reviewDue'), iso('reviewed_at', 'reviewedAt'), 'status'],
  ...[`nullif(asked_by, '') as "askedBy"`, iso('asked_at', 'askedAt')],
  ...[`nullif(asked_reason, '') as "askedReason"`, `nullif(released_by, '') as "releasedBy"`],
  ...[iso('released_at', 'releasedAt'), iso('confirmed_at', 'confirmedAt')],
  ...['confirmed_studies as "confirmedStudies"', iso('ended_at', 'endedAt')],
].join(', ');

/** A page of cases. */
export async function listHolds(
  pool: Pool,
  { hospital, state, after, limit, now }: HoldPage,
): Promise<readonly HoldCase[]> {
  const { rows } = await pool.query(
    `select ${SHOWN} from legal_holds where ($1 = '' or hospital in ($1, '')) and $2::timestamptz is not null and ${STATES[state]}
       and ($3::text is null or (review_due, hold) > (select l.review_due, l.hold from legal_holds l where l.hold = $3))
     order by review_due, hold limit $4`,
    [hospital, now, after ?? null, limit],
  );
  return rows.map(caseOf);
}

/** One case, and how far it has come. */
export async function findHold(
  pool: Pool,
  hold: string,
): Promise<(HoldCase & HoldReach) | undefined> {
  const { rows } = await pool.query(
    `select ${SHOWN}, (select count(*)::int from study_holds s where s.hold = h.hold) as placed,
       exists (select from hold_work w where w.hold = h.hold) or exists (select from hold_queue q where q.hold = h.hold) as "isComing"
     from legal_holds h where h.hold = $1`,
    [hold],
  );
  return rows[0] && { ...caseOf(rows[0]), placed: rows[0].placed, isComing: rows[0].isComing };
}

/* JSON comes as text. */
const caseOf = ({ criteria, ...row }: Row): HoldCase => ({
  ...row,
  criteria: criteria === null ? null : JSON.parse(criteria),
});

type Row = Omit<HoldCase, 'criteria'> & Readonly<{ criteria: string | null }>;

/** The claims that it is placed on. */
export async function listHoldStudies(
  pool: Pool,
  hold: string,
  { hospital, after, limit }: Readonly<{ hospital: string; after: string; limit: number }>,
): Promise<readonly string[]> {
  const { rows } = await pool.query(
    `select claim from study_holds where hold = $1 and claim > $2 and ($3 = '' or hospital = $3) order by claim limit $4`,
    [hold, after, hospital, limit],
  );
  return rows.map(({ claim }) => String(claim));
}
