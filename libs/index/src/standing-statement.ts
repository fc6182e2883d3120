import type { Statement } from './findable.js';

/** Claims of one Study Instance UID that are looked at; each has an exact address besides. */
export const CLAIMS_MAX = 32;

/** Whose rows count, and of which study. `person`: of the patient or representative who asks, '' for others; `claim`: '' for all claims of the UID. */
export type StandingAsked = Readonly<{
  study: string;
  /** Keyed hash of its UID: under it lie the claims that were disposed of. */
  hash: string;
  /** The opaque id of the organisation's own claim of it, whether there is one or not. */
  ownClaim: string;
  claim: string;
  organisation: string;
  actor: string;
  person: string;
  /** The moment at which rows must hold, as ISO 8601 has it: the edge's, as in searches. */
  at: string;
}>;

/**
 * All claims of a study with what access is decided by, own hospital first, then the oldest by its date and time. What the worker has not listed in `study_access` is an ordinary
 * study of its own hospital.
 */
export const standingStatement = (asked: StandingAsked): Statement => ({
  name: 'study-standing',
  text: TEXT,
  values: [
    asked.study,
    asked.ownClaim,
    asked.claim,
    asked.organisation,
    asked.actor,
    asked.person,
    CLAIMS_MAX,
    asked.at,
    asked.hash,
  ],
});

const VALID = 'valid_from <= $8::timestamptz and valid_until > $8';
const OF_MEMBER = `organisation = $4 and actor in ('', $5)`;

/** Of the exams that patients see already, the youngest is of the day before. */
const FIRST_DAY = `to_char(($8 at time zone 'UTC')::date - coalesce(h.patient_delay_days, 0), 'YYYYMMDD')`;

const TEXT = `
with claims as (
  select claim, hospital, person, confidentiality, tags, state, study_date, study_time, listed_on from study_access
  where study_uid = $1 and ($3 = '' or claim = $3)
  union all
  select claim, hospital, '', 'N', '{}', 'active', study_date, study_time, '' from {schema}.studies
  where claim = $2 and study_uid = $1 and $3 in ('', $2) and claim not in (select claim from study_access where claim = $2)
  union all
  select a.claim, a.hospital, a.person, a.confidentiality, a.tags, a.state, a.study_date, a.study_time, a.listed_on
  from tombstones t join study_access a using (claim) where t.study = $9 and ($3 = '' or t.claim = $3) and a.state = 'disposed'
)
${standingOf('claims c')}
order by (c.hospital = $4) desc, c.study_date, c.study_time, c.claim
limit $7`;

/**
 * What stands between who asks and the patients of rows `c` (claim, hospital, person, confidentiality, tags, state, study_date,
 * listed_on). Parameters: $4 organisation,
 * $5 actor, $6 person ('' when it isn't a patient who asks), $8 moment.
 */
export function standingOf(rows: string, columns = ''): string {
  return `select ${columns}c.claim, c.hospital, coalesce(h.hospital_group, '') as group, coalesce(h.jurisdiction, '') as jurisdiction, c.person, c.confidentiality, c.tags, c.state,
  (select kind from relationships r where c.person <> '' and r.person = c.person and ${OF_MEMBER} and r.claim in ('', c.claim) and ${VALID}
    order by array_position(array['encounter', 'order', 'referral', 'task', 'declared'], kind) limit 1) as relationship,
  exists (select from oppositions o where c.person <> '' and o.person = c.person and o.hospital in ('', c.hospital)
    and o.claim in ('', c.claim) and valid_from <= $8) as opposed,
  (select level from grants g where c.person <> '' and g.person = c.person and organisation in ('', $4) and actor in ('', $5)
    and organisation || actor <> '' and g.claim in ('', c.claim) and ${VALID}
    order by array_position(array['V', 'R', 'N'], level) limit 1) as granted,
  exists (select from exclusions e where c.person <> '' and e.person = c.person and organisation in ('', $4) and actor in ('', $5)
    and organisation || actor <> '' and valid_from <= $8) as excluded,
  exists (select from break_glass b where c.person <> '' and b.person = c.person and b.organisation = $4 and b.actor = $5
    and opened_at <= $8 and valid_until > $8) as break_glass,
  exists (select from representatives p where c.person <> '' and p.person = c.person and $6 <> '' and p.representative_person = $6
    and ${VALID}) as represents,
  coalesce(f.vip, false) as vip, f.age,
  c.person <> '' and coalesce(h.patient_delay_days, 0) > 0 and (c.study_date = '' or c.study_date > ${FIRST_DAY}) and c.listed_on > ${FIRST_DAY} as withheld
from ${rows} left join hospitals h on h.hospital = c.hospital
left join lateral (
  select bool_or(vip) as vip,
    (to_char($8 at time zone 'UTC', 'YYYYMMDD')::int - max(born) filter (where born ~ '^[0-9]{8}$')::int) / 10000 as age
  from (select vip, replace(birth_date, '-', '') as born from person_flags where c.person <> '' and person = c.person) flags
) f on true`;
}
