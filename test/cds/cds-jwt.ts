import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
type Algorithm = 'ES384' | 'RS384';

/** Keys of the hospitals' programs, and what they have registered of them. `strange`: of somebody else, under the same name. */
export type CdsKeys = Readonly<{
  pairs: Readonly<Record<Algorithm, Pair>>;
  strange: Pair;
  jwks: Readonly<{ keys: readonly Readonly<Record<string, unknown>>[] }>;
}>;

export async function cdsKeys(): Promise<CdsKeys> {
  const pairs = { ES384: await generateKeyPair('ES384'), RS384: await generateKeyPair('RS384') };
  const keys = await Promise.all(
    (['ES384', 'RS384'] as const).map(async (alg) => ({
      ...(await exportJWK(pairs[alg].publicKey)),
      alg,
      kid: alg,
    })),
  );
  return { pairs, strange: await generateKeyPair('ES384'), jwks: { keys } };
}

/** What differs from a good JWT; `null`: a claim that is left out. */
export type JwtChange = Readonly<{
  alg?: Algorithm;
  header?: Partial<JWTHeaderParameters>;
  claims?: Readonly<Record<string, unknown>>;
  strange?: true;
}>;

const LIFETIME_S = 120;

/** A JWT as CDS Hooks 2.0 wants it, but for the change. */
export function signJwt(
  { pairs, strange }: CdsKeys,
  { iss, aud }: Readonly<{ iss: string; aud: string }>,
  change: JwtChange = {},
): Promise<string> {
  const { alg = 'ES384' } = change;
  const iat = Math.floor(Date.now() / 1000);
  const said = { iss, aud, iat, exp: iat + LIFETIME_S, jti: randomUUID(), ...change.claims };
  const claims = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
  const key = change.strange ? strange.privateKey : pairs[alg].privateKey;
  return new SignJWT(claims)
    .setProtectedHeader({ alg, kid: alg, typ: 'JWT', ...change.header })
    .sign(key);
}
