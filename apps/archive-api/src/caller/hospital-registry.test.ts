import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HospitalSettings } from '#archive/hospital-events';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard } from '../archive-api.testing.js';
import { type HospitalRegistry, hospitalRegistry } from './hospital-registry.js';

const SETTINGS: HospitalSettings = {
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
  clients: [
    { id: 'ct', keys: { uri: 'https://a.example' }, certificates: [], roles: [], aeTitles: [] },
  ],
  authorities: { default: '1.2.3', issuers: {} },
  aeTitles: [],
  catalogues: [],
  jurisdiction: 'LU',
  group: 'NORTH',
};

let database: TestDatabase;
let registry: HospitalRegistry;
let nowMs = 0;
let asked = 0;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A', 'HOSP-B');
});
afterAll(() => database.close());
beforeEach(() => {
  nowMs = 0;
  asked = 0;
  registry = hospitalRegistry(
    {
      query: ((...query: Parameters<typeof database.pool.query>) => {
        asked++;
        return database.pool.query(...query);
      }) as typeof database.pool.query,
    },
    [],
    { nowMs: () => nowMs, wallMs: () => 1_000_000 + nowMs },
  );
});

const change = (sql: string, ...values: unknown[]) => database.pool.query(sql, values);
const raise = () => change('update registry_state set version = version + 1');

test('before the first look it knows nobody, and is not relied on', async () => {
  expect(registry.find('HOSP-A')).toBeUndefined();
  expect(registry.isFresh()).toBe(false);
  await registry.look();
  expect(registry.find('HOSP-A')).toMatchObject({ suspended: false, group: '', settings: null });
  expect(registry.isFresh()).toBe(true);
});
test('what was seen three seconds ago is not relied on', async () => {
  await registry.look();
  nowMs += 2_999;
  expect(registry.isFresh()).toBe(true);
  nowMs += 1;
  expect(registry.isFresh()).toBe(false);
});
test('a change is seen at the next look when the version was raised; else within a minute, or when all is looked at', async () => {
  await registry.look();
  await change(`update hospitals set status = 'suspended' where hospital = 'HOSP-A'`);
  await registry.look();
  expect(registry.find('HOSP-A')?.suspended).toBe(false);
  await raise();
  await registry.look();
  expect(registry.find('HOSP-A')?.suspended).toBe(true);
  await change(`update hospitals set status = 'active' where hospital = 'HOSP-A'`);
  nowMs += 60_000;
  await registry.look();
  expect(registry.find('HOSP-A')?.suspended).toBe(false);
  await change(`update hospitals set frozen = '{export}' where hospital = 'HOSP-A'`);
  await registry.look('all');
  expect(registry.isFrozen('HOSP-A', 'export')).toBe(true);
  expect(registry.isFrozen('HOSP-A', 'ingest')).toBe(false);
  expect(registry.isFrozen('HOSP-B', 'export')).toBe(false);
  expect(registry.isFrozen('HOSP-Z', 'export')).toBe(false);
});
test('those who look together share a look, and never one that began before they asked', async () => {
  await Promise.all(Array.from({ length: 21 }, () => registry.look()));
  expect(asked).toBe(2);
  const early = registry.look();
  await change(`update hospitals set hospital_group = 'SOUTH' where hospital = 'HOSP-B'`);
  await raise();
  await registry.look();
  expect(registry.find('HOSP-B')?.group).toBe('SOUTH');
  await early;
});
test('a look that fails fails for all who wait for it; the next one is another', async () => {
  const broken = { value: true };
  const lame = hospitalRegistry(
    {
      query: ((...query: Parameters<typeof database.pool.query>) =>
        broken.value
          ? Promise.reject(new Error('no database'))
          : database.pool.query(...query)) as typeof database.pool.query,
    },
    [],
    { nowMs: () => 0, wallMs: () => 0 },
  );
  await expect(lame.look()).rejects.toThrow('no database');
  expect(lame.isFresh()).toBe(false);
  broken.value = false;
  await lame.look();
  expect(lame.find('HOSP-B')).toBeDefined();
});
test('issuers and machines are those of the settings; the list of issuers is another only after a change', async () => {
  await change(`update hospitals set settings = $1 where hospital = 'HOSP-A'`, SETTINGS);
  await raise();
  await registry.look();
  const before = registry.issuers();
  expect(before).toMatchObject([{ issuer: 'https://id.example', organisations: ['HOSP-A'] }]);
  expect(registry.client('ct')).toMatchObject({ hospital: 'HOSP-A', client: { id: 'ct' } });
  await registry.look();
  expect(registry.issuers()).toBe(before);
  await raise();
  await registry.look();
  expect(registry.issuers()).not.toBe(before);
});
test('a fallback is open until its end', async () => {
  await change(
    `update hospitals set fallback_until = to_timestamp(1005) where hospital = 'HOSP-A'`,
  );
  await registry.look();
  expect(registry.isFallbackOpen('HOSP-A')).toBe(true);
  nowMs += 5_000;
  expect(registry.isFallbackOpen('HOSP-A')).toBe(false);
});
test('a token is revoked by its actor or by its issuer, when it was issued before', async () => {
  const revoke =
    'insert into revocations (id, issuer, actor, before, revoked_at) values ($1, $2, $3, $4, now())';
  await change(revoke, 'a', 'one', 'left', 'infinity');
  await change(revoke, 'b', 'two', '', '1970-01-01T00:00:10Z');
  await registry.look();
  const isRevoked = (issuer: string, actor: string, issuedAtMs: number) =>
    registry.isRevoked({ issuer, actor, issuedAtMs });
  expect(isRevoked('one', 'left', Date.now())).toBe(true);
  expect(isRevoked('one', 'here', 0)).toBe(false);
  expect(isRevoked('two', 'left', 9_999)).toBe(true);
  expect(isRevoked('two', 'left', 10_000)).toBe(false);
});
