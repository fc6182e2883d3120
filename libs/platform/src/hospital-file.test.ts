import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHospitalFile } from './hospital-file.js';

const LEAST = { hospital: 'HOSP-D', name: 'Hospital D', jurisdiction: 'LU' };
const ISSUER = { issuer: 'https://id.example', jwksUri: 'https://id.example/jwks' };
const CLIENT = { id: 'ct', jwksUri: 'https://ct.example/jwks', roles: ['modality'] };
const read = (change: object = {}) => readHospitalFile(JSON.stringify({ ...LEAST, ...change }));

test('the least there is to say; everything else has a default', () =>
  expect(read()).toEqual({
    ...LEAST,
    group: '',
    issuers: [],
    clients: [],
    authorities: { default: null, issuers: {} },
    aeTitles: [],
    catalogues: [],
  }));
test('an issuer is read under the names that most use', () =>
  expect(read({ issuers: [ISSUER] })).toMatchObject({
    issuers: [
      {
        issuer: 'https://id.example',
        audience: 'arkim',
        keys: { uri: 'https://id.example/jwks' },
        claims: { organisation: null, roles: 'roles', affiliations: null },
        values: { organisations: null, roles: null },
        mfa: { acr: [], amr: ['mfa'] },
      },
    ],
  }));
test('the example is one', () =>
  expect(readHospitalFile(readFileSync('infra/samples/hospital.json', 'utf8'))).toMatchObject({
    hospital: 'HOSP-D',
  }));
test.each<[string, object, string]>([
  ['a code with a slash', { hospital: 'A/B' }, 'hospital: '],
  ['a place that is none', { jurisdiction: 'Luxembourg' }, 'jurisdiction: is a code of ISO 3166'],
  ['a word that is not known', { isssuers: [] }, 'value: Unrecognized key: "isssuers"'],
  ['no keys', { issuers: [{ issuer: 'x' }] }, 'issuers.0: either jwksUri or jwks is needed'],
  [
    'a private key',
    { issuers: [{ issuer: 'x', jwks: { keys: [{ kty: 'EC', d: 'secret' }] } }] },
    'issuers.0.jwks.keys.0: jwks must hold public keys only',
  ],
  ['an issuer twice', { issuers: [ISSUER, ISSUER] }, 'issuers: an issuer is listed twice'],
  ['a machine twice', { clients: [CLIENT, CLIENT] }, 'clients: a client is listed twice'],
  [
    'a machine that is the agency',
    { clients: [{ ...CLIENT, roles: ['agency'] }] },
    'clients.0.roles.0: ',
  ],
  [
    'a thumbprint in hex',
    { clients: [{ ...CLIENT, certificates: ['ab'.repeat(32)] }] },
    'clients.0.certificates.0: is a SHA-256 in base64url',
  ],
  ['a delay of years', { patientAccess: { afterDays: 400 } }, 'patientAccess.afterDays: Too big'],
  ['AE titles', { aeTitles: ['CT1'] }, 'aeTitles: mean nothing here'],
  [
    'a role that makes an administrator',
    { issuers: [{ ...ISSUER, values: { roles: { boss: 'admin' } } }] },
    'issuers.0.values.roles.boss: ',
  ],
])('%s is refused, and the line says where', (_, change, line) => {
  const said = read(change);
  expect(said).toContain(line);
  expect(said).not.toContain('secret');
});
test('what is no JSON is refused', () => expect(readHospitalFile('{')).toContain('value: '));
