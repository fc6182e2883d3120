import type { Condition } from '#dicomweb/search-condition';
import { STUDY_COLUMNS } from './search-columns.js';
import { type Bind, columnSql } from './search-sql.js';

const PATIENT_ID = '00100020';
const ISSUER = '00100021';

type Match = Readonly<{ path: readonly string[]; condition: Condition }>;

/** A Patient ID and its issuer, as a search asks for them. */
export type NamedInSearch = Readonly<{ value: string; issuer: string }>;

/** The identifier that a search names whole: one Patient ID and one issuer, without wildcards. A bare Patient ID is nobody's. */
export function namedInSearch(matches: readonly Match[]): NamedInSearch | undefined {
  const [value, issuer] = [PATIENT_ID, ISSUER].map((tag) => onlyValue(matches, tag));
  return value === undefined || issuer === undefined ? undefined : { value, issuer };
}

/** Whether a match is one of the two that name the identifier. */
export const namesPatient = ({ path }: Match): boolean =>
  path.length === 1 && [PATIENT_ID, ISSUER].includes(String(path[0]));

/** Studies that bear the identifier, and those of the person whose it is, whatever they bear. */
export function personSql({ value, issuer }: NamedInSearch, person: string, bind: Bind): string {
  const bears = [equals(PATIENT_ID, value, bind), equals(ISSUER, issuer, bind)].join(' and ');
  const claims = `select mine.claim from study_access as mine where mine.person = ${bind(person)}`;
  return `(${bears} or studies.claim = any(array(${claims})))`;
}

const onlyValue = (matches: readonly Match[], tag: string): string | undefined => {
  const [condition, ...more] = matches.flatMap((match) =>
    match.path.length === 1 && match.path[0] === tag ? [match.condition] : [],
  );
  if (condition?.kind !== 'equal' || more.length > 0) return undefined;
  return condition.values.length === 1 ? condition.values[0] : undefined;
};

const equals = (tag: string, value: string, bind: Bind): string => {
  const column = STUDY_COLUMNS.get(tag);
  if (column === undefined) throw new Error(`${tag} has no column`);
  return columnSql(column, { kind: 'equal', values: [value] }, bind);
};
