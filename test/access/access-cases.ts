import type { AccessSubject, Standing, StudyFacts } from '#archive/access/access-facts';
import { NO_STANDING } from '#archive/access/no-standing';
import type { DemoClaims } from '#platform/demo-issuer';
import { actorNamed, type Hospital } from './access-archive.js';
import { hoursFromNow } from './access-rows.js';

/** The identifier of the patient of the study, as a token names it, and another person's. */
export const PATIENT = '1.2.3:patient';
export const PARENT = '1.2.3:parent';

type Row = readonly [table: RowTable, columns: Readonly<Record<string, unknown>>];
type RowTable =
  | 'relationships'
  | 'oppositions'
  | 'grants'
  | 'exclusions'
  | 'representatives'
  | 'break_glass'
  | 'person_flags';

/** Opaque ids that rows name. */
export type Named = Readonly<{ actor: string; patient: string; parent: string }>;

/** One situation: who asks for the study of which hospital, what governance has written, and the same in the words of the decision. */
export type AccessCase = Readonly<{
  name: string;
  custodian: Hospital;
  who: Partial<DemoClaims>;
  facts: Partial<StudyFacts>;
  rows: (named: Named) => readonly Row[];
  subject: Partial<AccessSubject>;
  standing: Standing;
  /** Roles that the case makes sense for, when not for all. */
  roles?: readonly string[];
}>;

type Changes = Partial<Omit<AccessCase, 'name' | 'custodian' | 'standing'>> &
  Readonly<{ standing?: Partial<Standing> }>;

const situation = (name: string, custodian: Hospital, changes: Changes = {}): AccessCase => ({
  name,
  custodian,
  who: {},
  facts: {},
  rows: () => [],
  subject: {},
  ...changes,
  standing: { ...NO_STANDING, ...changes.standing },
});

const own = (name: string, changes?: Changes) => situation(name, 'HOSP-A', changes);
const other = (name: string, changes?: Changes) => situation(name, 'HOSP-B', changes);
const grouped = (name: string, changes?: Changes) => situation(name, 'HOSP-C', changes);

const since = (named: Named) => ({
  id: 'one',
  patient: named.patient,
  person: named.patient,
  valid_from: hoursFromNow(-1),
});
const relation = (kind: string) => (named: Named) =>
  [['relationships', { ...since(named), organisation: 'HOSP-A', kind }]] as const;
const opposition = (named: Named) => [['oppositions', since(named)]] as const;
const grant = (level: string) => (named: Named) =>
  [['grants', { ...since(named), organisation: 'HOSP-A', level }]] as const;
const exclusion = (named: Named) =>
  [['exclusions', { ...since(named), actor: named.actor }]] as const;
const glass = ({ actor, patient }: Named) => {
  const row = { id: 'one', patient, person: patient, organisation: 'HOSP-A', actor };
  const times = { opened_at: hoursFromNow(-1), valid_until: hoursFromNow(3) };
  return [['break_glass', { ...row, ...times, review_due: hoursFromNow(71) }]] as const;
};
const parent = (named: Named) => {
  const row = { representative: named.parent, representative_person: named.parent };
  return [['representatives', { ...since(named), ...row }]] as const;
};
const born =
  (yearsAgo: number) =>
  ({ patient }: Named) => {
    const birth_date = `${new Date().getFullYear() - yearsAgo}0101`;
    return [['person_flags', { patient, person: patient, birth_date }]] as const;
  };
const all =
  (...parts: readonly ((named: Named) => readonly Row[])[]) =>
  (named: Named) =>
    parts.flatMap((part) => part(named));

const mfa = { who: { mfa: true }, subject: { mfa: true } } as const;

const AGENCY = { who: { organisation: 'AGENCY' }, subject: { organisation: 'AGENCY', group: '' } };
const asked = (patient: string): Changes => ({
  who: { ...AGENCY.who, patient },
  subject: AGENCY.subject,
  roles: ['patient'],
});
const DOCTOR = { subject: 'doctor', organisation: 'HOSP-A', roles: ['physician'] };
const { subject: doctor, ...rights } = DOCTOR;
const DOCTOR_ACTS = { ...rights, actor: actorNamed(doctor) };
const forDoctor: Changes = {
  who: { ...AGENCY.who, act: DOCTOR },
  subject: { ...AGENCY.subject, onBehalfOf: DOCTOR_ACTS },
  roles: ['agency'],
};

/** What the matrix of routes and roles is walked in. */
export const ACCESS_CASES: readonly AccessCase[] = [
  own('own'),
  own('own, restricted', { facts: { confidentiality: 'R' } }),
  own('own, very restricted', { facts: { confidentiality: 'V' } }),
  own('own, very restricted, granted', {
    facts: { confidentiality: 'V' },
    rows: grant('V'),
    standing: { granted: 'V' },
  }),
  own('own, opposed', { rows: opposition, standing: { opposed: true } }),
  own('own, excluded', { rows: exclusion, standing: { excluded: true } }),
  own('own, rejected for quality', { facts: { state: 'rejected-quality' } }),
  own('own, rejected for safety', { facts: { state: 'rejected-safety' } }),
  own('own, disposed of', { facts: { state: 'disposed' } }),
  own('own, for research', { who: { purpose: 'HRESCH' }, subject: { purpose: 'HRESCH' } }),
  other('other'),
  other('other, by an encounter', {
    rows: relation('encounter'),
    standing: { relationship: 'encounter' },
  }),
  other('other, restricted, by an order', {
    facts: { confidentiality: 'R' },
    rows: relation('order'),
    standing: { relationship: 'order' },
  }),
  other('other, restricted, granted', {
    facts: { confidentiality: 'R' },
    rows: grant('R'),
    standing: { granted: 'R' },
  }),
  other('other, very restricted, granted', {
    facts: { confidentiality: 'V' },
    rows: all(grant('V'), relation('encounter')),
    standing: { granted: 'V', relationship: 'encounter' },
  }),
  other('other, declared', { rows: relation('declared'), standing: { relationship: 'declared' } }),
  other('other, for a task', { rows: relation('task'), standing: { relationship: 'task' } }),
  other('other, opposed', {
    rows: all(opposition, relation('encounter')),
    standing: { opposed: true, relationship: 'encounter' },
  }),
  other('other, excluded', {
    rows: all(exclusion, relation('encounter')),
    standing: { excluded: true, relationship: 'encounter' },
  }),
  other('other, disposed of', { facts: { state: 'disposed' } }),
  other('other, disposed of, by an encounter', {
    facts: { state: 'disposed' },
    rows: relation('encounter'),
    standing: { relationship: 'encounter' },
  }),
  other('other, glass broken', { ...mfa, rows: glass, standing: { breakGlass: true } }),
  other('other, glass broken, one factor', { rows: glass, standing: { breakGlass: true } }),
  other('other, glass broken, opposed', {
    ...mfa,
    rows: all(glass, opposition),
    standing: { breakGlass: true, opposed: true },
  }),
  grouped('group'),
  grouped('group, restricted, by an encounter', {
    facts: { confidentiality: 'R' },
    rows: relation('encounter'),
    standing: { relationship: 'encounter' },
  }),
  grouped('group, opposed', {
    rows: all(opposition, relation('encounter')),
    standing: { opposed: true, relationship: 'encounter' },
  }),
  other('the agency', { ...AGENCY, roles: ['agency'] }),
  other('the agency, opposed', {
    ...AGENCY,
    roles: ['agency'],
    rows: opposition,
    standing: { opposed: true },
  }),
  other('the agency for a doctor', forDoctor),
  other('the agency for a doctor who treats', {
    ...forDoctor,
    rows: relation('encounter'),
    standing: { relationship: 'encounter' },
  }),
  own('the agency for a doctor of the hospital', forDoctor),
  other('the patient themselves', asked(PATIENT)),
  other('the patient themselves, very restricted', {
    ...asked(PATIENT),
    facts: { confidentiality: 'V' },
  }),
  other('another patient', asked(PARENT)),
  other('a parent', {
    ...asked(PARENT),
    facts: { confidentiality: 'V' },
    rows: all(parent, born(8)),
    standing: { represents: true, age: 8 },
  }),
  other('a parent of an adult', {
    ...asked(PARENT),
    facts: { confidentiality: 'V' },
    rows: all(parent, born(40)),
    standing: { represents: true, age: 40 },
  }),
];
