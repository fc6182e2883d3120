import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** What tokens say beside who signed in. */
export type Accounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** An OpenID provider on loopback, where people sign in by its own pages. */
export type OidcServer = Readonly<{
  issuer: string;
  jwksUri: string;
  /** Signs in as a browser would, and resolves to the access token (a JWT for the audience `arkim`). */
  signIn: (account: string) => Promise<string>;
  /** A token that the provider's key signs, saying whatever is wanted. */
  sign: (claims: Readonly<Record<string, unknown>>, lifetimeS?: number) => Promise<string>;
  /** The public key that it signs with now. */
  publicKey: () => JWK;
  /** From now on it signs with another key, and publishes that one only. */
  rotate: () => Promise<void>;
  close: () => Promise<void>;
}>;

const REDIRECT = 'http://127.0.0.1/signed-in';
const CLIENT = 'viewer';
const HOPS_MAX = 12;
const TOKEN_S = 600;

export async function startOidcServer(accounts: Accounts): Promise<OidcServer> {
  let listener: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let key: JWK = {};
  const rotate = async () => {
    key = await newKey();
    listener = new Provider(issuer, configuration(accounts, key)).callback();
  };
  await rotate();
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    signIn: (account) => signIn(issuer, account),
    sign: async (claims, lifetimeS = TOKEN_S) =>
      new SignJWT({ iss: issuer, aud: 'arkim', sub: 'someone', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: String(key.kid) })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + lifetimeS)
        .sign(await importJWK(key, 'ES256')),
    publicKey: () => {
      const { d: _secret, ...publicKey } = key;
      return publicKey;
    },
    rotate,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}

const configuration = (accounts: Accounts, key: JWK): Configuration => ({
  clients: [
    {
      client_id: CLIENT,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [REDIRECT],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [key] } as NonNullable<Configuration['jwks']>,
  cookies: { keys: [randomBytes(16).toString('hex')] },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  extraTokenClaims: (_context, token) =>
    'accountId' in token ? accounts[String(token.accountId)] : undefined,
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:arkim',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'images',
        audience: 'arkim',
        accessTokenFormat: 'jwt',
        accessTokenTTL: TOKEN_S,
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});

/** The authorization code flow with PKCE (RFC 7636), through the provider's own pages. */
async function signIn(issuer: string, account: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const asked = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: 'openid images',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const code = await walkThrough(`${issuer}/auth?${asked}`, account);
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT,
      redirect_uri: REDIRECT,
      code,
      code_verifier: verifier,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`no token: ${answer.status}`);
  return token;
}

/** Follows redirects, answers the forms of sign-in and consent, and resolves to the code. */
async function walkThrough(start: string, account: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | undefined;
  for (let hop = 0; hop < HOPS_MAX; hop++) {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location?.startsWith(REDIRECT)) return new URL(location).searchParams.get('code') ?? '';
    form = undefined;
    if (location !== null) url = new URL(location, url).href;
    else form = formOn(await answer.text(), account);
  }
  throw new Error('the sign-in came to no end');
}

function formOn(page: string, account: string): URLSearchParams {
  const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
  if (prompt === undefined) throw new Error('the page has no form');
  return new URLSearchParams({ prompt, login: account, password: 'any' });
}
