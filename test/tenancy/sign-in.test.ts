import { createHmac } from 'node:crypto';
import { decodeJwt, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TenancyArchive, tenancyArchive } from './archive.js';
import { type OidcServer, startOidcServer } from './oidc-server.js';
import { until } from './until.js';

let keycloak: OidcServer;
let entra: OidcServer;
let stranger: OidcServer;
let archive: TenancyArchive;

beforeAll(async () => {
  keycloak = await startOidcServer({
    'dr-a': { realm_access: { roles: ['Radiologue', 'offline_access'] }, acr: 'strong' },
    'porter-a': { realm_access: { roles: ['Brancardier'] } },
  });
  entra = await startOidcServer({
    'dr-b': { groups: ['8c0f-radiology', '77aa-everyone'], amr: ['pwd', 'mfa'] },
  });
  stranger = await startOidcServer({ 'dr-x': { realm_access: { roles: ['Radiologue'] } } });
  archive = await tenancyArchive();
  const common = { jurisdiction: 'LU' };
  const a = {
    ...common,
    hospital: 'HOSP-A',
    name: 'A',
    issuers: [
      {
        issuer: keycloak.issuer,
        jwksUri: keycloak.jwksUri,
        claims: { roles: ['realm_access', 'roles'] },
        values: { roles: { Radiologue: 'radiologist' } },
        mfa: { acr: ['strong'] },
      },
    ],
  };
  const b = {
    ...common,
    hospital: 'HOSP-B',
    name: 'B',
    issuers: [
      {
        issuer: entra.issuer,
        jwksUri: entra.jwksUri,
        claims: { organisation: 'org', roles: 'groups' },
        values: {
          organisations: { b: 'HOSP-B', a: 'HOSP-A' },
          roles: { '8c0f-radiology': 'radiologist' },
        },
      },
    ],
  };
  expect(await archive.arkim('onboard', await archive.file(a))).toBe('HOSP-A is onboarded');
  expect(await archive.arkim('onboard', await archive.file(b))).toBe('HOSP-B is onboarded');
  /* Both edges have heard of both hospitals. */
  const known = await keycloak.sign({ realm_access: { roles: ['Radiologue'] } });
  await until((edge) => archive.studies({ token: known, edge }), []);
});
afterAll(async () => {
  await archive.close();
  for (const server of [keycloak, entra, stranger]) await server.close();
});

const refusal = async (token: string) => {
  const answer = await archive.ask('/dicom-web/studies', { token });
  const { detail } = answer.status === 204 ? {} : ((await answer.json()) as { detail?: string });
  return [answer.status, detail];
};
const refused = (why: string) => [401, `The token is refused: ${why}.`];
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('R-402: people sign in at their hospital', () => {
  test('roles are read where a Keycloak realm has them', async () => {
    expect(await archive.studies({ token: await keycloak.signIn('dr-a') })).toEqual([]);
    expect(await refusal(await keycloak.signIn('porter-a'))).toEqual([
      403,
      'No role of this caller permits it.',
    ]);
  });
  test('the organisation and the groups of a directory are what the table says they are', async () => {
    const groups = ['8c0f-radiology'];
    expect(await archive.studies({ token: await entra.sign({ org: 'b', groups }) })).toEqual([]);
    expect(await refusal(await entra.sign({ org: 'c', groups }))).toEqual(
      refused('foreign-organisation'),
    );
  });
  test('an issuer that speaks for another hospital is refused', async () => {
    const groups = ['8c0f-radiology'];
    expect(await refusal(await entra.sign({ org: 'a', groups }))).toEqual(
      refused('foreign-organisation'),
    );
    expect(await refusal(await entra.sign({ org: 'HOSP-A', groups }))).toEqual(
      refused('foreign-organisation'),
    );
  });
  test('no issuer of a hospital makes agencies, patients or administrators', async () => {
    const realm_access = { roles: ['agency', 'patient', 'admin'] };
    const act = { sub: 'dr-b', org: 'HOSP-B', roles: ['radiologist'] };
    expect(await archive.studies({ token: await keycloak.sign({ realm_access }) })).toBe(403);
    expect(await refusal(await keycloak.sign({ realm_access, act }))).toEqual(
      refused('wrong-claims'),
    );
  });
});

describe('what is no good token', () => {
  const good = { realm_access: { roles: ['Radiologue'] } };
  test('of an issuer that nobody registered', async () =>
    expect(await refusal(await stranger.signIn('dr-x'))).toEqual(refused('unknown-issuer')));
  test('for another audience', async () =>
    expect(await refusal(await keycloak.sign({ ...good, aud: 'other' }))).toEqual(
      refused('wrong-audience'),
    ));
  test('that has ended', async () =>
    expect(await refusal(await keycloak.sign(good, -60))).toEqual(refused('expired')));
  test('signed by a key of somebody else under the name of this issuer', async () => {
    const token = await stranger.sign({ ...good, iss: keycloak.issuer });
    expect(await refusal(token)).toEqual(refused('bad-signature'));
  });
  test('not signed at all (alg: none)', async () => {
    const claims = decodeJwt(await keycloak.signIn('dr-a'));
    const token = `${base64({ alg: 'none' })}.${base64(claims)}.`;
    expect(await refusal(token)).toEqual(refused('bad-signature'));
  });
  test('signed with the public key as the secret of an HMAC', async () => {
    const claims = decodeJwt(await keycloak.signIn('dr-a'));
    const jwk = keycloak.publicKey();
    const body = `${base64({ alg: 'HS256', kid: jwk.kid })}.${base64(claims)}`;
    const spki = await exportSPKI(
      (await importJWK(jwk, 'ES256')) as Parameters<typeof exportSPKI>[0],
    );
    for (const secret of [spki, JSON.stringify(jwk)]) {
      const mac = createHmac('sha256', secret).update(body).digest('base64url');
      expect(await refusal(`${body}.${mac}`)).toEqual(refused('bad-signature'));
    }
  });
  test('that brings its own key', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...keycloak.publicKey(), ...(await crypto.subtle.exportKey('jwk', publicKey)) };
    const token = await new SignJWT({ ...good, iss: keycloak.issuer, aud: 'arkim', sub: 'x' })
      .setProtectedHeader({ alg: 'ES256', jwk: jwk as Record<string, string> })
      .setExpirationTime('5m')
      .sign(privateKey);
    expect(await refusal(token)).toEqual(refused('bad-signature'));
  });
});

test('a provider that changes its key goes on being believed, without a restart; its old key is not, once the new ones were read', async () => {
  const old = await keycloak.sign({
    realm_access: { roles: ['Radiologue'] },
    jti: 'not seen before',
  });
  await keycloak.rotate();
  const token = await keycloak.signIn('dr-a');
  await until((edge) => archive.studies({ token, edge }), []);
  expect(await refusal(old)).toEqual(refused('bad-signature'));
});

describe('R-201: onboarding a hospital is a file', () => {
  test.each([
    ['no JSON', '{', 'value: Invalid input'],
    ['no jurisdiction', { hospital: 'X', name: 'X' }, 'jurisdiction: Invalid input'],
    [
      'a member that is not known',
      { hospital: 'X', name: 'X', jurisdiction: 'LU', vip: 1 },
      'value: Unrecognized key: "vip"',
    ],
    [
      'keys over plain http',
      {
        hospital: 'X',
        name: 'X',
        jurisdiction: 'LU',
        issuers: [{ issuer: 'i', jwksUri: 'http://id.example' }],
      },
      'issuers.0.jwksUri: jwksUri must be https',
    ],
    [
      'a role that hospitals do not give',
      {
        hospital: 'X',
        name: 'X',
        jurisdiction: 'LU',
        clients: [{ id: 'c', jwksUri: 'https://id.example', roles: ['agency'] }],
      },
      'clients.0.roles.0: Invalid option',
    ],
  ])('%s is refused in one line', async (_, described, line) => {
    const path = await archive.file(described as Record<string, unknown>);
    const said = await archive.arkim('onboard', path).catch((error: Error) => error.message);
    expect(said).toContain(line);
    expect(said).not.toContain('\n');
  });
  test('the example can be onboarded, once', async () => {
    expect(await archive.arkim('onboard', 'infra/samples/hospital.json')).toBe(
      'HOSP-D is onboarded',
    );
    expect(await archive.arkim('onboard', 'infra/samples/hospital.json')).toBe(
      'HOSP-D was onboarded before',
    );
    const other = await archive.file({ hospital: 'HOSP-D', name: 'D', jurisdiction: 'FR' });
    await expect(archive.arkim('onboard', other)).rejects.toThrow('with other settings');
    expect(await archive.arkim('hospital', 'change', other)).toBe('HOSP-D is changed');
    expect(JSON.parse(await archive.arkim('hospital', 'show', 'HOSP-D'))).toMatchObject({
      hospital: 'HOSP-D',
      status: 'active',
      jurisdiction: 'FR',
      issuers: [],
    });
  });
});
