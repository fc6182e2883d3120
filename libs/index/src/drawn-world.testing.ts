import type { AccessSubject, Standing, StudyFacts } from '#archive/access/access-facts';
import { ROLES } from '#archive/access/access-words';

/** A number below `below`, the next of a series that a seed begins. */
export type Draw = (below: number) => number;

/** A series of numbers that is the same for the same seed (mulberry32). */
export function drawing(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export const MOMENT = Date.UTC(2026, 5, 15, 12);
const DAY_MS = 24 * 60 * 60 * 1000;
const moment = (days: number) => new Date(MOMENT + days * DAY_MS).toISOString();

type Period = Readonly<{ valid_from: string; valid_until: string }>;
type OfPerson = Readonly<{ id: string; patient: string; person: string }>;
type OfMember = Readonly<{ organisation: string; actor: string }>;

/** Rows as the tables of 0012 have them. */
export type DrawnStudy = Omit<StudyFacts, 'group' | 'jurisdiction'> &
  Readonly<{
    patient: string;
    study_date: string;
    study_time: string;
    study_uid: string;
    listed_on: string;
    /** Some studies have no row in study_access yet. */
    isListed: boolean;
    series: number;
  }>;
export type World = Readonly<{
  hospitals: readonly Readonly<{
    hospital: string;
    hospital_group: string;
    settings: Readonly<{ jurisdiction?: string; patientAccess?: Readonly<{ afterDays: number }> }>;
  }>[];
  studies: readonly DrawnStudy[];
  relationships: readonly (OfPerson &
    OfMember &
    Period &
    Readonly<{ kind: NonNullable<Standing['relationship']>; claim: string }>)[];
  oppositions: readonly (OfPerson &
    Readonly<{ hospital: string; claim: string; valid_from: string }>)[];
  grants: readonly (OfPerson &
    OfMember &
    Period &
    Readonly<{ level: StudyFacts['confidentiality']; claim: string }>)[];
  exclusions: readonly (OfPerson & OfMember & Readonly<{ valid_from: string }>)[];
  representatives: readonly (OfPerson &
    Period &
    Readonly<{ representative: string; representative_person: string }>)[];
  break_glass: readonly (OfPerson &
    OfMember &
    Readonly<{ opened_at: string; valid_until: string; review_due: string }>)[];
  person_flags: readonly Readonly<{
    patient: string;
    person: string;
    vip: boolean;
    birth_date: string;
  }>[];
}>;

const PERSONS = 30;
const ORGANISATIONS = ['HOSP-A', 'HOSP-B', 'HOSP-C', 'HOSP-D'];
const ACTORS = ['actor-1', 'actor-2', 'actor-3'];
const KINDS = ['encounter', 'order', 'referral', 'task', 'declared'] as const;
const DATES = ['20260601', '20260601', '20260531', '20240229', '20990101', ''];
const LISTED = ['20260615', '20260601', '20260531', ''];
const TIMES = ['', '101500', '235959.5'];
const BIRTHS = ['20080615', '20080616', '2010-03-01', '19500101', '', 'unknown'];

/** A nation: few persons with much between them, so that everything meets everything. */
export function drawWorld(draw: Draw, studyCount: number): World {
  const pick = <T>(items: readonly T[]): T => items[draw(items.length)] as T;
  const often = <T>(usual: T, items: readonly T[]): T => (draw(3) > 0 ? usual : pick(items));
  const many = <T>(count: number, make: (at: number) => T) =>
    Array.from({ length: count }, (_, at) => make(at));
  const person = () => `person-${draw(PERSONS)}`;
  const twins = Math.floor(studyCount / 2);
  const hospitals = many(twins, () => pick(ORGANISATIONS));
  const moments = many(twins, () => ({ study_date: pick(DATES), study_time: pick(TIMES) }));
  /** Two hospitals may hold the same study, and may say that it is of another time. */
  const placeOf = (at: number) => {
    const twin = at % twins;
    const first = hospitals[twin] as string;
    const others = ORGANISATIONS.filter((one) => one !== first);
    const own = { study_date: pick(DATES), study_time: pick(TIMES) };
    return {
      hospital: at < twins ? first : pick(others),
      study_uid: `1.2.${twin}`,
      ...(at < twins || draw(2) === 0 ? (moments[twin] ?? own) : own),
    };
  };
  const claims = many(
    studyCount,
    (at) => `claim-${String((at * 7919) % 100_003).padStart(6, '0')}`,
  );
  const about = (at: number) => {
    const who = person();
    return { id: `id-${at}`, patient: `patient-of-${who}`, person: who };
  };
  const period = () =>
    pick([
      { valid_from: moment(-9), valid_until: moment(9) },
      { valid_from: moment(-9), valid_until: moment(9) },
      { valid_from: moment(-9), valid_until: moment(-1) },
      { valid_from: moment(1), valid_until: moment(9) },
      { valid_from: moment(0), valid_until: moment(9) },
      { valid_from: moment(-9), valid_until: moment(0) },
    ]);
  const member = () =>
    pick([
      { organisation: pick(ORGANISATIONS), actor: '' },
      { organisation: pick(ORGANISATIONS), actor: pick(ACTORS) },
      { organisation: '', actor: pick(ACTORS) },
      { organisation: '', actor: '' },
    ]);
  const oneClaim = () => often('', claims);
  return {
    hospitals: ORGANISATIONS.map((hospital) => ({
      hospital,
      hospital_group: pick(['', 'G1', 'G1', 'G2']),
      settings: pick([
        {},
        { jurisdiction: 'FR' },
        { jurisdiction: 'FR-GES', patientAccess: { afterDays: 14 } },
        { jurisdiction: 'LU', patientAccess: { afterDays: 15 } },
        { jurisdiction: 'FRA', patientAccess: { afterDays: 0 } },
      ]),
    })),
    studies: claims.map((claim, at) => {
      const who = often(person(), ['']);
      const isListed = draw(12) > 0;
      return {
        claim,
        ...placeOf(at),
        patient: who === '' ? '' : `patient-of-${who}`,
        person: isListed ? who : '',
        confidentiality: isListed ? often('N' as const, ['N', 'R', 'V']) : 'N',
        tags: isListed
          ? often<readonly string[]>([], [[], ['adolescent-confidential'], ['other']])
          : [],
        state: isListed
          ? often('active' as const, ['active', 'rejected-quality', 'rejected-safety', 'disposed'])
          : 'active',
        isListed,
        series: 1 + draw(2),
        listed_on: isListed ? pick(LISTED) : '',
      };
    }),
    relationships: many(60, (at) => ({
      ...about(at),
      organisation: pick(ORGANISATIONS),
      actor: often('', ACTORS),
      kind: pick(KINDS),
      claim: oneClaim(),
      ...period(),
    })),
    oppositions: many(12, (at) => ({
      ...about(at),
      hospital: often('', ORGANISATIONS),
      claim: oneClaim(),
      valid_from: pick([moment(-1), moment(-1), moment(1)]),
    })),
    grants: many(25, (at) => ({
      ...about(at),
      ...member(),
      level: pick(['N', 'R', 'V']),
      claim: oneClaim(),
      ...period(),
    })),
    exclusions: many(draw(2) * 10, (at) => ({
      ...about(at),
      ...member(),
      valid_from: pick([moment(-1), moment(-1), moment(1)]),
    })),
    representatives: many(8, (at) => {
      const representative = person();
      return {
        ...about(at),
        representative: `patient-of-${representative}`,
        representative_person: representative,
        ...period(),
      };
    }),
    break_glass: many(8, (at) => {
      const { valid_from, valid_until } = period();
      return {
        ...about(at),
        organisation: pick(ORGANISATIONS),
        actor: pick(ACTORS),
        opened_at: valid_from,
        valid_until,
        review_due: valid_until,
      };
    }),
    person_flags: many(PERSONS, (at) => ({
      patient: `patient-of-person-${at}`,
      person: `person-${at}`,
      vip: draw(8) === 0,
      birth_date: pick(BIRTHS),
    })),
  };
}

/** Somebody in that nation. */
export function drawSubject(draw: Draw, { hospitals }: World): AccessSubject {
  const pick = <T>(items: readonly T[]): T => items[draw(items.length)] as T;
  const organisation = pick([...ORGANISATIONS, ...ORGANISATIONS, 'AGENCY']);
  const group = hospitals.find(({ hospital }) => hospital === organisation)?.hospital_group ?? '';
  const roles = draw(3) > 0 ? [pick(['radiologist', 'physician', 'patient'])] : [pick(ROLES)];
  return {
    actor: pick(ACTORS),
    organisation,
    group,
    roles: draw(6) === 0 ? [...roles, pick(ROLES)] : roles,
    purpose: pick([null, null, 'TREAT', 'BTG', 'PATSFTY', 'HRESCH']),
    mfa: draw(2) === 0,
    machine: draw(8) === 0,
    person: draw(2) === 0 ? `person-${draw(PERSONS)}` : null,
    onBehalfOf:
      draw(8) === 0
        ? { actor: pick(ACTORS), organisation: pick(ORGANISATIONS), roles: ['radiologist'] }
        : null,
    crisis: draw(10) === 0,
  };
}
