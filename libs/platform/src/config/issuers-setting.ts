import { z } from 'zod';

/** A claim of a token: its name, or the names on the way down to it. */
export type ClaimPath = string | readonly string[];

/** A body that signs tokens, as ARKIM_OIDC_ISSUERS or a hospital registers it. */
export type TrustedIssuer = Readonly<{
  issuer: string;
  audience: string;
  /** Where the public keys are, or the keys themselves. */
  keys: Readonly<{ uri: string }> | Readonly<{ set: PublicKeySet }>;
  /** The organisations it may speak for. */
  organisations: readonly string[];
  /** Where tokens carry the organisation (null: they speak for the one organisation of the list), its roles, and a list of affiliations, each read like a token. */
  claims: Readonly<{ org: ClaimPath | null; roles: ClaimPath; affiliations?: ClaimPath | null }>;
  /** What its values are called here; what isn't named counts for nothing. Absent or null: they are ours. */
  values?: ClaimValues;
  /** What in `acr` or `amr` says that more than one factor was used; absent: `amr` with `mfa`. */
  mfa?: MultiFactor;
  /** The roles that it may give; absent: any. */
  roles?: readonly string[];
  /** The agency's: while a hospital's fallback is open, it alone speaks for the hospital's people. */
  fallback?: boolean;
}>;

/** Theirs → ours. */
export type ClaimValues = Readonly<{
  organisations?: Readonly<Record<string, string>> | null;
  roles?: Readonly<Record<string, string>> | null;
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
const PATH_NAMES_MAX = 8;
const TABLE_MAX = 500;

/** An organisation's code, as tokens and folders carry it. */
export const ORGANISATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A text of an issuer's registration. */
export const issuerText = z.string().min(1).max(TEXT_MAX);

/** A claim's name or path. */
export const claimPath = z.union([issuerText, z.array(issuerText).min(1).max(PATH_NAMES_MAX)]);

/** A table of values: theirs → ours. */
export const valueTable = <T extends z.ZodType<string>>(ours: T) =>
  z
    .record(issuerText, ours)
    .refine((table) => Object.keys(table).length <= TABLE_MAX, `has ${TABLE_MAX} values at most`);

/** What means more than one factor. */
export const multiFactor = z
  .strictObject({
    acr: z.array(issuerText).max(VALUES_MAX).default([]),
    amr: z.array(issuerText).max(VALUES_MAX).default([]),
  })
  .default({ acr: [], amr: ['mfa'] });

/* Plain http would let anyone on the way choose the keys; on the machine itself there is nobody on the way. */
export const isSafeUri = (uri: string) => {
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

/** The two ways to give keys, of which one is to be used. */
export const keyMembers = {
  jwksUri: issuerText.refine(isSafeUri, 'jwksUri must be https').optional(),
  jwks: z.object({ keys: z.array(publicKey).min(1).max(KEYS_MAX) }).optional(),
};

type KeyMembers = Readonly<{
  jwksUri?: string | undefined;
  jwks?: PublicKeySet | undefined;
}>;

/** Puts `keys` in the place of `jwks` or `jwksUri`; exactly one must be there. */
export function withKeys<T extends KeyMembers>(
  { jwks, jwksUri, ...rest }: T,
  context: z.RefinementCtx,
): Omit<T, keyof KeyMembers> & Pick<TrustedIssuer, 'keys'> {
  if (jwks && !jwksUri) return { ...rest, keys: { set: jwks } };
  if (jwksUri && !jwks) return { ...rest, keys: { uri: jwksUri } };
  context.addIssue('either jwksUri or jwks is needed');
  return z.NEVER;
}

const issuer = z
  .strictObject({
    issuer: issuerText,
    audience: issuerText.default('arkim'),
    ...keyMembers,
    organisations: z.array(z.string().regex(ORGANISATION)).min(1).max(ORGANISATIONS_MAX),
    claims: z
      .strictObject({
        org: claimPath.default('org'),
        roles: claimPath.default('roles'),
        affiliations: claimPath.optional(),
      })
      .default({ org: 'org', roles: 'roles' }),
    values: z
      .strictObject({
        organisations: valueTable(z.string().regex(ORGANISATION)).optional(),
        roles: valueTable(issuerText).optional(),
      })
      .optional(),
    mfa: multiFactor,
    fallback: z.boolean().optional(),
  })
  .transform((given, context) => withKeys(given, context) as TrustedIssuer);

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
    context.addIssue(firstFault(read.error));
    return z.NEVER;
  });

/** What is wrong, in one line: where, and what. */
export function firstFault({ issues: [first] }: z.ZodError): string {
  return `${first?.path.join('.') || 'value'}: ${first?.message}`;
}

/** What isn't JSON is undefined: the schema says so. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
