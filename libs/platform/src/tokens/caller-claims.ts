import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { ORGANISATION, type TrustedIssuer } from '../config/issuers-setting.js';
import { type Affiliation, chosenOrganisation, readAffiliations } from './affiliations.js';

/** Whom the agency acts for, as its token says. */
export type ActClaim = Readonly<{
  issuer: string;
  subject: string;
  organisation: string;
  roles: readonly string[];
}>;

/** What a verified token says about the one who asks; which roles mean something is the access policy's business. */
export type CallerClaims = Readonly<{
  issuer: string;
  subject: string;
  /** The organisation that the token itself speaks for; '' when it lists several and names none. */
  organisation: string;
  /** One for each organisation. The holder acts for one at a time. */
  affiliations: readonly Affiliation[];
  /** What the token calls its holder (OpenID Connect Core §5.1), when it does. */
  name?: string;
  /** Why the caller asks, as the token says it. */
  purpose: string | null;
  /** Whom the token is about: a patient who looks at their own images, or whose record an app was started on. An identifier, or the id of a Patient here. */
  patient: Readonly<{ authority: string; id: string }> | Readonly<{ resource: string }> | null;
  /** What an app was let do (RFC 9068 §2.2.3), as the token says it. */
  scope?: string;
  /** The program that is its own subject (RFC 9068 §2.2), null for people. */
  client: string | null;
  /** Whom the agency acts for; null for everyone else. */
  act: ActClaim | null;
  /** SHA-256 thumbprint of the certificate that the token is bound to (RFC 8705 §3.1); null when it's bound to none. */
  thumbprint: string | null;
  /** 0 when the token doesn't say. */
  issuedAtMs: number;
  expiresAtMs: number;
}>;

type Refusal = 'wrong-claims' | 'foreign-organisation';

const SUBJECT_CHARS_MAX = 256;
const TEXT_MAX = 256;
const ROLES_MAX = 32;
const PATIENT = /^([^:\\^]{1,64}):([^\\^]{1,64})$/;
const PATIENT_RESOURCE = /^(?:Patient\/)?([0-9a-f]{32})$/;
const SCOPE_CHARS_MAX = 4096;
/** The role whose token may name whom it acts for. */
const ACTING_ROLE = 'agency';

const subjectClaim = z.string().min(1).max(SUBJECT_CHARS_MAX);
/* Some issuers list scopes instead of writing them in one text. */
const scopeClaim = z.union([
  z.string().max(SCOPE_CHARS_MAX),
  z
    .array(z.string().max(TEXT_MAX))
    .max(ROLES_MAX)
    .transform((list) => list.join(' ')),
]);
const common = z.object({
  sub: subjectClaim,
  exp: z.number().positive(),
  name: z.string().min(1).max(TEXT_MAX).optional().catch(undefined),
  iat: z.number().nonnegative().optional(),
  purpose: z.string().min(1).max(64).optional(),
  patient: z.union([z.string().regex(PATIENT), z.string().regex(PATIENT_RESOURCE)]).optional(),
  scope: scopeClaim.optional(),
  client_id: z.string().max(TEXT_MAX).optional(),
  /* A binding that isn't understood can't be checked: the token is refused. */
  cnf: z.strictObject({ 'x5t#S256': z.string().regex(/^[\w-]{43}$/) }).optional(),
  act: z
    .strictObject({
      iss: z.string().min(1).max(TEXT_MAX).optional(),
      sub: subjectClaim,
      org: z.string().regex(ORGANISATION),
      roles: z.array(z.string().max(64)).max(ROLES_MAX).default([]),
    })
    .optional(),
});

/** Reads a verified token as one registration of its issuer understands it. */
export function readCallerClaims(
  payload: JWTPayload,
  trusted: TrustedIssuer,
): CallerClaims | Refusal {
  const own = common.safeParse(payload);
  if (!own.success) return 'wrong-claims';
  const affiliations = readAffiliations(payload, trusted);
  if (typeof affiliations === 'string') return affiliations;
  const {
    sub,
    exp,
    iat = 0,
    name,
    purpose,
    patient,
    scope,
    client_id: client,
    cnf,
    act,
  } = own.data;
  if (act && !affiliations.every(({ roles }) => roles.includes(ACTING_ROLE))) return 'wrong-claims';
  return {
    issuer: trusted.issuer,
    subject: sub,
    ...activeOf(affiliations, chosenOrganisation(payload, trusted)),
    ...(name === undefined ? {} : { name }),
    purpose: purpose ?? null,
    patient: patientOf(patient),
    ...(scope === undefined ? {} : { scope }),
    client: client === sub ? sub : null,
    act: act ? actOf(act, trusted.issuer) : null,
    thumbprint: cnf?.['x5t#S256'] ?? null,
    issuedAtMs: iat * 1000,
    expiresAtMs: exp * 1000,
  };
}

/** One token as several registrations of its issuer read it: what it says of the holder is the same in all, each adds the affiliations with its hospital. */
export function joinClaims(first: CallerClaims, others: readonly CallerClaims[]): CallerClaims {
  const all = [first, ...others];
  const affiliations = all.flatMap((claims) => claims.affiliations);
  const chosen = [...new Set(all.map(({ organisation }) => organisation))];
  return { ...first, ...activeOf(affiliations, chosen.length === 1 ? chosen[0] : undefined) };
}

/* Who has no role at an organisation is not of it, unless it's the only one there is. The same organisation twice: the first counts. */
function activeOf(
  all: readonly Affiliation[],
  chosen: string | undefined,
): Pick<CallerClaims, 'organisation' | 'affiliations'> {
  const withRoles = all.filter(({ roles }) => roles.length > 0);
  const named = withRoles.length > 0 ? withRoles : all;
  const affiliations = named.filter(
    (each, index) =>
      named.findIndex(({ organisation }) => organisation === each.organisation) === index,
  );
  const [only, ...others] = affiliations;
  const names = affiliations.map(({ organisation }) => organisation);
  if (chosen && names.includes(chosen)) return { organisation: chosen, affiliations };
  const organisation = others.length === 0 ? (only?.organisation ?? '') : '';
  return { organisation, affiliations };
}

const actOf = (act: NonNullable<z.infer<typeof common>['act']>, issuer: string): ActClaim => ({
  issuer: act.iss ?? issuer,
  subject: act.sub,
  organisation: act.org,
  roles: act.roles,
});

function patientOf(text: string | undefined): CallerClaims['patient'] {
  const [, resource] = PATIENT_RESOURCE.exec(text ?? '') ?? [];
  if (resource !== undefined) return { resource };
  const [, authority, id] = PATIENT.exec(text ?? '') ?? [];
  return authority && id ? { authority, id } : null;
}
