import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.js';

const JWKS = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] };
const ISSUER = { issuer: 'https://id.example', jwks: JWKS, organisations: ['HOSP-A'] };
const S3 = {
  ARKIM_S3_ENDPOINT: 'https://s3.example:8443',
  ARKIM_S3_BUCKET: 'images',
  ARKIM_S3_ACCESS_KEY: 'key',
  ARKIM_S3_SECRET_KEY: 'secret',
};

test('without any setting the archive listens on 127.0.0.1:8080, keeps ./data and is no demonstration', () =>
  expect(readConfig({})).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    edges: 1,
    dataFolder: resolve('data'),
    demo: false,
    postgresUrl: undefined,
    issuers: [],
    storeWaitMs: 30_000,
    storeLimits: { partBytesMax: 16 * 1024 ** 3, partsMax: 10_000, idleMsMax: 30_000 },
  }));
test('the limits of a store are settings', () =>
  expect(
    readConfig({ ARKIM_STORE_PARTS_MAX: '5', ARKIM_STORE_PART_BYTES_MAX: '2097152' }).storeLimits,
  ).toMatchObject({ partsMax: 5, partBytesMax: 2_097_152 }));
test('the engines are settings', () =>
  expect(
    readConfig({ ...S3, ARKIM_KURRENTDB_URL: 'kurrentdb://u:p@one:2113,two:2113?tls=true' }),
  ).toMatchObject({
    s3: {
      endpoint: 'https://s3.example:8443',
      bucket: 'images',
      region: 'us-east-1',
      accessKey: 'key',
      secretKey: 'secret',
      caFile: undefined,
    },
    kurrentUrl: 'kurrentdb://u:p@one:2113,two:2113?tls=true',
  }));
test('how many edges share the port is a setting', () =>
  expect(readConfig({ ARKIM_EDGES: '4' }).edges).toBe(4));
test('an empty setting counts as unset', () =>
  expect(readConfig({ PORT: '', ARKIM_DATA: '' })).toMatchObject({ port: 8080 }));
test.each([
  ['1', true],
  ['0', false],
  ['true', false],
  ['yes', false],
])('ARKIM_DEMO=%s makes a demonstration: %s', (value, demo) =>
  expect(readConfig({ ARKIM_DEMO: value }).demo).toBe(demo),
);

test.each([
  [{ PORT: '0' }, 'PORT: must be a whole number from 1 to 65535'],
  [{ PORT: '70000' }, 'PORT: must be a whole number from 1 to 65535'],
  [{ PORT: '80 80' }, 'PORT: must be a whole number from 1 to 65535'],
  [{ ARKIM_EDGES: '0' }, 'ARKIM_EDGES: must be a whole number from 1 to 16'],
  [{ ARKIM_EDGES: '17' }, 'ARKIM_EDGES: must be a whole number from 1 to 16'],
  [{ ARKIM_HOST: 'no host' }, 'ARKIM_HOST: must be an IP address or a host name'],
  [{ ARKIM_POSTGRES_URL: 'mysql://root:secret@db/x' }, 'ARKIM_POSTGRES_URL: must be a URL like'],
  [
    { ARKIM_POSTGRES_URL_API: 'postgresql://arkim_api:secret@db/x' },
    'ARKIM_POSTGRES_URL: is needed beside',
  ],
  [{ ARKIM_POSTGRES_REPLICA_URL: 'postgresql://replica/x' }, 'ARKIM_POSTGRES_URL: is needed'],
  [{ ARKIM_POSTGRES_POOLER_URL: 'postgresql://pooler:6432' }, 'ARKIM_POSTGRES_URL: is needed'],
  [
    { ARKIM_POSTGRES_POOLER_URL: 'postgresql://user:secret@pooler:6432' },
    'ARKIM_POSTGRES_POOLER_URL: must be a URL like postgresql://host:6432, without user',
  ],
  [
    { ARKIM_STORE_PARTS_MAX: '0' },
    'ARKIM_STORE_PARTS_MAX: must be a whole number from 1 to 100000',
  ],
  [{ ARKIM_STORE_PART_BYTES_MAX: '1' }, 'ARKIM_STORE_PART_BYTES_MAX: must be a whole number from'],
  [
    { ARKIM_STORE_PART_HEADER_BYTES_MAX: 'x' },
    'ARKIM_STORE_PART_HEADER_BYTES_MAX: must be a whole',
  ],
  [{ ARKIM_STORE_IDLE_MS: '99' }, 'ARKIM_STORE_IDLE_MS: must be a whole number from 100'],
  [
    { ARKIM_STORE_METADATA_BYTES_MAX: '-1' },
    'ARKIM_STORE_METADATA_BYTES_MAX: must be a whole number',
  ],
  [{ ARKIM_COPIES: '2' }, 'ARKIM_COPIES: must be 1'],
  [{ ARKIM_S3_BUCKET: 'bucket' }, 'ARKIM_S3_ENDPOINT: is needed beside the others'],
  [{ ARKIM_S3_BUCKET: 'B' }, 'ARKIM_S3_BUCKET: must be the name of a bucket'],
  [{ ...S3, ARKIM_S3_SECRET_KEY: '' }, 'ARKIM_S3_SECRET_KEY: is needed beside the others'],
  [{ ...S3, ARKIM_S3_ENDPOINT: 'https://key:secret@s3/' }, 'ARKIM_S3_ENDPOINT: must be a URL'],
  [{ ...S3, ARKIM_S3_ENDPOINT: 'https://s3/bucket' }, 'ARKIM_S3_ENDPOINT: must be a URL'],
  [{ ARKIM_KURRENTDB_URL: 'http://admin:secret@host' }, 'ARKIM_KURRENTDB_URL: must be a URL'],
  [{ ARKIM_LOG: 'loud' }, 'ARKIM_LOG: must be one of trace'],
  [{ ARKIM_OIDC_ISSUERS: '{' }, 'ARKIM_OIDC_ISSUERS: value: '],
  [{ ARKIM_OIDC_ISSUERS: '[{"issuer":"x"}]' }, 'ARKIM_OIDC_ISSUERS: 0.organisations: '],
])('%j stops the start with one line that names the setting', (environment, line) => {
  const read = () => readConfig(environment);
  expect(read).toThrow(line);
  expect(read).toThrow(/^[^\n]+$/);
  expect(read).not.toThrow(/secret/);
});
test('two wrong settings are told together', () =>
  expect(() => readConfig({ PORT: 'x', ARKIM_LOG: 'x' })).toThrow(/PORT: .*; ARKIM_LOG: /));

const issuers = (...list: unknown[]) => readConfig({ ARKIM_OIDC_ISSUERS: JSON.stringify(list) });

test('an issuer has an audience and claim names by default', () =>
  expect(issuers(ISSUER).issuers).toEqual([
    {
      issuer: 'https://id.example',
      audience: 'arkim',
      keys: { set: JWKS },
      organisations: ['HOSP-A'],
      claims: { org: 'org', roles: 'roles' },
      mfa: { acr: [], amr: ['mfa'] },
    },
  ]));
test.each([
  ['a secret key', { ...ISSUER, jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }],
  ['a private key', { ...ISSUER, jwks: { keys: [{ ...JWKS.keys[0], d: 'd' }] } }],
  ['keys over plain http', { ...ISSUER, jwks: undefined, jwksUri: 'http://id.example/jwks' }],
  ['both kinds of keys', { ...ISSUER, jwksUri: 'https://id.example/jwks' }],
  ['no keys', { ...ISSUER, jwks: undefined }],
  ['no organisation', { ...ISSUER, organisations: [] }],
  ['every organisation', { ...ISSUER, organisations: ['*'] }],
  ['a misspelt field', { ...ISSUER, organizations: ['HOSP-A'] }],
])('an issuer with %s is refused', (_, issuer) =>
  expect(() => issuers(issuer)).toThrow('ARKIM_OIDC_ISSUERS: 0'),
);
test('an issuer that is listed twice is refused', () =>
  expect(() => issuers(ISSUER, ISSUER)).toThrow('an issuer is listed twice'));
test('keys may come over plain http from this machine', () =>
  expect(
    issuers({ ...ISSUER, jwks: undefined, jwksUri: 'http://127.0.0.1:9/jwks' }).issuers[0]?.keys,
  ).toEqual({ uri: 'http://127.0.0.1:9/jwks' }));

test('nobody listens for HL7 v2 unless a port is set', () => {
  expect(readConfig({}).mllp).toBeUndefined();
  expect(readConfig({ ARKIM_MLLP_PORT: '2575' }).mllp).toEqual({
    host: '127.0.0.1',
    port: 2575,
    tls: undefined,
    connectionsMax: 100,
    messageBytesMax: 1_048_576,
    idleMs: 3_600_000,
    messageMs: 30_000,
  });
});

test('encrypted HL7 v2 needs all three files', () => {
  const files = { ARKIM_MLLP_TLS_KEY_FILE: 'key', ARKIM_MLLP_TLS_CERT_FILE: 'cert' };
  expect(() => readConfig({ ARKIM_MLLP_PORT: '2575', ...files })).toThrow('ARKIM_MLLP_TLS_CA_FILE');
  const all = { ARKIM_MLLP_PORT: '2575', ...files, ARKIM_MLLP_TLS_CA_FILE: 'ca' };
  expect(readConfig(all).mllp?.tls).toEqual({ keyFile: 'key', certFile: 'cert', caFile: 'ca' });
});

test('the ledger of destroyed keys is a file of the data folder unless another is named', () => {
  expect(readConfig({ ARKIM_DATA: '/data' }).keys).toEqual({
    ledgerFile: '/data/keys/destroyed.ledger',
    pkcs11: undefined,
  });
  expect(readConfig({ ARKIM_KEY_LEDGER: '/apart/ledger' }).keys.ledgerFile).toBe('/apart/ledger');
});

test('a device of the master key needs its module, its token and its PIN', () => {
  const all = {
    ARKIM_PKCS11_MODULE: '/usr/lib/device.so',
    ARKIM_PKCS11_TOKEN: 'arkim',
    ARKIM_PKCS11_PIN: '1234',
  };
  expect(readConfig(all).keys.pkcs11).toEqual({
    module: '/usr/lib/device.so',
    token: 'arkim',
    pin: '1234',
  });
  for (const name of Object.keys(all))
    expect(() => readConfig({ ...all, [name]: '' })).toThrow(`${name}: is needed`);
  expect(() => readConfig({ ...all, ARKIM_PKCS11_MODULE: 'device.so' })).toThrow('absolute path');
});
