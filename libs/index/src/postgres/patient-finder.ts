import type { Pool } from 'pg';
import { foldName } from '../header-json.js';
import { NAME_BEGINNING_MAX, nameBeginning } from '../patient-columns.js';
import type {
  Comparison,
  FoundPatient,
  PatientCriteria,
  PatientFinder,
  PatientPage,
  PatientReach,
  PatientsOf,
} from '../patient-finder.js';

/** A person has some identifiers in each hospital. */
const IDENTIFIERS_MAX = 5_000;

/** Finds patients in `patient_ids`. */
export const patientFinder = (pool: Pool): PatientFinder => ({
  people: async (criteria, reach, page) => {
    const { text, values } = peopleStatement(criteria, reach, page);
    const { rows } = await pool.query(text, values);
    return rows.map(({ person }) => String(person));
  },
  identifiersOf: async (people, reach) => {
    const values: unknown[] = [people];
    const shown = isShown(reach, values);
    const { rows } = await pool.query(
      `select p.patient, p.person, p.authority, p.value, p.demographics, p.version, p.updated_at as "updatedAt",
         (select l.patient from identity_links l where l.stands and l.kind = 'merge' and l.other = p.patient order by l.link limit 1) as survivor
       from patient_ids p where p.person = any($1) and ${shown} and ${isReached(reach, values)}
       order by p.person, (p.patient = p.person) desc, p.version desc, p.patient limit ${IDENTIFIERS_MAX}`,
      values,
    );
    return rows satisfies readonly FoundPatient[];
  },
  knows: async (authority) => {
    const found = await pool.query('select from patient_ids where authority = $1 limit 1', [
      authority,
    ]);
    return found.rowCount !== 0;
  },
});

function peopleStatement(criteria: PatientCriteria, reach: PatientReach, page: PatientPage) {
  const values: unknown[] = [page.after];
  const conditions = [
    ...criteriaSql(criteria, values),
    isShown(reach, values),
    isReached(reach, values),
  ];
  values.push(page.limit);
  return {
    text: `select distinct p.person from patient_ids p
      where p.person > $1 and ${conditions.join(' and ')} order by p.person limit $${values.length}`,
    values,
  };
}

const bound = (values: unknown[], value: unknown): string => `$${values.push(value)}`;

function criteriaSql(criteria: PatientCriteria, values: unknown[]): readonly string[] {
  const { patients, identifiers, names, birthDates, sexes, updated } = criteria;
  return [
    ...(patients ? [`p.patient = any(${bound(values, patients)})`] : []),
    ...(identifiers ? [anyOf(identifiers.map((one) => identifierSql(one, values)))] : []),
    ...names.map((name) => nameSql(name, values)),
    ...birthDates.map((one) => birthDateSql(one, values)),
    ...(sexes ? [`p.sex = any(${bound(values, sexes)})`] : []),
    ...updated.map(
      ({ comparison, instant }) =>
        `p.updated_at ${SQL_OF[comparison]} ${bound(values, instant)}::timestamptz`,
    ),
  ];
}

const SQL_OF: Readonly<Record<Comparison, string>> = {
  eq: '=',
  ge: '>=',
  gt: '>',
  le: '<=',
  lt: '<',
};

const anyOf = (conditions: readonly string[]): string => `(${conditions.join(' or ')})`;

const identifierSql = (
  { authority, value }: Readonly<{ authority?: string; value: string }>,
  values: unknown[],
): string =>
  authority === undefined
    ? `p.value = ${bound(values, value)}`
    : `(p.authority = ${bound(values, authority)} and p.value = ${bound(values, value)})`;

/** By the first name's text; names in other scripts by their kept beginnings. */
const nameSql = (
  { kind, text, exact }: PatientCriteria['names'][number],
  values: unknown[],
): string => {
  const folded = foldName(text);
  const column = kind === 'family' ? 'p.family_folded' : 'p.given_folded';
  const own = exact
    ? `${column} = ${bound(values, folded)}`
    : `${column} like ${bound(values, `${escaped(folded)}%`)}`;
  const other = `p.other_names @> array[${bound(values, nameBeginning(kind, text))}]`;
  return [...folded].length > NAME_BEGINNING_MAX || exact ? own : anyOf([own, other]);
};

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** What is stored may be less exact than what is asked for, and the other way round: equal is what begins alike. */
const birthDateSql = (
  { comparison, date }: PatientCriteria['birthDates'][number],
  values: unknown[],
): string => {
  const last = date.padEnd(8, '9');
  switch (comparison) {
    case 'eq':
      return `p.birth_date between ${bound(values, date)} and ${bound(values, last)}`;
    case 'ge':
      return `p.birth_date >= ${bound(values, date)}`;
    case 'gt':
      return `p.birth_date > ${bound(values, last)}`;
    case 'le':
      return `p.birth_date <> '' and p.birth_date <= ${bound(values, last)}`;
    case 'lt':
      return `p.birth_date <> '' and p.birth_date < ${bound(values, date)}`;
    default:
      return comparison satisfies never;
  }
};

const isShown = ({ of }: PatientReach, values: unknown[]): string =>
  of === 'all' ? 'true' : ownAuthority('p', of, values);

const ownAuthority = (
  row: string,
  { hospital, own, authorities }: Exclude<PatientsOf, 'all'>,
  values: unknown[],
): string =>
  `(${row}.authority = any(${bound(values, [own, ...authorities])}) or starts_with(${row}.authority, ${bound(values, `${hospital}/`)}))`;

const isReached = ({ of, onlyPerson }: PatientReach, values: unknown[]): string => {
  const ofThem = isOfThem(of, values);
  return onlyPerson === undefined
    ? ofThem
    : `p.person = ${bound(values, onlyPerson)} and ${ofThem}`;
};

const isOfThem = (of: PatientsOf, values: unknown[]): string => {
  if (of === 'all') return 'true';
  const hospital = bound(values, of.hospital);
  const own = ownAuthority('v', { ...of, authorities: [] }, values);
  return `(exists (select from patient_ids v where v.person = p.person and ${own})
    or exists (select from study_access a where a.person = p.person and a.hospital = ${hospital})
    or exists (select from relationships r where r.person = p.person and r.organisation = ${hospital}
      and r.valid_from <= now() and r.valid_until > now()))`;
};
