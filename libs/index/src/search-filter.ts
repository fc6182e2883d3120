import type { Bind } from './search-sql.js';

/**
 * What a search is narrowed to beside attributes: all parts that are there must hold. `people`: opaque persons, whatever identifiers their studies
 * bear; `claims`: opaque ids. An empty list fits nothing.
 */
export type StudyFilter = Readonly<{
  people?: readonly string[];
  claims?: readonly string[];
  hospitals?: readonly string[];
}>;

/** Conditions on study rows, to be joined by `and`. */
export function filterSql(filter: StudyFilter | undefined, bind: Bind): readonly string[] {
  const { people, claims, hospitals } = filter ?? {};
  return [
    ...(people === undefined ? [] : [`studies.claim = any (${claimsOfPeople(bind(people))})`]),
    ...(claims === undefined ? [] : [`studies.claim = any (${bind(claims)}::text[])`]),
    ...(hospitals === undefined ? [] : [`studies.hospital = any (${bind(hospitals)}::text[])`]),
  ];
}

/** Gathered once for the statement: people have few studies. */
const claimsOfPeople = (people: string): string =>
  `array(select mine.claim from study_access as mine where mine.person <> '' and mine.person = any (${people}::text[]))`;
