import type { AccessSubject, Standing, StudyFacts } from './access-facts.js';
import { accessPolicy } from './access-policy.js';
import type { AccessPolicy, AccessRule } from './access-table.js';
import type { Action, Obligation, Place } from './access-words.js';
import { STUDY_ACTIONS } from './access-words.js';
import { isStudyCondition, standsFor, suits } from './conditions.js';
import { holdsUnder } from './jurisdictions.js';
import { HELD } from './rule-words.js';

/** Whose credential it is: the hospital (or agency) that it acts for, never of a tag, and its roles; a role that no rule knows permits nothing. */
export type Subject = Readonly<{ hospital: string; roles: readonly string[] }>;

/** `rule` and `version` say why, for the audit; 'default-deny' when no row matches. `obligations`: what whoever lets it happen must see to; none on denial. */
export type AccessDecision = Readonly<{
  outcome: 'permit' | 'deny';
  rule: string;
  version: string;
  obligations: readonly Obligation[];
}>;

/** Whose rights count: the person in the credential of one who may act for others, else who asks; undefined: nobody's. Standings are of this subject. */
export function whoseRights(
  subject: AccessSubject,
  { actsForOthers }: AccessPolicy = accessPolicy,
): AccessSubject | undefined {
  const { onBehalfOf, ...self } = subject;
  if (onBehalfOf === null) return subject;
  if (!actsForOthers.some((role) => subject.roles.includes(role))) return undefined;
  return { ...self, ...onBehalfOf, group: '', machine: false, person: null, onBehalfOf: null };
}

/** The one access decision about a study (design D11): the first row that matches; none: deny. Pure and total. */
// biome-ignore lint/complexity/useMaxParams: four things are decided about, and the tests and the dry run name the table.
export function decideAccess(
  subject: AccessSubject,
  action: Action,
  study: StudyFacts,
  standing: Standing,
  policy: AccessPolicy = accessPolicy,
): AccessDecision {
  const rights = whoseRights(subject, policy);
  if (rights === undefined) return denied(policy);
  const asked = { subject: rights, study, standing, policy };
  const rule = policy.rules.find(
    (row) =>
      asks(row, rights, action) &&
      row.places.includes(placeOf(rights, study)) &&
      holdsUnder(row.jurisdictions, study.jurisdiction) &&
      (row.levels ?? [study.confidentiality]).includes(study.confidentiality) &&
      (row.states ?? [study.state]).includes(study.state) &&
      (row.when ?? []).every((condition) => standsFor(condition, asked)),
  );
  if (rule?.effect !== 'permit') return denied(policy, rule);
  const besides = policy.alsoObliged.filter(
    ({ roles, when }) =>
      hasRole(roles, rights) && when.every((condition) => standsFor(condition, asked)),
  );
  return permitted(policy, rule, besides);
}

/**
 * Whether the subject may do what isn't about one study: `hospital` is whose it is, null of nobody's. Of what is about a study: whether a subject
 * with these roles may do it to any study at all; then each study is decided by itself.
 */
export function decideAction(
  subject: AccessSubject,
  action: Action,
  hospital: string | null,
  policy: AccessPolicy = accessPolicy,
): AccessDecision {
  const rights = whoseRights(subject, policy);
  if (rights === undefined) return denied(policy);
  const isOfStudies = (STUDY_ACTIONS as readonly Action[]).includes(action);
  const place = hospital === null ? 'archive' : placeOf(rights, { hospital, group: '' });
  const rule = policy.rules.find(
    (row) =>
      asks(row, rights, action) &&
      (isOfStudies || row.places.includes(place)) &&
      (row.effect === 'permit' || (isForAll(row) && (!isOfStudies || isEverywhere(row)))),
  );
  return rule?.effect === 'permit' ? permitted(policy, rule, []) : denied(policy, rule);
}

/** Where a study is, as the subject sees it. */
export function placeOf(
  { organisation, group }: AccessSubject,
  study: Pick<StudyFacts, 'hospital' | 'group'>,
): Exclude<Place, 'archive'> {
  if (study.hospital === organisation) return 'own';
  return group !== '' && study.group === group ? 'group' : 'nation';
}

/** Whether the subject and what it asks are what the row is about; what the row asks of the study is still open. */
export const asks = (row: AccessRule, subject: AccessSubject, action: Action): boolean =>
  (row.actions === 'any' || row.actions.includes(action)) &&
  hasRole(row.roles, subject) &&
  (row.purposes === undefined || hasPurpose(row.purposes, subject)) &&
  (row.when ?? []).every((condition) => isStudyCondition(condition) || suits(condition, subject));

const hasRole = (roles: AccessRule['roles'], subject: AccessSubject): boolean =>
  roles === 'anyone' || roles.some((role) => subject.roles.includes(role));

const hasPurpose = (
  purposes: NonNullable<AccessRule['purposes']>,
  { purpose }: AccessSubject,
): boolean => (purposes as readonly string[]).includes(purpose ?? 'unsaid');

/** A denial that waits for what a study is doesn't close the way to all studies. */
const isForAll = ({ jurisdictions, levels, states, when }: AccessRule): boolean =>
  (jurisdictions ?? levels ?? states) === undefined && !(when ?? []).some(isStudyCondition);

/* Nor does one that holds in some places only. */
const isEverywhere = ({ places }: AccessRule): boolean =>
  HELD.every((place) => places.includes(place));

const denied = ({ version }: AccessPolicy, rule?: AccessRule): AccessDecision => ({
  outcome: 'deny',
  rule: rule?.id ?? 'default-deny',
  version,
  obligations: [],
});

const permitted = (
  { version }: AccessPolicy,
  rule: AccessRule,
  besides: readonly Readonly<{ obligations: readonly Obligation[] }>[],
): AccessDecision => ({
  outcome: 'permit',
  rule: rule.id,
  version,
  obligations: [...new Set([rule, ...besides].flatMap(({ obligations }) => obligations ?? []))],
});
