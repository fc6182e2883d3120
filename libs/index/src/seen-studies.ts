import type { AccessSubject } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import type { StudyAction } from '#archive/access/access-words';
import { AGENCY } from '#archive/access/agency';
import { asks, whoseRights } from '#archive/access/decide-access';
import { filling, rulesSql } from './access-sql.js';
import { nothingKnown } from './known-of-searcher.js';
import type { Bind } from './search-sql.js';

/** Who looks by which policy at which moment (ISO 8601). */
export type Looker = Readonly<{ subject: AccessSubject; policy: AccessPolicy; at: string }>;

/** The agency itself: what it may know of is what its own searches find. */
export const AGENCY_LOOKS: AccessSubject = {
  actor: '',
  organisation: AGENCY,
  group: '',
  roles: ['agency'],
  purpose: null,
  mfa: false,
  machine: true,
  person: null,
  onBehalfOf: null,
  crisis: false,
};

/**
 * Whether the looker may do this to the study of row `access` of study_access: the policy as searches compile it. Pure; its values are bound, and
 * what it doesn't name is bound by nobody.
 */
export function permittedSql(
  { subject, policy, at }: Looker,
  action: StudyAction,
  bind: Bind,
): string {
  const rights = whoseRights(subject, policy);
  if (rights === undefined) return 'false';
  const searcher = { subject: rights, policy, at, known: nothingKnown(rights) };
  const rules = policy.rules.filter((row) => asks(row, rights, action));
  return filling(searcher, bind)(String(rulesSql(rules, 'any', searcher)));
}
