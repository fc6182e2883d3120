import { AGENCY } from '#archive/access/agency';
import type { ModalityGroup, PurposeHint } from '#exams/exam-class';
import { isDay } from '#retention/calendar';
import { jurisdictionDay } from '#retention/jurisdiction-day';
import type { RetentionMark } from '#retention/retention-policy';
import type { Encounter, RetentionFacts } from '#retention/schedule';

/** One study, and what its schedule is made of. */
export type StudyRetention = Readonly<{
  claim: string;
  hospital: string;
  facts: RetentionFacts;
}>;

/** Rows as the database has them. `date`: YYYYMMDD or what headers had in its place. */
export type RetentionRows = Readonly<{
  studies: readonly Readonly<{ claim: string; hospital: string; person: string; date: string }>[];
  exams: readonly Readonly<{ claim: string; group: ModalityGroup; purposes: PurposeHint[] }>[];
  people: readonly Readonly<{ patient: string; person: string; birth: string }>[];
  encounters: readonly Readonly<{
    person: string;
    hospital: string;
    from: Date;
    /** null: open. */
    until: Date | null;
  }>[];
  deaths: readonly Readonly<{ patient: string; source: string; diedOn: string }>[];
  disputes: readonly Readonly<{
    subject: string;
    hospital: string;
    from: string;
    until: string | null;
  }>[];
  marks: readonly Readonly<{
    subject: string;
    hospital: string;
    mark: RetentionMark;
    on: string;
  }>[];
  hospitals: readonly Readonly<{ hospital: string; jurisdiction: string }>[];
}>;

/**
 * Puts the rows together, study by study. Disputes and marks count for the hospital that told them alone: what one hospital knows of a patient isn't
 * another's to see. A death counts when the hospital itself or the agency tells it.
 */
export function studyRetention(rows: RetentionRows): readonly StudyRetention[] {
  const jurisdictions = new Map(rows.hospitals.map((each) => [each.hospital, each.jurisdiction]));
  const exams = new Map(rows.exams.map((each) => [each.claim, each]));
  const personOf = new Map(rows.people.map(({ patient, person }) => [patient, person]));
  const of = {
    people: Map.groupBy(rows.people, ({ person }) => person),
    studies: Map.groupBy(rows.studies, placeOf),
    encounters: Map.groupBy(rows.encounters, placeOf),
    deaths: Map.groupBy(rows.deaths, ({ patient }) => personOf.get(patient) ?? patient),
    disputes: Map.groupBy(rows.disputes, (each) => subjectOf(each, personOf)),
    marks: Map.groupBy(rows.marks, (each) => subjectOf(each, personOf)),
  };
  return rows.studies.map((study) => {
    const { claim, hospital, person } = study;
    const jurisdiction = jurisdictions.get(hospital) ?? '';
    const exam = exams.get(claim);
    const subjects = [`${hospital} ${claim}`, ...(person === '' ? [] : [placeOf(study)])];
    const ofPerson = <T>(map: ReadonlyMap<string, readonly T[]>, key: string): readonly T[] =>
      person === '' ? [] : (map.get(key) ?? []);
    return {
      ...{ claim, hospital },
      facts: {
        jurisdiction,
        studyDate: dayText(study.date),
        birthDate: latestBirth(ofPerson(of.people, person).map(({ birth }) => birth)),
        deaths: ofPerson(of.deaths, person)
          .filter(({ source }) => source === hospital || source === AGENCY)
          .map(({ diedOn }) => diedOn),
        encounters: ofPerson(of.encounters, placeOf(study)).map((each) =>
          encounterDays(each, jurisdiction),
        ),
        otherStudies: ofPerson(of.studies, placeOf(study)).map(({ date }) => dayText(date)),
        disputes: subjects.flatMap((subject) => of.disputes.get(subject) ?? []),
        marks: subjects.flatMap((subject) => of.marks.get(subject) ?? []),
        group: exam?.group,
        purposes: exam?.purposes ?? [],
      },
    };
  });
}

const placeOf = ({ hospital, person }: Readonly<{ hospital: string; person: string }>): string =>
  `${hospital} ${person}`;

/** A person of the hospital, or a study of it: claims and persons are opaque ids and never alike. */
const subjectOf = (
  { subject, hospital }: Readonly<{ subject: string; hospital: string }>,
  personOf: ReadonlyMap<string, string>,
): string => `${hospital} ${personOf.get(subject) ?? subject}`;

/** An end that no calendar has is none: the stay is open. */
function encounterDays(
  { from, until }: RetentionRows['encounters'][number],
  jurisdiction: string,
): Encounter {
  const end = until === null ? '' : jurisdictionDay(jurisdiction, Number(until));
  return { from: jurisdictionDay(jurisdiction, Number(from)), until: isDay(end) ? end : null };
}

const COMPACT = /^(\d{4})(\d{2})?(\d{2})?$/;

/** YYYYMMDD, YYYYMM or YYYY with hyphens; '' for anything else. */
function dayText(compact: string): string {
  const [, ...parts] = COMPACT.exec(compact) ?? [];
  return parts.filter((part) => part !== undefined).join('-');
}

/** Of what several identifiers say the latest, so that nobody is taken for older than they are: of a year alone its last day. */
const latestBirth = (births: readonly string[]): string =>
  births
    .map(dayText)
    .filter((birth) => birth !== '')
    .sort((one, other) => (lastDayOf(one) < lastDayOf(other) ? -1 : 1))
    .at(-1) ?? '';

const lastDayOf = (birth: string): string => birth.padEnd('YYYY-MM-DD'.length, '~');
