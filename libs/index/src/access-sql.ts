import type { AccessSubject } from '#archive/access/access-facts';
import type { AccessPolicy, AccessRule } from '#archive/access/access-table';
import { LEVELS, STATES, type StudyCondition } from '#archive/access/access-words';
import { isStudyCondition, KINDS_THAT } from '#archive/access/conditions';
import { JURISDICTION } from '#archive/access/jurisdictions';
import type { Known } from './known-of-searcher.js';
import type { Bind } from './search-sql.js';

/** Who searches when by which policy. `at`: a moment as ISO 8601 has it. */
export type Searcher = Readonly<{
  subject: AccessSubject;
  policy: AccessPolicy;
  at: string;
  known: Known;
}>;

/** Where the studies are that rows of the policy are asked about: in the searcher's own hospital, in all others, in any. */
export type Where = 'own' | 'others' | 'any';

/** SQL that is never null, or what is known without looking. */
export type Sql = string | boolean;

/** Where the values of a searcher go. They are bound when the SQL is done, since what is left out of it must bind nothing. */
export const ASKED = {
  organisation: '«organisation»::text',
  actor: '«actor»::text',
  group: '«group»::text',
  person: '«person»::text',
  at: '«at»::timestamptz',
  adultFromYears: '«adultFromYears»::int',
} as const;

/** Binds what is asked for in SQL, each value once in one statement. */
export function filling({ subject, policy, at }: Searcher, bind: Bind): (sql: string) => string {
  const { organisation, actor, group, person } = subject;
  const { adultFromYears } = policy;
  const values = new Map(
    Object.entries({ organisation, actor, group, person, at, adultFromYears }),
  );
  const bound = new Map<string, string>();
  return (sql) =>
    sql.replace(/«(\w+)»/g, (_, name: string) => {
      const known = bound.get(name) ?? bind(values.get(name));
      bound.set(name, known);
      return known;
    });
}

/** Rows of the policy, one after the other, on the study of row `access`, of study_access or of reach: whether the first that matches permits. */
export function rulesSql(
  rules: readonly AccessRule[],
  where: Where,
  { subject, known }: Searcher,
): Sql {
  const steps: { effect: AccessRule['effect']; matches: Sql }[] = [];
  for (const rule of rules) {
    const matches = both([
      placeSql(rule, where, subject),
      jurisdictionSql(rule),
      ...factsSql(rule),
      ...(rule.when ?? []).filter(isStudyCondition).map((one) => CONDITIONS[one](subject, known)),
    ]);
    const isNew = !steps.some((step) => step.matches === matches);
    if (matches !== false && isNew) steps.push({ effect: rule.effect, matches });
    if (matches === true) break;
  }
  return chainSql(steps.slice(0, steps.findLastIndex(({ effect }) => effect === 'permit') + 1));
}

const chainSql = (
  steps: readonly Readonly<{ effect: AccessRule['effect']; matches: Sql }>[],
): Sql => {
  const [first, ...others] = steps;
  if (first === undefined) return false;
  if (others.length === 0) return first.matches;
  const cases = steps.map(
    ({ effect, matches }) => `when ${matches} then ${effect === 'permit' ? 'true' : 'false'}`,
  );
  return `case ${cases.join('\n    ')} else false end`;
};

/** All of them hold. */
export const both = (parts: readonly Sql[]): Sql => {
  if (parts.includes(false)) return false;
  const open = parts.filter((part) => part !== true);
  return open.length === 0 ? true : open.join(' and ');
};

const placeSql = ({ places }: AccessRule, where: Where, subject: AccessSubject): Sql => {
  const isOwn = places.includes('own');
  if (where === 'own') return isOwn;
  const others = otherSql(places, subject);
  if (where === 'others' || (isOwn && others === true)) return others;
  if (others === false) return isOwn && `access.hospital = ${ASKED.organisation}`;
  const isElsewhere = both([`access.hospital <> ${ASKED.organisation}`, others]);
  return isOwn ? `(access.hospital = ${ASKED.organisation} or ${isElsewhere})` : isElsewhere;
};

const otherSql = (places: AccessRule['places'], { group }: AccessSubject): Sql => {
  const [inGroup, inNation] = [places.includes('group'), places.includes('nation')];
  if (inGroup === inNation || group === '') return inNation;
  const isInGroup = `access.hospital in (select hospital from hospitals where hospital_group = ${ASKED.group})`;
  return inGroup ? isInGroup : `not (${isInGroup})`;
};

const jurisdictionSql = ({ jurisdictions }: AccessRule): Sql => {
  if (jurisdictions === undefined) return true;
  const isIn = 'in' in jurisdictions;
  const codes = isIn ? jurisdictions.in : jurisdictions.notIn;
  const wholes = codes.filter((code) => JURISDICTION.test(code));
  const holds = wholes.map((code) => `jurisdiction = '${code}' or jurisdiction like '${code}-%'`);
  if (holds.length === 0) return !isIn;
  return `access.hospital ${isIn ? 'in' : 'not in'} (select hospital from hospitals where ${holds.join(' or ')})`;
};

const factsSql = ({ levels, states }: AccessRule): readonly Sql[] => [
  oneOf('access.confidentiality', LEVELS, levels),
  oneOf('access.state', STATES, states),
];

const oneOf = (column: string, all: readonly string[], some = all): Sql => {
  if (all.every((word) => some.includes(word))) return true;
  return some.length > 0 && `${column} in (${some.map(quoted).join(', ')})`;
};

/** For words of closed vocabularies only. */
const quoted = (word: string) => `'${word}'`;

const PERSON = "nullif(access.person, '')";

const valid = (row: string) =>
  `${row}.valid_from <= ${ASKED.at} and ${row}.valid_until > ${ASKED.at}`;

/** Rows that name an organisation, one of its members, or a person wherever they work. */
export const ofSearcher = (row: string) =>
  `${row}.organisation in ('', ${ASKED.organisation}) and ${row}.actor in ('', ${ASKED.actor}) and ${row}.organisation || ${row}.actor <> ''`;

const related = (wanted: readonly string[], { kinds }: Known): Sql => {
  const there = wanted.filter((kind) => kinds.includes(kind));
  if (there.length === 0) return false;
  return `exists (select from relationships r where r.person = ${PERSON} and r.organisation = ${ASKED.organisation} and r.actor in ('', ${ASKED.actor})
      and r.claim in ('', access.claim) and r.kind in (${there.map(quoted).join(', ')}) and ${valid('r')})`;
};

const OPPOSED = `exists (select from oppositions o where o.person = ${PERSON} and o.hospital in ('', access.hospital) and o.claim in ('', access.claim)
      and o.valid_from <= ${ASKED.at})`;

/** The exam, or its listing when that came before, is younger than its hospital waits; compared as YYYYMMDD, which no odd date can break. */
const FIRST_DAY = `to_char((${ASKED.at} at time zone 'UTC')::date - w.patient_delay_days, 'YYYYMMDD')`;
const WITHHELD = `exists (select from hospitals w join study_access l on l.claim = access.claim
      where w.hospital = access.hospital and w.patient_delay_days > 0 and l.person <> ''
      and (l.study_date = '' or l.study_date > ${FIRST_DAY}) and l.listed_on > ${FIRST_DAY})`;

/** The same as `standsFor` says of facts and standing; the property test holds them against each other. */
const CONDITIONS: Readonly<Record<StudyCondition, (subject: AccessSubject, known: Known) => Sql>> =
  {
    self: (subject) =>
      subject.person !== null && `access.person <> '' and access.person = ${ASKED.person}`,
    represents: (subject) =>
      subject.person !== null &&
      `exists (select from representatives p where p.person = ${PERSON} and p.representative_person = ${ASKED.person} and ${valid('p')})`,
    minor: () =>
      `coalesce((select (to_char(${ASKED.at} at time zone 'UTC', 'YYYYMMDD')::int - max(replace(f.birth_date, '-', ''))::int) / 10000 < ${ASKED.adultFromYears}
      from person_flags f where f.person = ${PERSON} and replace(f.birth_date, '-', '') ~ '^[0-9]{8}$'), false)`,
    treats: (_, known) => related(KINDS_THAT.treats, known),
    'has-task': (_, known) => related(KINDS_THAT['has-task'], known),
    declared: (_, known) => related(KINDS_THAT.declared, known),
    opposed: () => OPPOSED,
    'not-opposed': () => `not ${OPPOSED}`,
    'granted-level': (_, { isGranted }) =>
      isGranted &&
      `exists (select from grants g where g.person = ${PERSON} and ${ofSearcher('g')} and g.claim in ('', access.claim)
      and array_position('{N,R,V}', g.level) >= array_position('{N,R,V}', access.confidentiality) and ${valid('g')})`,
    excluded: (_, { isExcluded }) =>
      isExcluded &&
      `exists (select from exclusions e where e.person = ${PERSON} and ${ofSearcher('e')} and e.valid_from <= ${ASKED.at})`,
    'break-glass': (_, { brokeGlass }) =>
      brokeGlass &&
      `exists (select from break_glass b where b.person = ${PERSON} and b.organisation = ${ASKED.organisation} and b.actor = ${ASKED.actor}
      and b.opened_at <= ${ASKED.at} and b.valid_until > ${ASKED.at})`,
    vip: () => `exists (select from person_flags f where f.person = ${PERSON} and f.vip)`,
    'patient-known': () => "access.person <> ''",
    'adolescent-confidential': () => "'adolescent-confidential' = any (access.tags)",
    withheld: () => WITHHELD,
  };
