import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import type { PublicKeySet, TrustedIssuer } from './config/issuers-setting.js';
import { createTokenVerifier } from './verify-token.js';

const NOW_S = 1_800_000_000;
const GOOD = {
  iss: 'https://id.example',
  aud: 'arkim',
  sub: 'someone',
  org: 'HOSP-A',
  roles: ['radiologist', 'physician'],
  exp: NOW_S + 600,
};

let pair: GenerateKeyPairResult;
let stranger: GenerateKeyPairResult;
let keySet: PublicKeySet;

beforeAll(async () => {
  pair = await generateKeyPair('ES256', { extractable: true });
  stranger = await generateKeyPair('ES256');
  keySet = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }] };
});

const trusted = (change: Partial<TrustedIssuer> = {}): TrustedIssuer => ({
  issuer: 'https://id.example',
  audience: 'arkim',
  keys: { set: keySet },
  organisations: ['HOSP-A', 'HOSP-B'],
  claims: { org: 'org', roles: 'roles' },
  ...change,
});
const verifier = (nowS = NOW_S, issuer = trusted()) =>
  createTokenVerifier([issuer], () => nowS * 1000);
const signed = (claims: object, key = pair.privateKey, header: object = {}) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const refusal = (refusal: string) => ({ ok: false, refusal });

test('a good token says who asks, for whom and until when', async () =>
  expect(
    await verifier()(await signed({ ...GOOD, purpose: 'TREAT', patient: 'HOSP-A:A-1001' })),
  ).toEqual({
    ok: true,
    caller: {
      issuer: 'https://id.example',
      subject: 'someone',
      organisation: 'HOSP-A',
      affiliations: [
        {
          organisation: 'HOSP-A',
          roles: ['radiologist', 'physician'],
          mfa: false,
          fallback: false,
          foreign: false,
        },
      ],
      purpose: 'TREAT',
      patient: { authority: 'HOSP-A', id: 'A-1001' },
      client: null,
      act: null,
      thumbprint: null,
      issuedAtMs: 0,
      expiresAtMs: (NOW_S + 600) * 1000,
    },
  }));

test('a token without a signature is refused', async () =>
  expect(await verifier()(`${base64({ alg: 'none' })}.${base64(GOOD)}.`)).toEqual(
    refusal('bad-signature'),
  ));
test('a public key does not serve as the secret of an HMAC', async () => {
  const body = `${base64({ alg: 'HS256', kid: 'one' })}.${base64(GOOD)}`;
  for (const secret of [await exportSPKI(pair.publicKey), JSON.stringify(keySet.keys[0])]) {
    const mac = createHmac('sha256', secret).update(body).digest('base64url');
    expect(await verifier()(`${body}.${mac}`)).toEqual(refusal('bad-signature'));
  }
});
test('a token signed by another key is refused, also when it brings its own key', async () => {
  const jwk = await exportJWK(stranger.publicKey);
  for (const header of [{}, { jwk }, { jku: 'https://evil.example/jwks' }, { kid: 'two' }])
    expect(await verifier()(await signed(GOOD, stranger.privateKey, header))).toEqual(
      refusal('bad-signature'),
    );
});
test('changed claims break the signature', async () => {
  const [header, , signature] = (await signed(GOOD)).split('.');
  const forged = `${header}.${base64({ ...GOOD, org: 'HOSP-B' })}.${signature}`;
  expect(await verifier()(forged)).toEqual(refusal('bad-signature'));
});
test('a critical header that is not understood is refused', async () => {
  const header = base64({ alg: 'ES256', kid: 'one', crit: ['exp2'], exp2: 1 });
  const [, body, signature] = (await signed(GOOD)).split('.');
  expect(await verifier()(`${header}.${body}.${signature}`)).toEqual(refusal('bad-signature'));
});

test.each([
  ['of an unknown issuer', { iss: 'https://other.example' }, 'unknown-issuer'],
  ['for another audience', { aud: 'other' }, 'wrong-audience'],
  ['without an audience', { aud: undefined }, 'wrong-audience'],
  ['that ended', { exp: NOW_S - 60 }, 'expired'],
  ['without an end', { exp: undefined }, 'wrong-claims'],
  ['that begins later', { nbf: NOW_S + 60 }, 'not-yet-valid'],
  ['without a subject', { sub: undefined }, 'wrong-claims'],
  ['without an organisation', { org: undefined }, 'wrong-claims'],
  ['with an organisation that is no code', { org: '../HOSP-A' }, 'wrong-claims'],
  ['for an organisation that is not the issuer’s', { org: 'HOSP-C' }, 'foreign-organisation'],
  ['for every organisation', { org: '*' }, 'wrong-claims'],
  ['with roles that are no list', { roles: 'admin' }, 'wrong-claims'],
  ['with forty roles', { roles: Array(40).fill('admin') }, 'wrong-claims'],
  ['with a patient that is no id', { patient: 'A-1001' }, 'wrong-claims'],
])('a token %s is refused', async (_, change, why) =>
  expect(await verifier()(await signed({ ...GOOD, ...change }))).toEqual(refusal(why)),
);
test.each([
  ['an empty token', ''],
  ['a word', 'abc'],
  ['a token of three words', 'a.b.c'],
  ['a token of three dots', '...'],
  ['a token of nine thousand characters', `${'x'.repeat(8996)}.y.z`],
])('%s is malformed', async (_, token) =>
  expect(await verifier()(token)).toEqual(refusal('malformed')),
);

test('a verified token is believed for a minute, but never past its end', async () => {
  const clock = { nowS: NOW_S };
  const verify = createTokenVerifier([trusted()], () => clock.nowS * 1000);
  const token = await signed({ ...GOOD, exp: NOW_S + 30 });
  expect(await verify(token)).toMatchObject({ ok: true });
  clock.nowS += 29;
  expect(await verify(token)).toMatchObject({ ok: true });
  clock.nowS += 10;
  expect(await verify(token)).toEqual(refusal('expired'));
});

async function keyServer(body: string, status = 200) {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  return { keys: { uri }, close: () => server.close() };
}

test('keys are fetched from where the issuer publishes them', async () => {
  const { keys, close } = await keyServer(JSON.stringify(keySet));
  expect(await verifier(NOW_S, trusted({ keys }))(await signed(GOOD))).toMatchObject({ ok: true });
  close();
});
test.each([
  ['is too large', `{"keys":[],"x":"${'x'.repeat(2 ** 21)}"}`, 200],
  ['is an error page', 'no', 500],
  ['is no JSON', '<html>', 200],
])('keys that cannot be had because the answer %s refuse the token', async (_, body, status) => {
  const { keys, close } = await keyServer(body, status);
  expect(await verifier(NOW_S, trusted({ keys }))(await signed(GOOD))).toEqual(
    refusal('keys-unreachable'),
  );
  close();
});
test('keys of an issuer that does not answer refuse the token', async () => {
  const { keys, close } = await keyServer('');
  close();
  expect(await verifier(NOW_S, trusted({ keys }))(await signed(GOOD))).toEqual(
    refusal('keys-unreachable'),
  );
});
