import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { TrustedIssuer } from './config/issuers-setting.js';
import { ANY_ORGANISATION } from './demo-issuer.js';
import { derivedKey } from './derived-key.js';

/** The archive as an issuer: it gives tokens to machines that prove who they are. */
export type ArchiveIssuer = Readonly<{
  trusted: TrustedIssuer;
  /** A compact JWT (RFC 9068) that is good for `MACHINE_TOKEN_S`. */
  sign: (claims: MachineClaims, nowMs: number) => Promise<string>;
}>;

/** What a machine's token says; `thumbprint`: of the certificate that it's bound to (RFC 8705 §3.1). */
export type MachineClaims = Readonly<{
  client: string;
  hospital: string;
  roles: readonly string[];
  thumbprint: string | null;
  /** What it may do less than its roles let; left out: nothing less. */
  scope?: string;
}>;

/** How long a token of the archive is good. */
export const MACHINE_TOKEN_S = 300;

const AUDIENCE = 'arkim';
const ALGORITHM = 'Ed25519';
/** RFC 8410 §7: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_USE = 'arkim tokens of machines 1';

/** The issuer named `issuer`. Its key is derived from the derivation key: every edge of the archive has the same, and none keeps another secret. */
export function archiveIssuer(issuer: string, derivationKey: Buffer): ArchiveIssuer {
  const der = Buffer.concat([PKCS8_HEAD, derivedKey(derivationKey, KEY_USE)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicJwk = createPublicKey(key).export({ format: 'jwk' });
  return {
    trusted: {
      issuer,
      audience: AUDIENCE,
      keys: { set: { keys: [{ ...publicJwk, alg: ALGORITHM }] } },
      organisations: [ANY_ORGANISATION],
      claims: { org: 'org', roles: 'roles' },
    },
    sign: ({ client, hospital, roles, thumbprint, scope }, nowMs) => {
      const nowS = Math.floor(nowMs / 1000);
      return new SignJWT({
        client_id: client,
        org: hospital,
        roles: [...roles],
        ...(scope === undefined ? {} : { scope }),
        ...(thumbprint === null ? {} : { cnf: { 'x5t#S256': thumbprint } }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(client)
        .setJti(randomUUID())
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + MACHINE_TOKEN_S)
        .sign(key);
    },
  };
}
