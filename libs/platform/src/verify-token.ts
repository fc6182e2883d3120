import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { TrustedIssuer } from './config/issuers-setting.js';
import { createKeySource } from './key-source.js';
import {
  type CallerClaims as Claims,
  joinClaims,
  readCallerClaims,
} from './tokens/caller-claims.js';
import { createVerifiedTokens, type VerifiedTokens } from './tokens/verified-tokens.js';

/** What a verified token says about the one who asks. */
export type CallerClaims = Claims;

/** One organisation that they belong to. */
export type Affiliation = Claims['affiliations'][number];

/** Why a token counts for nothing. Only `keys-unreachable` may pass when the caller tries again. */
export type TokenRefusal =
  | 'malformed'
  | 'unknown-issuer'
  | 'bad-signature'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-audience'
  | 'wrong-claims'
  | 'foreign-organisation'
  | 'keys-unreachable';

/** Who is asking, or why nobody is believed. */
export type TokenVerdict =
  | Readonly<{ ok: true; caller: CallerClaims }>
  | Readonly<{ ok: false; refusal: TokenRefusal }>;

/** Verifies the compact JWT of an Authorization header; never throws for what the token holds. */
export type VerifyToken = (token: string) => Promise<TokenVerdict>;

/** Public-key signatures only: `none` and HMAC, with which a public key would become the secret, aren't here. */
export const ALGORITHMS: readonly string[] = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
];
const TOKEN_CHARS_MAX = 8192;
const CLOCK_TOLERANCE_S = 5;

/** Everyone whose tokens count; the same issuer may be registered by several hospitals, each for itself. A change gives another list. */
export type Issuers = readonly TrustedIssuer[] | (() => readonly TrustedIssuer[]);

/** A verifier for these issuers. What it verified it trusts for at most a minute, never past the token's end, nor when the issuers have changed. */
export function createTokenVerifier(issuers: Issuers, nowMs: () => number = Date.now): VerifyToken {
  const current = typeof issuers === 'function' ? issuers : () => issuers;
  const keySources = new Map<string, JWTVerifyGetKey>();
  let book: Book | undefined;
  return async (token) => {
    const list = current();
    if (book?.list !== list) book = openBook(list, keySources, nowMs);
    const { verified, registrations } = book;
    const known = verified.find(token);
    if (known) return { ok: true, caller: known };
    const issuer = issuerOf(token);
    const registered = registrations.get(issuer ?? '');
    if (!registered) return refused(issuer === undefined ? 'malformed' : 'unknown-issuer');
    const verdict = await verifyByAny(token, registered, nowMs());
    if (verdict.ok) verified.add(token, verdict.caller);
    return verdict;
  };
}

/** Registrations of one issuer that agree on its keys and its audience. */
type Registration = Readonly<{
  audience: string;
  keys: JWTVerifyGetKey;
  readings: readonly [TrustedIssuer, ...TrustedIssuer[]];
}>;

type Book = Readonly<{
  list: readonly TrustedIssuer[];
  registrations: ReadonlyMap<string, readonly Registration[]>;
  verified: VerifiedTokens;
}>;

/* Fetched keys outlive a change of the list; those of issuers that are gone don't. */
function openBook(
  list: readonly TrustedIssuer[],
  keySources: Map<string, JWTVerifyGetKey>,
  nowMs: () => number,
): Book {
  const named = new Set(list.map(({ keys }) => JSON.stringify(keys)));
  for (const name of keySources.keys()) if (!named.has(name)) keySources.delete(name);
  const keysOf = (trusted: TrustedIssuer) => {
    const name = JSON.stringify(trusted.keys);
    const keys = keySources.get(name) ?? createKeySource(trusted);
    keySources.set(name, keys);
    return keys;
  };
  const registrations = new Map<string, readonly Registration[]>();
  for (const [issuer, registered] of Map.groupBy(list, (trusted) => trusted.issuer)) {
    const alike = Map.groupBy(registered, ({ audience, keys }) => JSON.stringify([audience, keys]));
    registrations.set(
      issuer,
      [...alike.values()].flatMap(([first, ...others]) =>
        first
          ? [{ audience: first.audience, keys: keysOf(first), readings: [first, ...others] }]
          : [],
      ),
    );
  }
  return { list, registrations, verified: createVerifiedTokens(nowMs) };
}

/** What is told when none verifies: the reason nearest to a success. */
const NEAREST: readonly TokenRefusal[] = [
  'foreign-organisation',
  'wrong-claims',
  'expired',
  'not-yet-valid',
  'wrong-audience',
  'keys-unreachable',
  'bad-signature',
];

async function verifyByAny(
  token: string,
  registered: readonly Registration[],
  nowMs: number,
): Promise<TokenVerdict> {
  const verdicts: TokenVerdict[] = [];
  for (const registration of registered) verdicts.push(await verify(token, registration, nowMs));
  const [first, ...others] = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.caller] : []));
  if (first) return { ok: true, caller: joinClaims(first, others) };
  const refusals = verdicts.flatMap((verdict) => (verdict.ok ? [] : [verdict.refusal]));
  return refused(NEAREST.find((refusal) => refusals.includes(refusal)) ?? 'bad-signature');
}

async function verify(
  token: string,
  { audience, keys, readings }: Registration,
  nowMs: number,
): Promise<TokenVerdict> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: readings[0].issuer,
      audience,
      algorithms: [...ALGORITHMS],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'sub'],
    });
    return readCaller(payload, readings);
  } catch (error) {
    return refused(refusalOf(error));
  }
}

function readCaller(payload: JWTPayload, readings: Registration['readings']): TokenVerdict {
  const read = readings.map((trusted) => readCallerClaims(payload, trusted));
  const [first, ...others] = read.filter((claims) => typeof claims === 'object');
  if (first) return { ok: true, caller: joinClaims(first, others) };
  return refused(read.includes('foreign-organisation') ? 'foreign-organisation' : 'wrong-claims');
}

/* The issuer is only read here to find its keys; it's believed after the signature. */
function issuerOf(token: string): string | undefined {
  if (token.length > TOKEN_CHARS_MAX) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function refusalOf(error: unknown): TokenRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error.claim);
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
    return 'keys-unreachable';
  return error.code === 'ERR_JOSE_GENERIC' ? 'keys-unreachable' : 'bad-signature';
}

function claimRefusal(claim: string): TokenRefusal {
  if (claim === 'nbf') return 'not-yet-valid';
  return claim === 'aud' ? 'wrong-audience' : 'wrong-claims';
}

const refused = (refusal: TokenRefusal): TokenVerdict => ({ ok: false, refusal });
