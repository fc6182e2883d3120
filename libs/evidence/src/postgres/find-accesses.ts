import type { Pool } from 'pg';
import type { KeyRing } from '#events/key-ring';
import type { Access, AccessQuery, AuditReach, FindAccesses } from '../access-query.js';
import { keysOf, openAudit } from '../audit-personal.js';
import { MOMENT } from './audit-rows.js';

/** Records beside each study that they showed or refused. What a search showed is known from when it was sealed, seconds later. */
const SEEN = `select r.*, s.claim as seen from audit_shown s join audit_records r on r.id = s.record
  union all
  select r.*, r.claim as seen from audit_records r
    where r.claim <> '' or not exists (select from audit_shown s where s.record = r.id)`;

const STUDY = `jsonb_agg(jsonb_build_object('claim', a.claim, 'hospital', a.hospital, 'studyUid', a.study_uid, 'studyDate', a.study_date)
  order by a.study_date desc, a.claim) filter (where a.claim is not null)`;

const OPEN = `seen.id::text as record, ${MOMENT('seen.recorded_at')} as "recordedAt", ${MOMENT('seen.window_start')} as "windowStart",
  seen.kind, seen.action, seen.outcome, seen.rule, seen.policy_version as "policyVersion", seen.actor, seen.organisation, seen.roles,
  seen.machine, seen.behalf_actor as "behalfActor", seen.behalf_organisation as "behalfOrganisation", seen.purpose, seen.hospital,
  seen.break_glass as "breakGlass", seen.repeats, seen.sealed_key as "sealedKey", seen.sealed`;

/** Of a study whose patient isn't known, and of what is about a patient and no study, the record's own word counts. */
const PERSON = `coalesce(nullif(a.person, ''), seen.person)`;

type Values = unknown[];
type Row = Omit<Access, 'studies' | 'personal'> &
  Readonly<{ studies: Access['studies'] | null; sealedKey: string; sealed: Buffer }>;

/** Finds accesses and opens what is sealed in them. */
export const findAccesses =
  (pool: Pool, keys: Pick<KeyRing, 'find'>): FindAccesses =>
  async (query) => {
    const { text, values } = statementOf(query);
    const { rows } = await pool.query<Row>(text, values);
    const ring = await keysOf(keys, rows);
    return rows.map(({ sealedKey, sealed, studies, ...row }) => ({
      ...row,
      studies: studies ?? [],
      personal: openAudit(ring, { id: row.record, sealedKey, sealed }),
    }));
  };

function statementOf(query: AccessQuery) {
  const values: Values = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const where = [...reachOf(query.reach, bind), ...asked(query, bind)];
  const text = `select ${OPEN}, ${PERSON} as person, coalesce(min(a.patient), '') as patient, ${STUDY} as studies
    from (${SEEN}) seen left join study_access a on a.claim = seen.seen
    where ${where.join('\n and ') || 'true'}
    group by ${GROUP}, ${PERSON}
    order by seen.recorded_at desc, seen.id desc, ${PERSON} limit ${bind(query.limit)}`;
  return { text, values };
}

const GROUP = `seen.id, seen.recorded_at, seen.window_start, seen.kind, seen.action, seen.outcome, seen.rule, seen.policy_version, seen.actor,
  seen.organisation, seen.roles, seen.machine, seen.behalf_actor, seen.behalf_organisation, seen.purpose, seen.hospital,
  seen.break_glass, seen.repeats, seen.sealed_key, seen.sealed`;

type Bind = (value: unknown) => string;

/** The claims of persons are few: both branches of what was seen go by their index. */
const ofPersons = (persons: readonly string[], bind: Bind) => {
  const them = bind(persons);
  return `(seen.seen = any (array(select claim from study_access where person = any (${them}::text[])))
    or seen.seen = '' and seen.person = any (${them}::text[]))`;
};

function reachOf(reach: AuditReach, bind: Bind): readonly string[] {
  if ('person' in reach) return [ofPersons([reach.person], bind)];
  if ('nation' in reach) return [];
  const hospital = bind(reach.hospital);
  return [
    `(seen.organisation = ${hospital} or seen.hospital = ${hospital} or a.hospital = ${hospital})`,
  ];
}

const STUDY_ACTIONS = ['search', 'read-metadata', 'retrieve', 'export'];

function asked(query: AccessQuery, bind: Bind): readonly string[] {
  const { persons, from, until, actor, claim, record, actions, outcome, after } = query;
  const given = (value: unknown, sql: (bound: string) => string) =>
    value === undefined ? [] : [sql(bind(value))];
  return [
    ...(persons === undefined ? [] : [ofPersons(persons, bind)]),
    ...given(from, (time) => `seen.recorded_at >= ${time}::timestamptz`),
    ...given(until, (time) => `seen.recorded_at < ${time}::timestamptz`),
    ...given(actor, (who) => `${who} in (seen.actor, seen.behalf_actor)`),
    ...given(claim, (study) => `seen.seen = ${study}`),
    ...given(record, (id) => `seen.id = ${id}::uuid`),
    ...given(actions, (list) => `seen.action = any (${list}::text[])`),
    ...given(outcome, (end) => `seen.outcome = ${end}`),
    ...(query.studiesOnly ? [`seen.action = any (${bind(STUDY_ACTIONS)}::text[])`] : []),
    ...(after === undefined ? [] : [behind(after, bind)]),
  ];
}

const behind = ({ recordedAt, record, person }: NonNullable<AccessQuery['after']>, bind: Bind) => {
  const [time, id, who] = [bind(recordedAt), bind(record), bind(person)];
  return `((seen.recorded_at, seen.id) < (${time}::timestamptz, ${id}::uuid)
    or seen.recorded_at = ${time}::timestamptz and seen.id = ${id}::uuid and ${PERSON} > ${who})`;
};
