import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { MATCH_WINDOWS, type MatchWindows } from '#exams/match-windows';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { rebuildTable } from '#index/postgres/rebuild-table';
import { matchWindowsTable } from '#index/postgres/replay-match-windows';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { factPorts, windowsOf } from '../../apps/archive-api/src/governance/governance.module.js';
import { type InForce, openInForce } from '../../apps/archive-api/src/policy/in-force.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

let database: TestDatabase;
let edges: readonly Readonly<{ api: TestApi; inForce: InForce<MatchWindows> }>[];

/** Two edges over one database, at noon of one day. */
beforeAll(async () => {
  database = await testDatabase();
  await ensureFindable(database.pool);
  await onboard(database.pool, 'HOSP-A', 'HOSP-B');
  const windows = windowsOf(factPorts(database.pool, memoryKeyRing(randomBytes), undefined));
  const edge = async () => {
    const inForce = await openInForce(windows, MATCH_WINDOWS, () => {});
    const changes = {
      ...{ windows, windowsInForce: inForce.current, lookForWindows: inForce.look },
      wallMs: () => NOON_MS,
    };
    return { api: await testApi(database.pool, changes), inForce };
  };
  edges = [await edge(), await edge()];
});
afterAll(async () => {
  for (const { api, inForce } of edges) {
    inForce.close();
    await api.close();
  }
  await database.close();
});

const NOON_MS = Date.parse('2026-11-22T12:00:00Z');
const WINDOWS = '/governance/policies/match-windows';
const publisher = { role: 'admin', organisation: 'AGENCY' };

type Asked = Readonly<{ role: string; organisation: string; path: string; body?: unknown }>;
async function ask(at: number, { role, organisation, path, body }: Asked) {
  const { api } = edges[at]!;
  const now = Math.floor(Date.now() / 1000);
  const token = await api.sign({ organisation, roles: [role], issuedAtS: now });
  const answer = await fetch(api.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
}

/** A chest radiograph counts for a month. */
const next: MatchWindows = {
  ...MATCH_WINDOWS,
  version: 'next-1',
  windows: MATCH_WINDOWS.windows.map((row) =>
    row.id === 'dx-chest' ? { ...row, warnDays: 30 } : row,
  ),
};

/** A study as the archive classified it. */
async function hold(claim: string, person: string, [started, what]: readonly [string, string]) {
  const [group, region, contrast] = what.split(' ');
  await database.pool.query(
    `insert into study_access (claim, hospital, patient, person, study_uid) values ($1, 'HOSP-A', 'p', $2, $1)`,
    [claim, person],
  );
  await database.pool.query(
    `insert into study_exams (claim, hospital, modality_group, regions, coarse, laterality, contrast, purposes, evidence, confidence, started, words, terms)
     values ($1, 'HOSP-A', $2, array[$3], '{}', 'none', $4, '{}', 'procedure-code', 1, $5, '{}', 'test')`,
    [claim, group, region, contrast, started],
  );
}

test('the windows in force are read as they are', async () => {
  const reader = { role: 'dpo', organisation: 'HOSP-A' };
  expect((await ask(0, { ...reader, path: WINDOWS })).json).toEqual({
    ...{ inForce: 'built-in', published: [] },
  });
  expect((await ask(0, { ...reader, path: `${WINDOWS}/table` })).json).toEqual(MATCH_WINDOWS);
  expect((await ask(0, { ...reader, path: `${WINDOWS}/table?version=none` })).status).toBe(404);
});
test('hospitals read them and publish nothing', async () => {
  const body = { basedOn: 'built-in', windows: next };
  for (const [role, organisation] of [
    ['admin', 'HOSP-A'],
    ['dpo', 'HOSP-B'],
    ['radiologist', 'HOSP-A'],
  ] as const)
    for (const path of [WINDOWS, `${WINDOWS}/dry-run`])
      expect((await ask(0, { role, organisation, path, body })).status).toBe(403);
});
test('a dry run grades what was done lately as if it had just been ordered, and changes nothing', async () => {
  await hold('a1', 'ann', ['20261101', 'DX chest none']);
  await hold('a2', 'ann', ['20261120', 'DX chest none']);
  await hold('a3', 'ann', ['20261121', 'CT chest without']);
  await hold('b1', 'bob', ['20261110', 'DX chest none']);
  await hold('c1', 'cyd', ['20260101', 'DX chest none']);
  await hold('c2', 'cyd', ['20260120', 'DX chest none']);
  await hold('d1', '', ['20261110', 'DX chest none']);
  await hold('d2', '', ['20261120', 'DX chest none']);
  const path = `${WINDOWS}/dry-run`;
  const { json } = await ask(0, { ...publisher, path, body: { windows: next } });
  expect(json).toEqual({
    ...{ comparedWith: 'built-in', from: '2026-08-24', exams: 4, more: false, changed: 1 },
    differences: [{ group: 'DX', before: 'info', after: 'warning', exams: 1 }],
  });
  const same = { ...MATCH_WINDOWS, version: 'same' };
  expect((await ask(0, { ...publisher, path, body: { windows: same } })).json).toMatchObject({
    ...{ changed: 0, differences: [] },
  });
  expect((await ask(0, { ...publisher, path: WINDOWS })).json).toMatchObject({ published: [] });
});
test.each([
  ['no window', { windows: { ...next, windows: [] } }],
  ['days without end', { windows: { ...next, windows: [{ ...next.windows[0], infoDays: 1e9 }] } }],
  [
    'a group that is none',
    { windows: { ...next, windows: [{ ...next.windows[0], group: 'XX' }] } },
  ],
  [
    'told for less than warned',
    { windows: { ...next, windows: [{ ...next.windows[0], infoDays: 1 }] } },
  ],
  ['two rows of one id', { windows: { ...next, windows: [next.windows[0], next.windows[0]] } }],
  ['a field that is none', { windows: { ...next, extra: 1 } }],
  ['nothing', {}],
])('what are no windows is refused: %s', async (_, body) => {
  for (const [path, sent] of [
    [`${WINDOWS}/dry-run`, body],
    [WINDOWS, { basedOn: 'built-in', ...body }],
  ] as const)
    expect((await ask(0, { ...publisher, path, body: sent })).status).toBe(400);
});
test('published windows grade here at once and elsewhere at the next look; their event tells all of them', async () => {
  const body = { basedOn: 'built-in', windows: next };
  expect(await ask(0, { ...publisher, path: WINDOWS, body })).toEqual({
    ...{ status: 201, json: { version: 'next-1' } },
  });
  expect(edges.map(({ inForce }) => inForce.current().version)).toEqual(['next-1', 'built-in']);
  await edges[1]!.inForce.look();
  expect(edges[1]!.inForce.current()).toEqual(next);
  expect((await ask(1, { ...publisher, path: WINDOWS, body })).status).toBe(409);
  const { rows: facts } = await database.pool.query(
    `select type, data from events where stream = 'policy-match-windows'`,
  );
  expect(facts.map(({ type, data }) => ({ type, data: JSON.parse(data) }))).toEqual([
    { type: 'MatchWindowsPublished', data: body },
  ]);
  const { json } = await ask(1, { ...publisher, path: WINDOWS });
  expect(json).toMatchObject({ inForce: 'next-1', published: [{ version: 'next-1' }] });
  expect((await ask(1, { ...publisher, path: `${WINDOWS}/table` })).json).toEqual(next);
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
    (await database.pool.query('select version, windows from match_windows')).rows;
  const before = await kept();
  await database.pool.query('delete from match_windows');
  expect(await rebuildTable(rebuild, matchWindowsTable)).toMatchObject({
    ...{ missing: 1, repaired: true },
  });
  expect(await kept()).toEqual(before);
});
