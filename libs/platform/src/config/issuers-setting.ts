import { z } from 'zod';

/** A body that signs tokens, as ARKIM_OIDC_ISSUERS registers it. */
export type TrustedIssuer = Readonly<{
  issuer: string;
  audience: string;
  /** Where the public keys are, or the keys themselves. */
  keys: Readonly<{ uri: string }> | Readonly<{ set: PublicKeySet }>;
  /** The organisations it may speak for. */
  organisations: readonly string[];
  /** The names of the claims that carry the organisation and the roles. */
  claims: Readonly<{ org: string; roles: string }>;
  /** What in `acr` or `amr` says that more than one factor was used; absent: `amr` with `mfa`. */
  mfa?: MultiFactor;
}>;

/** Values of the claims `acr` and `amr` (OpenID Connect Core §2, RFC 8176) that mean more than one factor. */
export type MultiFactor = Readonly<{ acr: readonly string[]; amr: readonly string[] }>;

/** Public keys as RFC 7517 writes them. */
export type PublicKeySet = Readonly<{ keys: readonly Readonly<Record<string, unknown>>[] }>;

const ISSUERS_MAX = 100;
const KEYS_MAX = 50;
const ORGANISATIONS_MAX = 1000;
const TEXT_MAX = 512;
const VALUES_MAX = 32;

/** An organisation's code, as tokens and folders carry it. */
export const ORGANISATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const text = z.string().min(1).max(TEXT_MAX);

/* Plain http would let anyone on the way choose the keys; on the machine itself there is nobody on the way. */
const isSafeUri = (uri: string) => {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
};
const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];

const publicKey = z
  .record(z.string(), z.unknown())
  .refine(
    (key) => key['kty'] !== 'oct' && key['d'] === undefined,
    'jwks must hold public keys only',
  );

const issuer = z
  .strictObject({
    issuer: text,
    audience: text.default('arkim'),
    jwksUri: text.refine(isSafeUri, 'jwksUri must be https').optional(),
    jwks: z.object({ keys: z.array(publicKey).min(1).max(KEYS_MAX) }).optional(),
    organisations: z.array(z.string().regex(ORGANISATION)).min(1).max(ORGANISATIONS_MAX),
    claims: z
      .strictObject({ org: text.default('org'), roles: text.default('roles') })
      .default({ org: 'org', roles: 'roles' }),
    mfa: z
      .strictObject({
        acr: z.array(text).max(VALUES_MAX).default([]),
        amr: z.array(text).max(VALUES_MAX).default([]),
      })
      .default({ acr: [], amr: ['mfa'] }),
  })
  .transform(({ jwks, jwksUri, ...rest }, context): TrustedIssuer => {
    if (jwks && !jwksUri) return { ...rest, keys: { set: jwks } };
    if (jwksUri && !jwks) return { ...rest, keys: { uri: jwksUri } };
    context.addIssue('an issuer has either jwksUri or jwks');
    return z.NEVER;
  });

const issuers = z
  .array(issuer)
  .max(ISSUERS_MAX)
  .refine(
    (list) => new Set(list.map((entry) => entry.issuer)).size === list.length,
    'an issuer is listed twice',
  );

/** The JSON text of ARKIM_OIDC_ISSUERS; its form is in the README. */
export const issuersSetting = z
  .string()
  .max(1_000_000)
  .default('[]')
  .transform((json, context): readonly TrustedIssuer[] => {
    const read = issuers.safeParse(parseJson(json));
    if (read.success) return read.data;
    const [first] = read.error.issues;
    context.addIssue(`${first?.path.join('.') || 'value'}: ${first?.message}`);
    return z.NEVER;
  });

/* What isn't JSON is no list either: the schema says so. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
