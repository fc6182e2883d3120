import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TenancyArchive, tenancyArchive } from './archive.js';
import { until } from './until.js';

const AUDIENCE = 'https://archive.example';
const SECRET = 'a-secret-of-the-proxy-that-ends-tls';
const STUDY = '1.2.9';
/** Whatever DER a proxy hands on: only its digest counts here. */
const CERTIFICATE = Buffer.from('the certificate of the bound machine');
const OTHER = Buffer.from('another certificate');

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strange = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let archive: TenancyArchive;
let described: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  archive = await tenancyArchive({ ARKIM_TOKEN_ISSUER: AUDIENCE, ARKIM_PROXY_SECRET: SECRET });
  const jwks = { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), alg: 'ES256' }] };
  const certificates = [createHash('sha256').update(CERTIFICATE).digest('base64url')];
  const roles = ['modality', 'records-manager'];
  described = {
    hospital: 'HOSP-A',
    name: 'A',
    jurisdiction: 'LU',
    clients: [
      { id: 'plain', jwks, roles },
      { id: 'bound', jwks, roles, certificates },
    ],
  };
  await archive.arkim('onboard', await archive.file(described));
  await until(async (edge) => (await give(await assertion('plain'), { edge })).status, 200);
});
afterAll(() => archive.close());

type How = Readonly<{ edge?: 0 | 1; headers?: Readonly<Record<string, string>> }>;

const assertion = (client: string, change: object = {}, key: KeyObject = keys.privateKey) =>
  new SignJWT({
    iss: client,
    sub: client,
    aud: AUDIENCE,
    jti: randomUUID(),
    exp: Math.floor(Date.now() / 1000) + 60,
    ...change,
  })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(key);
const give = (clientAssertion: string, how: How = {}, change: Record<string, string> = {}) =>
  archive.ask('/oauth2/token', how, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: clientAssertion,
      ...change,
    }),
  });
const tokenOf = async (answer: Response) => {
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
};
const over = (certificate: Buffer, secret = SECRET) => ({
  'client-cert': `:${certificate.toString('base64')}:`,
  'arkim-proxy-secret': secret,
});

describe('a machine gets a token for a signed assertion', () => {
  test('and stores with it, at whichever edge', async () => {
    const answer = await give(await assertion('plain'));
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const given = (await answer.json()) as { access_token: string };
    expect(given).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
    const token = given.access_token;
    expect((await archive.store(STUDY, { token, edge: 1 })).status).toBe(200);
    expect(await archive.studies({ token, edge: 0 })).toEqual([STUDY]);
  });
  test('and asks for less than its roles let', async () => {
    const scoped = async (scope: string) => {
      const answer = await give(await assertion('plain'), {}, { scope });
      const { scope: given, access_token: token } = (await answer.json()) as Given;
      const stored = await archive.store(STUDY, { token });
      const found = await archive.ask('/dicom-web/studies', { token });
      return [given, stored.status, found.status];
    };
    type Given = Readonly<{ scope: string; access_token: string }>;
    expect(await scoped('openid system/dicom.store')).toEqual(['system/dicom.store', 200, 403]);
    const reads = 'system/ImagingStudy.rs';
    expect(await scoped(reads)).toEqual([reads, 403, 200]);
    const none = await give(await assertion('plain'), {}, { scope: 'everything' });
    expect([none.status, await none.json()]).toEqual([400, { error: 'invalid_scope' }]);
  });
  test('for the address of the endpoint as audience too', async () => {
    const given = await give(await assertion('plain', { aud: `${AUDIENCE}/oauth2/token` }));
    expect(given.status).toBe(200);
  });
  test.each<[string, () => Promise<string>, string]>([
    ['of a client that is not known', () => assertion('nobody'), 'unknown-client'],
    ['signed by another key', () => assertion('plain', {}, strange.privateKey), 'wrong-assertion'],
    [
      'for another audience',
      () => assertion('plain', { aud: 'https://x.example' }),
      'wrong-assertion',
    ],
    ['that names another issuer', () => assertion('plain', { iss: 'bound' }), 'wrong-assertion'],
    ['that has ended', () => assertion('plain', { exp: 1 }), 'expired-assertion'],
    ['without an end', () => assertion('plain', { exp: undefined }), 'wrong-assertion'],
    ['made for next year', () => assertion('plain', { exp: 1e10 }), 'wrong-assertion'],
    ['without an id', () => assertion('plain', { jti: undefined }), 'wrong-assertion'],
    ['that is none', () => Promise.resolve('a.b.c'), 'malformed-assertion'],
  ])('an assertion %s gets none', async (_, made, why) => {
    const answer = await give(await made());
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: why });
  });
  test('an assertion is good once, over all edges, also when it comes to both at the same time', async () => {
    const used = await assertion('plain');
    const answers = await Promise.all(([0, 1, 0, 1] as const).map((edge) => give(used, { edge })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    const again = await give(used, { edge: 1 });
    expect(await again.json()).toMatchObject({ error_description: 'replayed-assertion' });
  });
  test.each([
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['another kind of assertion', { client_assertion_type: 'x' }, 401, 'invalid_client'],
    ['a form of a megabyte', { pad: 'x'.repeat(2 ** 20) }, 400, 'invalid_request'],
  ])('%s is refused', async (_, change, status, error) => {
    const answer = await give(await assertion('plain'), {}, change as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error });
  });
});

describe('a machine with a registered certificate', () => {
  test('gets a token over that certificate only, and the token counts over it only', async () => {
    expect((await give(await assertion('bound'))).status).toBe(401);
    const byOther = await give(await assertion('bound'), { headers: over(OTHER) });
    expect(byOther.status).toBe(401);
    const given = await give(await assertion('bound'), { headers: over(CERTIFICATE) });
    const token = await tokenOf(given);
    expect(await archive.studies({ token, headers: over(CERTIFICATE) })).toEqual([STUDY]);
    expect(await archive.studies({ token, headers: over(OTHER) })).toBe(401);
    expect(await archive.studies({ token })).toBe(401);
  });
  test('a certificate that no trusted proxy vouches for is refused', async () => {
    const given = await give(await assertion('bound'), { headers: over(CERTIFICATE) });
    const token = await tokenOf(given);
    const forged = [
      over(CERTIFICATE, 'a guess'),
      { 'client-cert': over(CERTIFICATE)['client-cert'] },
      { ...over(CERTIFICATE), 'client-cert': 'no byte sequence' },
    ];
    for (const headers of forged) {
      expect(await archive.studies({ token, headers })).toBe(400);
      expect((await give(await assertion('bound'), { headers })).status).toBe(400);
    }
  });
});

test('a machine that is taken from its hospital’s file is refused, with a token that was verified before', async () => {
  const token = await tokenOf(await give(await assertion('plain')));
  expect(await archive.studies({ token })).toEqual([STUDY]);
  await archive.arkim('hospital', 'change', await archive.file({ ...described, clients: [] }));
  await until((edge) => archive.studies({ token, edge }), 401);
  expect((await give(await assertion('plain'))).status).toBe(401);
});

test('a client is of one hospital', async () => {
  await archive.arkim('hospital', 'change', await archive.file(described));
  const taken = await archive.file({ ...described, hospital: 'HOSP-B' });
  await expect(archive.arkim('onboard', taken)).rejects.toThrow('is one of HOSP-A');
});
