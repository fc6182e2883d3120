import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessPolicy } from '#archive/access/access-policy';
import type { AccessPolicy, AccessRule } from '#archive/access/access-table';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { rebuildTable } from '#index/postgres/rebuild-table';
import { policiesTable } from '#index/postgres/replay-policies';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { factPorts, policiesOf } from '../../apps/archive-api/src/governance/governance.module.js';
import {
  openPolicyInForce,
  type PolicyInForce,
} from '../../apps/archive-api/src/policy/policy-in-force.js';
import { holdSeries, sampleFile } from '../../apps/archive-api/src/stored-files.testing.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

let database: TestDatabase;
let edges: readonly Readonly<{ api: TestApi; inForce: PolicyInForce }>[];

/** Two edges over one database. */
beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A', 'HOSP-B');
  const policies = policiesOf(factPorts(database.pool, memoryKeyRing(randomBytes), undefined));
  const edge = async () => {
    const inForce = await openPolicyInForce(policies, () => {});
    const changes = { policies, policyInForce: inForce.current, lookForPolicy: inForce.look };
    return { api: await testApi(database.pool, changes), inForce };
  };
  edges = [await edge(), await edge()];
  const [{ api }] = edges as [(typeof edges)[0]];
  await holdSeries(api.ports, 'HOSP-A', await sampleFile('HOSP-B/mr-head/01.dcm'));
  const { rows } = await database.pool.query('select claim, study_uid from findable_1.studies');
  await database.pool.query(
    `insert into study_access (claim, hospital, patient, person, study_uid) values ($1, 'HOSP-A', 'p', 'p', $2)`,
    [rows[0].claim, rows[0].study_uid],
  );
});
afterAll(async () => {
  for (const { api, inForce } of edges) {
    inForce.close();
    await api.close();
  }
  await database.close();
});

const ask = async (
  at: number,
  {
    role,
    organisation,
    path,
    body,
  }: Readonly<{ role: string; organisation: string; path: string; body?: unknown }>,
) => {
  const { api } = edges[at]!;
  const answer = await fetch(api.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${await api.token(role, organisation)}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
};

const POLICIES = '/governance/policies/access';
const publisher = { role: 'admin', organisation: 'AGENCY' };
const found = async (at: number) =>
  (await ask(at, { role: 'physician', organisation: 'HOSP-B', path: '/dicom-web/studies' })).json;

/** Physicians of all hospitals see everything that is normal. */
const OPEN: AccessRule = {
  id: 'open-nation',
  effect: 'permit',
  why: 'A test.',
  roles: ['physician'],
  actions: ['search'],
  places: ['nation'],
  levels: ['N'],
};
const next: AccessPolicy = {
  ...accessPolicy,
  version: 'next-1',
  rules: [OPEN, ...accessPolicy.rules],
};

test('the table in force is read as it is', async () => {
  const reader = { role: 'dpo', organisation: 'HOSP-A' };
  const { json } = await ask(0, { ...reader, path: POLICIES });
  expect(json).toEqual({ inForce: accessPolicy.version, published: [] });
  expect((await ask(0, { ...reader, path: `${POLICIES}/table` })).json).toEqual(accessPolicy);
  expect((await ask(0, { ...reader, path: `${POLICIES}/table?version=none` })).status).toBe(404);
});
test('hospitals read it and publish nothing', async () => {
  const body = { basedOn: accessPolicy.version, policy: next };
  for (const [role, organisation] of [
    ['admin', 'HOSP-A'],
    ['dpo', 'HOSP-B'],
    ['radiologist', 'HOSP-A'],
  ])
    for (const path of [POLICIES, `${POLICIES}/dry-run`])
      expect((await ask(0, { role: role!, organisation: organisation!, path, body })).status).toBe(
        403,
      );
});
test('a dry run says how many studies become visible to whom, and changes nothing', async () => {
  const path = `${POLICIES}/dry-run`;
  const { json } = await ask(0, { ...publisher, path, body: { policy: next } });
  expect(json).toEqual({
    comparedWith: accessPolicy.version,
    differences: [
      { action: 'search', role: 'physician', organisation: 'HOSP-B', gained: 1, lost: 0 },
      { action: 'search', role: 'physician', organisation: 'AGENCY', gained: 1, lost: 0 },
    ],
  });
  expect(await found(0)).toEqual([]);
  const less = { ...next, rules: accessPolicy.rules.filter(({ id }) => id !== 'own-hospital') };
  const taken = await ask(0, { ...publisher, path, body: { policy: less } });
  expect(taken.json.differences).toContainEqual({
    ...{ action: 'retrieve', role: 'radiologist', organisation: 'HOSP-A', gained: 0, lost: 1 },
  });
});
test.each([
  ['basedOn', { basedOn: accessPolicy.version, policy: { ...next, rules: [] } }],
  [
    'a word that is none',
    {
      basedOn: accessPolicy.version,
      policy: { ...next, rules: [{ ...OPEN, when: ['full-moon'] }] },
    },
  ],
  ['a field that is none', { basedOn: accessPolicy.version, policy: { ...next, extra: 1 } }],
  ['nobody could publish', { basedOn: accessPolicy.version, policy: { ...next, rules: [OPEN] } }],
  ['nothing', {}],
])('what is no table is refused: %s', async (_, body) => {
  for (const path of [POLICIES, `${POLICIES}/dry-run`])
    expect((await ask(0, { ...publisher, path, body })).status).toBe(400);
});
test('a published table decides here at once and elsewhere at the next look; its event tells all of it', async () => {
  const body = { basedOn: accessPolicy.version, policy: next };
  expect(await ask(0, { ...publisher, path: POLICIES, body })).toEqual({
    status: 201,
    json: { version: 'next-1' },
  });
  expect(await found(0)).toHaveLength(1);
  expect(await found(1)).toEqual([]);
  await edges[1]!.inForce.look();
  expect(await found(1)).toHaveLength(1);
  expect((await ask(1, { ...publisher, path: POLICIES, body })).status).toBe(409);
  const { rows: facts } = await database.pool.query(
    `select type, data from events where stream = 'policy-access'`,
  );
  expect(facts.map(({ type, data }) => ({ type, data: JSON.parse(data) }))).toEqual([
    { type: 'AccessPolicyPublished', data: body },
  ]);
  const { json } = await ask(1, { ...publisher, path: POLICIES });
  expect(json).toMatchObject({ inForce: 'next-1', published: [{ version: 'next-1' }] });
  expect((await ask(1, { ...publisher, path: `${POLICIES}/table` })).json).toEqual(next);
});
test('the versions are made anew from the log', async () => {
  const rebuild = {
    pool: database.pool,
    log: postgresEventStore(database.pool),
    keys: memoryKeyRing(randomBytes),
    progress: () => {},
    repair: true,
  };
  const kept = async () =>
    (await database.pool.query('select version, policy from access_policies')).rows;
  const before = await kept();
  await database.pool.query('delete from access_policies');
  expect(await rebuildTable(rebuild, policiesTable)).toMatchObject({ missing: 1, repaired: true });
  expect(await kept()).toEqual(before);
});
