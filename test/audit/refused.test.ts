import { afterAll, beforeAll, expect, test } from 'vitest';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { auditRows } from './audit-rows.js';

let database: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const ask = async (path: string, token?: string, init: RequestInit = {}) => {
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { status } = await fetch(api.url + path, { ...init, headers });
  return status;
};
const attempts = async () => {
  const { rows } = await database.pool.query(
    `select kind, rule, sum(1 + repeats)::int as attempts, count(*)::int as records, bool_or(actor || organisation <> '') as names
     from audit_records where action = 'authenticate' group by kind, rule order by kind, rule`,
  );
  return rows;
};

test('whom nobody believes is counted by door and reason, and named in no record', async () => {
  const old = await api.sign({ roles: ['radiologist'], issuedAtS: 1_000_000, lifetimeS: 10 });
  for (let times = 0; times < 20; times++) expect(await ask('/dicom-web/studies', old)).toBe(401);
  expect(await ask('/fhir/Patient?identifier=x')).toBe(401);
  expect(await ask('/no/such/place')).toBe(401);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  expect(await ask('/oauth2/token', undefined, { method: 'POST', body: form })).toBe(401);
  expect(await ask('/dicom-web/studies', await api.token('modality'))).toBe(403);
  await api.ports.refusedCredentials.tell();
  const one = { attempts: 1, records: 1, names: false };
  expect(await attempts()).toEqual([
    { kind: 'dicom-web', rule: 'expired', attempts: 20, records: 1, names: false },
    { kind: 'fhir', rule: 'no-credential', ...one },
    { kind: 'oauth2', rule: 'no-credential', ...one },
    { kind: 'other', rule: 'no-credential', ...one },
  ]);
  const [first] = (await auditRows(database.pool, api.ports.keys)).filter(
    ({ action }) => action === 'authenticate',
  );
  expect(first?.personal).toEqual({ issuer: '', subject: '' });
});
test('the data protection officer of the agency finds them as failed sign-ins', async () => {
  const token = await api.token('dpo', 'AGENCY');
  const today = new Date().toISOString().slice(0, 10);
  const answer = await fetch(`${api.url}/fhir/AuditEvent?outcome=4&date=${today}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { entry = [] } = (await answer.json()) as { entry?: { resource: object }[] };
  expect(entry.map(({ resource }) => resource)).toContainEqual(
    expect.objectContaining({
      subtype: [expect.objectContaining({ code: '110114' })],
      outcome: '4',
      outcomeDesc: 'expired, 19 times more before',
    }),
  );
});
test('an edge that stops writes down what it has counted', async () => {
  const other = await testApi(database.pool, { keys: api.ports.keys as never });
  await fetch(`${other.url}/governance/consents`);
  await other.close();
  expect(await attempts()).toContainEqual(
    expect.objectContaining({ kind: 'governance', rule: 'no-credential', attempts: 1 }),
  );
});
