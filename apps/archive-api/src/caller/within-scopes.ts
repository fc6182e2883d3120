import type { Action } from '#archive/access/access-words';
import type { AccessDecision } from '#archive/access/decide-access';
import type { Caller } from './caller.js';
import { keepsToPatient, scopeNeed } from './scope-need.js';
import { scopeReach } from './scopes.js';

/** The rule that records name when a role would have permitted and the scopes of the token didn't. */
export const BEYOND_SCOPES = 'beyond-scopes';

/**
 * The caller as far as the scopes of their token let them do this on this route (its template): undefined when they don't, and kept to one person when
 * they are for one patient. Scopes only take away: what is left is decided as without them.
 */
export function withinScopes(caller: Caller, action: Action, route: string): Caller | undefined {
  const { scopes, context, onlyPerson: _before, ...rest } = caller;
  if (scopes === undefined) return caller;
  const need = scopeNeed(action, route);
  const reach = need === undefined ? 'nothing' : scopeReach(scopes, need);
  if (reach === 'all') return { ...rest, scopes, ...(context !== undefined && { context }) };
  const isKept = need !== undefined && keepsToPatient(need);
  if (reach === 'nothing' || !isKept || context === undefined) return undefined;
  return { ...rest, scopes, context, onlyPerson: context };
}

/** The same decision, turned round. */
export const beyondScopes = ({ version }: AccessDecision): AccessDecision => ({
  outcome: 'deny',
  rule: BEYOND_SCOPES,
  version,
  obligations: [],
});
