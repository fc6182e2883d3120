import { type AccessPolicy, type AccessRule, type Action, accessPolicy } from './access-policy.js';

/** Who asks: the hospital (or agency) of the credential, never of a tag, and its roles; a role that no rule knows permits nothing. */
export type Subject = Readonly<{ hospital: string; roles: readonly string[] }>;

/** What is asked for: data in the custody of one hospital, or (null) the running archive itself. */
export type Resource = Readonly<{ hospital: string | null }>;

/** `rule` and `version` say why, for the audit; 'default-deny' when no rule permits. */
export type AccessDecision = Readonly<{
  outcome: 'permit' | 'deny';
  rule: string;
  version: string;
}>;

/** The one access decision (design D11): the first rule that matches permits; none matches: deny. */
export function decideAccess(
  subject: Subject,
  action: Action,
  resource: Resource,
  policy: AccessPolicy = accessPolicy,
): AccessDecision {
  const rule = policy.rules.find(
    (candidate) => names(candidate, subject, action) && reaches(candidate, subject, resource),
  );
  return {
    outcome: rule === undefined ? 'deny' : 'permit',
    rule: rule?.id ?? 'default-deny',
    version: policy.version,
  };
}

/** The same table for search: the hospitals whose data `action` may show the subject; empty: none. A query must hold it inside. */
export function reachOf(
  subject: Subject,
  action: Action,
  policy: AccessPolicy = accessPolicy,
): readonly string[] {
  const permitted = policy.rules.some(
    (rule) => rule.reach === 'own-hospital' && names(rule, subject, action),
  );
  return permitted ? [subject.hospital] : [];
}

const names = (rule: AccessRule, { roles }: Subject, action: Action): boolean =>
  rule.actions.includes(action) && rule.roles.some((role) => roles.includes(role));

const reaches = ({ reach }: AccessRule, subject: Subject, resource: Resource): boolean =>
  reach === 'archive' ? resource.hospital === null : resource.hospital === subject.hospital;
