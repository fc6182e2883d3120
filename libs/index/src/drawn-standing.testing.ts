import type { AccessSubject, Standing, StudyFacts } from '#archive/access/access-facts';
import { LEVELS } from '#archive/access/access-words';
import { RELATIONSHIP_KINDS } from '#archive/access/conditions';
import { type DrawnStudy, MOMENT, type World } from './drawn-world.testing.js';

/** What the decision is asked about, of the drawn nation; said anew here, so that the SQL is judged by something else. */
export function factsOf({ hospitals }: World, study: DrawnStudy): StudyFacts {
  const { claim, hospital, person, confidentiality, tags, state } = study;
  const custodian = hospitals.find((one) => one.hospital === hospital);
  const group = custodian?.hospital_group ?? '';
  const jurisdiction = custodian?.settings.jurisdiction ?? '';
  return { claim, hospital, group, jurisdiction, person, confidentiality, tags, state };
}

/** What stands between the one whose rights count and the patient of a study. */
export function standingIn(world: World, subject: AccessSubject, study: DrawnStudy): Standing {
  const isOfPatient = ({ person }: { person: string }) =>
    study.person !== '' && person === study.person;
  const isOfClaim = ({ claim }: { claim: string }) => claim === '' || claim === study.claim;
  const relations = world.relationships
    .filter(isOfPatient)
    .filter(isOfClaim)
    .filter(isNow)
    .filter(
      ({ organisation, actor }) =>
        organisation === subject.organisation && (actor === '' || actor === subject.actor),
    );
  const levels = world.grants
    .filter(isOfPatient)
    .filter(isOfClaim)
    .filter(isNow)
    .filter((one) => isOfMember(one, subject));
  const births = world.person_flags
    .filter(isOfPatient)
    .map(({ birth_date }) => birth_date.replaceAll('-', ''))
    .filter((birth) => /^\d{8}$/.test(birth));
  return {
    relationship:
      RELATIONSHIP_KINDS.find((kind) => relations.some((one) => one.kind === kind)) ?? null,
    opposed: world.oppositions
      .filter(isOfPatient)
      .filter(isOfClaim)
      .filter(hasBegun)
      .some(({ hospital }) => hospital === '' || hospital === study.hospital),
    granted: LEVELS.findLast((level) => levels.some((one) => one.level === level)) ?? null,
    excluded: world.exclusions
      .filter(isOfPatient)
      .filter(hasBegun)
      .some((one) => isOfMember(one, subject)),
    breakGlass: world.break_glass
      .filter(isOfPatient)
      .some(
        ({ organisation, actor, opened_at, valid_until }) =>
          organisation === subject.organisation &&
          actor === subject.actor &&
          isNow({ valid_from: opened_at, valid_until }),
      ),
    represents: world.representatives
      .filter(isOfPatient)
      .filter(isNow)
      .some((one) => one.representative_person === subject.person),
    vip: world.person_flags.filter(isOfPatient).some(({ vip }) => vip),
    age: births.length === 0 ? null : ageOf(births.toSorted().at(-1) ?? ''),
    withheld: isWithheld(world, study),
  };
}

function isWithheld({ hospitals }: World, study: DrawnStudy): boolean {
  if (study.person === '') return false;
  const custodian = hospitals.find(({ hospital }) => hospital === study.hospital);
  const days = custodian?.settings.patientAccess?.afterDays ?? 0;
  const exam = dayOf(study.study_date) ?? Number.POSITIVE_INFINITY;
  const since = Math.min(exam, dayOf(study.listed_on) ?? Number.NEGATIVE_INFINITY);
  return days > 0 && dayNumber(MOMENT) - since < days;
}

const dayNumber = (atMs: number): number => Math.floor(atMs / 86_400_000);

/** The number of a day that is written YYYYMMDD. */
const dayOf = (text: string): number | undefined => {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day] = parts.map(Number);
  return dayNumber(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1));
};

const hasBegun = ({ valid_from }: { valid_from: string }) => Date.parse(valid_from) <= MOMENT;
const isNow = (period: { valid_from: string; valid_until: string }) =>
  hasBegun(period) && Date.parse(period.valid_until) > MOMENT;

const isOfMember = (
  { organisation, actor }: { organisation: string; actor: string },
  subject: AccessSubject,
) =>
  (organisation !== '' || actor !== '') &&
  (organisation === '' || organisation === subject.organisation) &&
  (actor === '' || actor === subject.actor);

/** Whole years at the moment of the drawn nation; `birth` as YYYYMMDD. */
const ageOf = (birth: string): number => {
  const today = new Date(MOMENT).toISOString().slice(0, 10).replaceAll('-', '');
  return Math.floor((Number(today) - Number(birth)) / 10_000);
};
