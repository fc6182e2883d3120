import type { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importJWK, type JWK, SignJWT } from 'jose';

/** What a token of the demo issuer is to say; all but the organisation and the roles is good unless it's changed here. */
export type Claims = Readonly<{
  org: string;
  roles: readonly string[];
  issuer?: string;
  audience?: string;
  subject?: string;
  /** Seconds from now; below zero for a token that has expired. */
  expiresInS?: number;
  notBeforeInS?: number;
  /** Signs with this key in place of the issuer's. */
  key?: webcrypto.CryptoKey;
}>;

/** Signs with the key of the demo issuer, as anyone can who may read the data folder. */
export async function signToken(data: string, claims: Claims): Promise<string> {
  const jwk = JSON.parse(await readFile(join(data, 'demo', 'issuer.jwk'), 'utf8')) as JWK;
  const key = claims.key ?? (await importJWK(jwk, 'ES256'));
  const nowS = Math.floor(Date.now() / 1000);
  const token = new SignJWT({ org: claims.org, roles: [...claims.roles] })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...(jwk.kid ? { kid: jwk.kid } : {}) })
    .setIssuer(claims.issuer ?? 'urn:arkim:demo-issuer')
    .setAudience(claims.audience ?? 'arkim')
    .setSubject(claims.subject ?? 'acceptance')
    .setIssuedAt(nowS)
    .setExpirationTime(nowS + (claims.expiresInS ?? 3600));
  if (claims.notBeforeInS !== undefined) token.setNotBefore(nowS + claims.notBeforeInS);
  return token.sign(key);
}
