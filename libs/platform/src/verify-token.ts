import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { TrustedIssuer } from './config/issuers-setting.js';
import { type CallerClaims as Claims, readCallerClaims } from './tokens/caller-claims.js';
import { createKeySource } from './tokens/key-source.js';
import { createVerifiedTokens } from './tokens/verified-tokens.js';

/** What a verified token says about the one who asks. */
export type CallerClaims = Claims;

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
const ALGORITHMS = [
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
];
const TOKEN_CHARS_MAX = 8192;
const CLOCK_TOLERANCE_S = 5;

/** A verifier for these issuers. What it verified it trusts for at most a minute, never past the token's end. */
export function createTokenVerifier(
  issuers: readonly TrustedIssuer[],
  nowMs: () => number = Date.now,
): VerifyToken {
  const sources = new Map(
    issuers.map((trusted) => [trusted.issuer, { trusted, keys: createKeySource(trusted) }]),
  );
  const verified = createVerifiedTokens(nowMs);
  return async (token) => {
    const known = verified.find(token);
    if (known) return { ok: true, caller: known };
    const source = sources.get(issuerOf(token) ?? '');
    if (!source) return refused(issuerOf(token) === undefined ? 'malformed' : 'unknown-issuer');
    const verdict = await verify(token, source, nowMs());
    if (verdict.ok) verified.add(token, verdict.caller);
    return verdict;
  };
}

type Source = Readonly<{ trusted: TrustedIssuer; keys: JWTVerifyGetKey }>;

async function verify(
  token: string,
  { trusted, keys }: Source,
  nowMs: number,
): Promise<TokenVerdict> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: trusted.issuer,
      audience: trusted.audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'sub'],
    });
    return readCaller(payload, trusted);
  } catch (error) {
    return refused(refusalOf(error));
  }
}

function readCaller(payload: JWTPayload, trusted: TrustedIssuer): TokenVerdict {
  const caller = readCallerClaims(payload, trusted);
  return typeof caller === 'string' ? refused(caller) : { ok: true, caller };
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
