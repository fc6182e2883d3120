import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import type { TrustedIssuer } from './config/issuers-setting.js';

const FETCH_MS_MAX = 5000;
const KEY_SET_BYTES_MAX = 1024 * 1024;
/** A token with an unknown key id asks the issuer again, but not more often than this. */
const COOLDOWN_MS = 2_000;
const KEEP_MS = 600_000;

/** The public keys of an issuer; fetched keys are kept for ten minutes. */
export function createKeySource({ keys }: Pick<TrustedIssuer, 'keys'>): JWTVerifyGetKey {
  if ('set' in keys) return createLocalJWKSet(keys.set as JSONWebKeySet);
  return createRemoteJWKSet(new URL(keys.uri), {
    timeoutDuration: FETCH_MS_MAX,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEEP_MS,
    [customFetch]: fetchBounded,
  });
}

const fetchBounded: FetchImplementation = async (url, options) => {
  const answer = await fetch(url, options);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > KEY_SET_BYTES_MAX) throw new Error('the key set is too large');
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status: answer.status, headers: answer.headers });
};
