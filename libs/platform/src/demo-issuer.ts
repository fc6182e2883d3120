import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { ORGANISATION, type TrustedIssuer } from './config/issuers-setting.js';
import { createSecretFile } from './secrets/secret-file.js';

/** The issuer of a demonstration: its private key lies in the data folder, for anyone who can read that. */
export type DemoIssuer = Readonly<{
  trusted: TrustedIssuer;
  sign(claims: DemoClaims): Promise<string>;
}>;

/** What a demo token says; times in seconds. */
export type DemoClaims = Readonly<{
  organisation: string;
  roles: readonly string[];
  subject: string;
  name?: string;
  purpose?: string;
  patient?: string;
  /** What an app was let do, in one text. */
  scope?: string;
  /** Further organisations that the person belongs to. */
  also?: readonly Readonly<{ organisation: string; roles: readonly string[] }>[];
  /** Signed in with more than one factor. */
  mfa?: boolean;
  /** Whom the agency acts for. */
  act?: Readonly<{ subject: string; organisation: string; roles: readonly string[] }>;
  issuedAtS: number;
  lifetimeS: number;
}>;

/** Who a demo token may speak for; `ANY_ORGANISATION` lets the demo also try a hospital that isn't onboarded. */
export const ANY_ORGANISATION = '*';

const ISSUER = 'urn:arkim:demo-issuer';
const AUDIENCE = 'arkim';
const ALGORITHM = 'ES256';
const FILE = 'issuer.jwk';

/** Opens the demo issuer of the data folder and makes its key pair when there's none; two at once agree on one. */
export async function openDemoIssuer(dataFolder: string): Promise<DemoIssuer> {
  const privateJwk = (await readJwk(dataFolder)) ?? (await createJwk(dataFolder));
  const key = await importJWK(privateJwk, ALGORITHM);
  const { d: _secret, ...publicJwk } = privateJwk;
  return {
    trusted: {
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: { set: { keys: [publicJwk] } },
      organisations: [ANY_ORGANISATION],
      claims: { org: 'org', roles: 'roles', affiliations: 'affiliations' },
      fallback: true,
    },
    sign: (claims) => sign(claims, key, publicJwk.kid),
  };
}

async function sign(
  claims: DemoClaims,
  key: Parameters<SignJWT['sign']>[0],
  kid: string | undefined,
): Promise<string> {
  if (!ORGANISATION.test(claims.organisation))
    throw new RangeError('an organisation has 1 to 64 letters, digits, dots, dashes');
  return new SignJWT(payloadOf(claims))
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(claims.subject)
    .setJti(randomUUID())
    .setIssuedAt(claims.issuedAtS)
    .setExpirationTime(claims.issuedAtS + claims.lifetimeS)
    .sign(key);
}

const payloadOf = ({
  organisation,
  roles,
  name,
  also,
  purpose,
  patient,
  scope,
  mfa,
  act,
}: DemoClaims) => ({
  org: organisation,
  roles: [...roles],
  ...(also && {
    affiliations: [{ organisation, roles }, ...also].map((each) => ({
      org: each.organisation,
      roles: [...each.roles],
    })),
  }),
  ...(name === undefined ? {} : { name }),
  ...(purpose === undefined ? {} : { purpose }),
  ...(patient === undefined ? {} : { patient }),
  ...(scope === undefined ? {} : { scope }),
  ...(mfa ? { amr: ['pwd', 'otp', 'mfa'] } : {}),
  ...(act && { act: { sub: act.subject, org: act.organisation, roles: [...act.roles] } }),
});

async function readJwk(dataFolder: string): Promise<JWK | undefined> {
  const text = await readFile(join(dataFolder, 'demo', FILE), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  return text === undefined ? undefined : (JSON.parse(text) as JWK);
}

async function createJwk(dataFolder: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
  await createSecretFile(join(dataFolder, 'demo'), FILE, JSON.stringify(jwk));
  return (await readJwk(dataFolder)) ?? jwk;
}
