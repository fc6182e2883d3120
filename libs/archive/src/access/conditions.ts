import type { AccessSubject, Confidentiality, Standing, StudyFacts } from './access-facts.js';
import type { AccessPolicy } from './access-table.js';
import {
  type Condition,
  LEVELS,
  STUDY_CONDITIONS,
  type StudyCondition,
  type SubjectCondition,
} from './access-words.js';
import { AGENCY } from './agency.js';

/** All that a condition may look at. */
export type Circumstances = Readonly<{
  subject: AccessSubject;
  study: StudyFacts;
  standing: Standing;
  policy: Pick<AccessPolicy, 'adultFromYears'>;
}>;

/** Kinds of relationship by their weight: who may do something by one may do it by a weightier one. */
export const RELATIONSHIP_KINDS = ['encounter', 'order', 'referral', 'task', 'declared'] as const;

/** Kinds that a condition is met by. */
export const KINDS_THAT = {
  treats: ['encounter', 'order', 'referral'],
  'has-task': ['encounter', 'order', 'referral', 'task'],
  declared: RELATIONSHIP_KINDS,
} as const satisfies Partial<Record<StudyCondition, readonly Standing['relationship'][]>>;

export const isStudyCondition = (condition: Condition): condition is StudyCondition =>
  (STUDY_CONDITIONS as readonly Condition[]).includes(condition);

/** Whether a condition on the subject alone holds. */
export function suits(condition: SubjectCondition, subject: AccessSubject): boolean {
  switch (condition) {
    case 'mfa':
      return subject.mfa;
    case 'machine':
      return subject.machine;
    case 'crisis':
      return subject.crisis;
    case 'of-agency':
      return subject.organisation === AGENCY;
    default:
      return condition satisfies never;
  }
}

/** Whether a condition holds for this subject, study and moment. */
export const standsFor = (condition: Condition, circumstances: Circumstances): boolean =>
  isStudyCondition(condition)
    ? HOLDS[condition](circumstances)
    : suits(condition, circumstances.subject);

const HOLDS: Readonly<Record<StudyCondition, (circumstances: Circumstances) => boolean>> = {
  self: ({ subject, study }) => study.person !== '' && study.person === subject.person,
  represents: ({ standing }) => standing.represents,
  minor: ({ standing, policy }) => standing.age !== null && standing.age < policy.adultFromYears,
  treats: ({ standing }) => isOfKind(standing, KINDS_THAT.treats),
  'has-task': ({ standing }) => isOfKind(standing, KINDS_THAT['has-task']),
  declared: ({ standing }) => isOfKind(standing, KINDS_THAT.declared),
  opposed: ({ standing }) => standing.opposed,
  'not-opposed': ({ standing }) => !standing.opposed,
  'granted-level': ({ standing, study }) =>
    standing.granted !== null && weight(standing.granted) >= weight(study.confidentiality),
  excluded: ({ standing }) => standing.excluded,
  'break-glass': ({ standing }) => standing.breakGlass,
  vip: ({ standing }) => standing.vip,
  'patient-known': ({ study }) => study.person !== '',
  'adolescent-confidential': ({ study }) => study.tags.includes('adolescent-confidential'),
  withheld: ({ standing }) => standing.withheld,
};

const isOfKind = (
  { relationship }: Standing,
  kinds: readonly NonNullable<Standing['relationship']>[],
): boolean => relationship !== null && kinds.includes(relationship);

const weight = (level: Confidentiality): number => LEVELS.indexOf(level);
