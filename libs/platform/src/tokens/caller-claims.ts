import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { ORGANISATION, type TrustedIssuer } from '../config/issuers-setting.js';
import { ANY_ORGANISATION } from '../demo-issuer.js';

/** What a verified token says about the one who asks; which roles mean something is the access policy's business. */
export type CallerClaims = Readonly<{
  issuer: string;
  subject: string;
  organisation: string;
  roles: readonly string[];
  /** Why the caller asks, as the token says it. */
  purpose: string | null;
  /** Assigning authority and id, for a patient who looks at their own images. */
  patient: Readonly<{ authority: string; id: string }> | null;
  expiresAtMs: number;
}>;

const ROLES_MAX = 32;
const ROLE = /^[a-z][a-z0-9-]{0,63}$/;
const SUBJECT_CHARS_MAX = 256;
const PATIENT = /^([^:\\^]{1,64}):([^\\^]{1,64})$/;

const common = z.object({
  sub: z.string().min(1).max(SUBJECT_CHARS_MAX),
  exp: z.number().positive(),
  purpose: z.string().min(1).max(64).optional(),
  patient: z.string().regex(PATIENT).optional(),
});
const organisationClaim = z.string().regex(ORGANISATION);
const rolesClaim = z.array(z.string().regex(ROLE)).max(ROLES_MAX);

/** Reads the claims under the names that the issuer registered; an issuer speaks for its own organisations only. */
export function readCallerClaims(
  payload: JWTPayload,
  { issuer, claims, organisations }: TrustedIssuer,
): CallerClaims | 'wrong-claims' | 'foreign-organisation' {
  const own = common.safeParse(payload);
  const organisation = organisationClaim.safeParse(payload[claims.org]);
  const roles = rolesClaim.safeParse(payload[claims.roles]);
  if (!own.success || !organisation.success || !roles.success) return 'wrong-claims';
  if (!organisations.some((name) => name === ANY_ORGANISATION || name === organisation.data))
    return 'foreign-organisation';
  return {
    issuer,
    subject: own.data.sub,
    organisation: organisation.data,
    roles: roles.data,
    purpose: own.data.purpose ?? null,
    patient: patientOf(own.data.patient),
    expiresAtMs: own.data.exp * 1000,
  };
}

function patientOf(text: string | undefined): CallerClaims['patient'] {
  const [, authority, id] = PATIENT.exec(text ?? '') ?? [];
  return authority && id ? { authority, id } : null;
}
