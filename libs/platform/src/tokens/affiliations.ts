import { z } from 'zod';
import {
  type ClaimPath,
  type MultiFactor,
  ORGANISATION,
  type TrustedIssuer,
} from '../config/issuers-setting.js';
import { ANY_ORGANISATION } from '../demo-issuer.js';

/** One organisation that the holder of a token belongs to, with the roles there, as one registered issuer says it. */
export type Affiliation = Readonly<{
  organisation: string;
  roles: readonly string[];
  /** Signed in with more than one factor, in this issuer's words. */
  mfa: boolean;
  /** The issuer is the agency's: it counts also while the hospital's fallback is open. */
  fallback: boolean;
  /** The issuer may speak for this organisation only while its fallback is open. */
  foreign: boolean;
}>;

const ROLES_MAX = 32;
/** Directories send all groups of a person; only those that the table names count. */
const GROUPS_MAX = 1000;
const AFFILIATIONS_MAX = 64;
const TEXT_MAX = 256;
const ROLE = /^[a-z][a-z0-9-]{0,63}$/;
/** What says «more than one factor» where the issuer registered nothing else: RFC 8176 §2. */
const MFA_BY_DEFAULT: MultiFactor = { acr: [], amr: ['mfa'] };

const organisationClaim = z.string().regex(ORGANISATION);
const ownRoles = z.array(z.string().regex(ROLE)).max(ROLES_MAX);
const theirRoles = z.array(z.string()).max(GROUPS_MAX).default([]);
const entries = z.array(z.record(z.string(), z.unknown())).min(1).max(AFFILIATIONS_MAX);
const factors = z.object({
  acr: z.string().max(TEXT_MAX).optional(),
  amr: z.array(z.string().max(TEXT_MAX)).max(ROLES_MAX).optional(),
});

type Claims = Readonly<Record<string, unknown>>;
type Refusal = 'wrong-claims' | 'foreign-organisation';

/** What a token says under the claims that the issuer registered; an issuer speaks for its own organisations only. */
export function readAffiliations(
  payload: Claims,
  trusted: TrustedIssuer,
): readonly Affiliation[] | Refusal {
  const listed = at(payload, trusted.claims.affiliations ?? []);
  const list = entries.safeParse(listed ?? [payload]);
  const how = factors.safeParse(payload);
  if (!list.success || !how.success) return 'wrong-claims';
  const mfa = isMultiFactor(how.data, trusted.mfa);
  const read = list.data.map((entry) => readEntry(entry, trusted, mfa));
  const found = read.filter((each) => typeof each === 'object');
  if (found.length > 0 && !read.includes('wrong-claims')) return found;
  return read.includes('wrong-claims') ? 'wrong-claims' : 'foreign-organisation';
}

/** The organisation that the token itself names beside a list of affiliations; undefined when it names none. */
export function chosenOrganisation(payload: Claims, trusted: TrustedIssuer): string | undefined {
  const { org } = trusted.claims;
  return org === null ? undefined : organisationIn(payload, trusted);
}

function readEntry(entry: Claims, trusted: TrustedIssuer, mfa: boolean): Affiliation | Refusal {
  const organisation = organisationIn(entry, trusted);
  const roles = rolesIn(entry, trusted);
  if (organisation === undefined || roles === undefined) return 'wrong-claims';
  if (organisation === NOBODY) return 'foreign-organisation';
  const own = [ANY_ORGANISATION, organisation].some((name) => trusted.organisations.includes(name));
  const fallback = trusted.fallback === true;
  if (!own && !fallback) return 'foreign-organisation';
  return { organisation, roles, mfa, fallback, foreign: !own };
}

/* A value that the table doesn't name is that of an organisation that isn't here. */
function organisationIn(entry: Claims, { claims, values, organisations }: TrustedIssuer) {
  if (claims.org === null) return organisations[0];
  const said = at(entry, claims.org);
  const named = organisationClaim.safeParse(said);
  const table = values?.organisations;
  if (!table) return named.data;
  return typeof said === 'string' && Object.hasOwn(table, said) ? table[said] : NOBODY;
}
const NOBODY = '';

function rolesIn(entry: Claims, { claims, values, roles }: TrustedIssuer) {
  const said = at(entry, claims.roles);
  const table = values?.roles;
  const read = (table ? theirRoles : ownRoles).safeParse(said);
  if (!read.success) return undefined;
  const named = table
    ? read.data.flatMap((role) => (Object.hasOwn(table, role) ? [table[role] ?? ''] : []))
    : read.data;
  return [...new Set(named)].filter((role) => roles === undefined || roles.includes(role));
}

const isMultiFactor = (
  { acr, amr = [] }: z.infer<typeof factors>,
  meant: MultiFactor = MFA_BY_DEFAULT,
): boolean =>
  (acr !== undefined && meant.acr.includes(acr)) ||
  amr.some((method) => meant.amr.includes(method));

/** The claim at the end of a path; undefined where there is none. */
function at(claims: Claims, path: ClaimPath): unknown {
  const names = typeof path === 'string' ? [path] : path;
  if (names.length === 0) return undefined;
  return names.reduce<unknown>(
    (found, name) =>
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? (found as Claims)[name]
        : undefined,
    claims,
  );
}
