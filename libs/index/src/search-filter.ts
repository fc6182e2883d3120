import type { Bind } from './search-sql.js';

/** One of these: fine regions as exams are classified, coarse ones, or Body Part Examined of a series as it is written. */
export type SiteFilter = Readonly<{
  regions: readonly string[];
  coarse: readonly string[];
  bodyParts: readonly string[];
}>;

/**
 * What a search is narrowed to beside attributes: all parts that are there must hold. `people`: opaque persons, whatever identifiers their studies
 * bear; `claims`: opaque ids. An empty list fits nothing.
 */
export type StudyFilter = Readonly<{
  /** Each of them is where the exam looked at. */
  sites?: readonly SiteFilter[];
  people?: readonly string[];
  claims?: readonly string[];
  hospitals?: readonly string[];
  /** Days that the study is not of, from the first to the last, as DICOM writes them; one without a date is out. */
  notOfDays?: readonly Readonly<{ from: string; to: string }>[];
}>;

/** Conditions on study rows, to be joined by `and`. */
export function filterSql(filter: StudyFilter | undefined, bind: Bind): readonly string[] {
  const { people, claims, hospitals, sites = [], notOfDays = [] } = filter ?? {};
  return [
    ...(people === undefined ? [] : [`studies.claim = any (${claimsOfPeople(bind(people))})`]),
    ...(claims === undefined ? [] : [`studies.claim = any (${bind(claims)}::text[])`]),
    ...(hospitals === undefined ? [] : [`studies.hospital = any (${bind(hospitals)}::text[])`]),
    ...sites.map((site) => siteSql(site, bind)),
    ...notOfDays.map(
      ({ from, to }) =>
        `studies.study_date <> '' and studies.study_date not between ${bind(from)} and ${bind(to)}`,
    ),
  ];
}

/** Gathered once for the statement: people have few studies. */
const claimsOfPeople = (people: string): string =>
  `array(select mine.claim from study_access as mine where mine.person <> '' and mine.person = any (${people}::text[]))`;

const siteSql = ({ regions, coarse, bodyParts }: SiteFilter, bind: Bind): string => {
  const ofExam = `exists (select from study_exams as exam where exam.claim = studies.claim
    and (exam.regions && ${bind(regions)}::text[] or exam.coarse && ${bind(coarse)}::text[]))`;
  if (bodyParts.length === 0) return ofExam;
  const ofSeries = `exists (select from {schema}.series as part where part.claim = studies.claim and part.body_part = any (${bind(bodyParts)}::text[]))`;
  return `(${ofExam} or ${ofSeries})`;
};
