import type { Affiliation, CallerClaims } from '#platform/verify-token';
import { badRequest, forbidden, type Problem, unauthorized } from '../problem.js';
import type { HospitalRegistry } from './hospital-registry.js';

/** Names the organisation that a caller with several affiliations acts for. */
export const ORGANISATION_HEADER = 'arkim-organisation';

const ORGANISATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** What the agency's issuer may make of the people of a hospital whose fallback is open: they read. */
const FALLBACK_ROLES = ['radiologist', 'physician'];

/** The affiliation that counts, or why none does. */
export type Chosen = Readonly<
  { ok: true; active: Affiliation } | { ok: false; problem: Problem; refusal?: string }
>;

/** One affiliation, never two: the one that the header names, else the token's own. */
export function chooseAffiliation(
  { affiliations, organisation: own }: CallerClaims,
  asked: string | undefined,
  registry: HospitalRegistry,
): Chosen {
  if (asked !== undefined && !ORGANISATION.test(asked))
    return refused(badRequest('Arkim-Organisation names one organisation.'));
  const organisation = asked ?? own;
  if (organisation === '')
    return refused(
      forbidden('The token lists several organisations: name one of them in Arkim-Organisation.'),
    );
  const found = affiliations.find((each) => each.organisation === organisation);
  if (found === undefined) return refused(forbidden('The token has no such affiliation.'));
  return underFallback(found, registry.isFallbackOpen(organisation));
}

/* While a hospital's fallback is open its own sign-in may be the attacker's; while it isn't, the agency speaks for nobody else's people. */
function underFallback(found: Affiliation, isOpen: boolean): Chosen {
  if (!isOpen)
    return found.foreign
      ? {
          ...refused(unauthorized('The token is refused: foreign-organisation.')),
          refusal: 'foreign-organisation',
        }
      : { ok: true, active: found };
  if (!found.fallback)
    return refused(forbidden('The fallback of the hospital is open: sign in with the agency.'));
  const roles = found.foreign
    ? found.roles.filter((role) => FALLBACK_ROLES.includes(role))
    : found.roles;
  return { ok: true, active: { ...found, roles } };
}

const refused = (problem: Problem) => ({ ok: false, problem }) as const;
