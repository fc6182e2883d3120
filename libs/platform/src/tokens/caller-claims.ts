import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { ORGANISATION, type TrustedIssuer } from '../config/issuers-setting.js';
import { ANY_ORGANISATION } from '../demo-issuer.js';

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
  organisation: string;
  roles: readonly string[];
  /** Why the caller asks, as the token says it. */
  purpose: string | null;
  /** Assigning authority and id, for a patient who looks at their own images. */
  patient: Readonly<{ authority: string; id: string }> | null;
  /** Whether the person signed in with more than one factor: RFC 8176 `amr`, or `acr`, as the issuer registered. */
  mfa: boolean;
  /** A program, not a person: its own client is the subject, or it is a modality. */
  machine: boolean;
  /** Whom the agency acts for; null for everyone else. */
  act: ActClaim | null;
  expiresAtMs: number;
}>;

const ROLES_MAX = 32;
const ROLE = /^[a-z][a-z0-9-]{0,63}$/;
const SUBJECT_CHARS_MAX = 256;
const PATIENT = /^([^:\\^]{1,64}):([^\\^]{1,64})$/;

const AMR_MAX = 32;
const TEXT_MAX = 256;
/** What says «more than one factor» where the issuer registered nothing else: RFC 8176 §2. */
const MFA_BY_DEFAULT = { acr: [], amr: ['mfa'] };
/** The roles that only programs have, and the one whose token may name whom it acts for. */
const MACHINE_ROLE = 'modality';
const ACTING_ROLE = 'agency';

const subjectClaim = z.string().min(1).max(SUBJECT_CHARS_MAX);
const organisationClaim = z.string().regex(ORGANISATION);
const rolesClaim = z.array(z.string().regex(ROLE)).max(ROLES_MAX);
const common = z.object({
  sub: subjectClaim,
  exp: z.number().positive(),
  purpose: z.string().min(1).max(64).optional(),
  patient: z.string().regex(PATIENT).optional(),
  acr: z.string().max(TEXT_MAX).optional(),
  amr: z.array(z.string().max(TEXT_MAX)).max(AMR_MAX).optional(),
  client_id: z.string().max(TEXT_MAX).optional(),
  act: z
    .strictObject({
      iss: z.string().min(1).max(TEXT_MAX).optional(),
      sub: subjectClaim,
      org: organisationClaim,
      roles: rolesClaim.default([]),
    })
    .optional(),
});
type Common = z.infer<typeof common>;

/** Reads the claims under the names that the issuer registered; an issuer speaks for its own organisations only. */
export function readCallerClaims(
  payload: JWTPayload,
  { issuer, claims, organisations, mfa }: TrustedIssuer,
): CallerClaims | 'wrong-claims' | 'foreign-organisation' {
  const own = common.safeParse(payload);
  const organisation = organisationClaim.safeParse(payload[claims.org]);
  const roles = rolesClaim.safeParse(payload[claims.roles]);
  if (!own.success || !organisation.success || !roles.success) return 'wrong-claims';
  if (own.data.act && !roles.data.includes(ACTING_ROLE)) return 'wrong-claims';
  if (!organisations.some((name) => name === ANY_ORGANISATION || name === organisation.data))
    return 'foreign-organisation';
  return {
    issuer,
    subject: own.data.sub,
    organisation: organisation.data,
    roles: roles.data,
    purpose: own.data.purpose ?? null,
    patient: patientOf(own.data.patient),
    mfa: isMultiFactor(own.data, mfa),
    machine: own.data.client_id === own.data.sub || roles.data.includes(MACHINE_ROLE),
    act: actOf(own.data, issuer),
    expiresAtMs: own.data.exp * 1000,
  };
}

const isMultiFactor = (
  { acr, amr = [] }: Common,
  meant: NonNullable<TrustedIssuer['mfa']> = MFA_BY_DEFAULT,
): boolean =>
  (acr !== undefined && meant.acr.includes(acr)) ||
  amr.some((method) => meant.amr.includes(method));

const actOf = ({ act }: Common, issuer: string): ActClaim | null =>
  act === undefined
    ? null
    : { issuer: act.iss ?? issuer, subject: act.sub, organisation: act.org, roles: act.roles };

function patientOf(text: string | undefined): CallerClaims['patient'] {
  const [, authority, id] = PATIENT.exec(text ?? '') ?? [];
  return authority && id ? { authority, id } : null;
}
