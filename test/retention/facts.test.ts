import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RETENTION_TABLE } from '#retention/built-in-policies';
import type { RetentionTable } from '#retention/retention-policy';
import { AUTHORITY, type RetentionArchive, retentionArchive, TODAY } from './retention-archive.js';

let archive: RetentionArchive;
let ann: string;
beforeAll(async () => {
  archive = await retentionArchive({ 'HOSP-A': 'FR', 'HOSP-B': 'FR', 'HOSP-C': 'GB' });
  ann = await archive.hold({
    hospital: 'HOSP-A',
    study: '1.1',
    patient: 'ann',
    date: '20000110',
    group: 'CT',
  });
  await archive.hold({
    hospital: 'HOSP-B',
    study: '1.2',
    patient: 'ann',
    date: '20000110',
    group: 'CT',
  });
  await archive.work();
});
afterAll(() => archive.close());

const manager = { role: 'records-manager', hospital: 'HOSP-A' };
const patient = (value: string) => ({ authority: AUTHORITY, value });
const dueOf = async (claim: string) => {
  await archive.work();
  const schedule = await archive.scheduleOf(claim);
  return schedule?.['due'] ?? `${schedule?.['state']}: ${schedule?.['because']}`;
};

describe('R-006: a records manager', () => {
  test('sees how the studies of the own hospital stand', async () => {
    const { json } = await archive.ask('retention', manager);
    expect(json).toEqual({
      hospital: 'HOSP-A',
      schedules: [{ state: 'scheduled', because: '', studies: 1, next: '2020-01-11' }],
    });
  });
  test('sees what is due, by which rule and law', async () => {
    const { json } = await archive.ask('retention/due', manager);
    expect(json).toEqual({
      items: [
        {
          ...{ claim: ann, dueOn: '2020-01-11', mustGoOn: null, policyVersion: 'built-in' },
          ...{ policy: 'fr-hospital-record', rule: 'contact-20y' },
          legalSource: 'Code de la santé publique, art. R. 1112-7',
        },
      ],
      more: false,
    });
    expect((await archive.ask('retention/due?before=2020-01-11', manager)).json.items).toEqual([]);
    expect(
      (await archive.ask(`retention/due?after=2020-01-11.${ann}`, manager)).json.items,
    ).toEqual([]);
  });
  test('sees what a schedule was made of', async () => {
    const { json } = await archive.ask(`retention/studies/${ann}`, manager);
    expect(json).toMatchObject({
      ...{ claim: ann, state: 'scheduled', dueOn: '2020-01-11' },
      inputs: { studyDate: '2000-01-10', lastContact: '2000-01-10', birthDate: '1950-01-01' },
    });
  });
  test('of another hospital sees none of it, nor does a doctor', async () => {
    const other = { role: 'records-manager', hospital: 'HOSP-C' };
    expect((await archive.ask('retention/due', other)).json.items).toEqual([]);
    expect((await archive.ask(`retention/studies/${ann}`, other)).status).toBe(404);
    for (const path of [
      'retention',
      'retention/due',
      `retention/studies/${ann}`,
      'retention/disputes',
    ])
      expect((await archive.ask(path, { role: 'radiologist', hospital: 'HOSP-A' })).status).toBe(
        403,
      );
  });
});

test('a claim suspends, and its days are added when it ends', async () => {
  const body = { patient: patient('ann'), from: '2015-01-01', reason: 'complaint' };
  const opened = await archive.ask('retention/disputes', { ...manager, body });
  expect(opened.status).toBe(201);
  expect(await dueOf(ann)).toBe('suspended: dispute-open');
  expect(await dueOf(archive.claim('HOSP-B', '1.2'))).toBe('2020-01-11');
  const listed = await archive.ask('retention/disputes', manager);
  expect(listed.json.items).toEqual([
    { id: opened.json.id, scope: 'patient', from: '2015-01-01', until: null },
  ]);
  const close = (until: string, who = manager) =>
    archive.ask(`retention/disputes/${opened.json.id}/close`, { ...who, body: { until } });
  expect((await close('2015-01-31', { ...manager, hospital: 'HOSP-B' })).status).toBe(404);
  expect((await close('2014-12-31')).status).toBe(400);
  expect((await close('2015-01-31')).status).toBe(204);
  expect((await close('2015-01-31')).status).toBe(204);
  expect(await dueOf(ann)).toBe('2020-02-11');
});

test('a mark keeps one study longer, until it is cleared', async () => {
  const body = { claim: ann, mark: 'transfusion', on: '1999-05-05' };
  const marked = await archive.ask('retention/marks', { ...manager, body });
  expect(marked.status).toBe(201);
  expect(await dueOf(ann)).toBe('2029-06-06');
  const again = await archive.ask('retention/marks', { ...manager, body });
  expect(again.json).toEqual(marked.json);
  const clear = (hospital: string) =>
    archive.ask(`retention/marks/${marked.json.id}`, { ...manager, hospital, method: 'DELETE' });
  expect((await clear('HOSP-B')).status).toBe(404);
  expect((await clear('HOSP-A')).status).toBe(204);
  expect(await dueOf(ann)).toBe('2020-02-11');
});

test('a death counts for the hospital that tells it, and for all when the agency does', async () => {
  const bob = await archive.hold({
    hospital: 'HOSP-A',
    study: '2.1',
    patient: 'bob',
    date: '20100601',
  });
  const elsewhere = await archive.hold({
    hospital: 'HOSP-B',
    study: '2.2',
    patient: 'bob',
    date: '20100601',
  });
  const tell = (hospital: string, role: string, date: string) =>
    archive.ask('retention/deaths', { hospital, role, body: { patient: patient('bob'), date } });
  expect((await tell('HOSP-A', 'hospital-system', '2012-01-01')).status).toBe(204);
  expect([await dueOf(bob), await dueOf(elsewhere)]).toEqual(['2022-01-02', '2030-06-02']);
  expect((await tell('AGENCY', 'agency', '2012-01-02')).status).toBe(204);
  expect([await dueOf(bob), await dueOf(elsewhere)]).toEqual(['2022-01-03', '2022-01-03']);
  const retract = { hospital: 'AGENCY', role: 'agency', body: { patient: patient('bob') } };
  expect((await archive.ask('retention/deaths/retract', retract)).status).toBe(204);
  expect([await dueOf(bob), await dueOf(elsewhere)]).toEqual(['2022-01-02', '2030-06-02']);
});

test('what is about nobody whom the hospital knows is not found', async () => {
  const { status } = await archive.ask('retention/deaths', {
    ...manager,
    body: { patient: patient('nobody'), date: '2012-01-01' },
  });
  expect(status).toBe(404);
  const ofOther = { claim: archive.claim('HOSP-B', '1.2'), mark: 'cancer' };
  expect((await archive.ask('retention/marks', { ...manager, body: ofOther })).status).toBe(404);
  const dispute = { patient: patient('nobody'), from: '2012-01-01', reason: 'x' };
  expect((await archive.ask('retention/disputes', { ...manager, body: dispute })).status).toBe(404);
});

test.each([
  ['disputes', { claim: 'x', from: '2012-01-01', reason: 'x' }],
  ['disputes', { from: '2012-01-01', reason: 'x' }],
  ['disputes', { patient: patient('ann'), from: '2012-02-30', reason: 'x' }],
  ['disputes', { patient: patient('ann'), from: '2027-01-01', reason: 'x' }],
  ['disputes', { patient: patient('ann'), from: '0001-01-01', reason: 'x' }],
  ['marks', { patient: patient('ann'), mark: 'rich' }],
  ['deaths', { patient: patient('ann'), date: '2999-01-01' }],
])('%s of %j are refused', async (path, body) =>
  expect((await archive.ask(`retention/${path}`, { ...manager, body })).status).toBe(400),
);

test.each([
  'before=2020-13-01',
  'after=x',
  `after=2020-02-30.${'0'.repeat(32)}`,
  'limit=0',
  'limit=9999',
  'more=1',
])('a list asked for by %s is refused', async (query) =>
  expect((await archive.ask(`retention/due?${query}`, manager)).status).toBe(400),
);

describe('policies', () => {
  const publisher = { role: 'admin', hospital: 'AGENCY' };
  const POLICIES = 'policies/retention';
  const next: RetentionTable = {
    version: 'next-1',
    policies: RETENTION_TABLE.policies.map((policy) =>
      policy.id === 'fr-hospital-record'
        ? {
            ...policy,
            rules: policy.rules.map((rule) =>
              rule.id === 'contact-20y' ? { ...rule, keep: 'P15Y' } : rule,
            ),
          }
        : policy,
    ),
  };
  test('are read as they are, and hospitals publish none', async () => {
    const reader = { role: 'dpo', hospital: 'HOSP-A' };
    expect((await archive.ask(POLICIES, reader)).json).toEqual({
      inForce: 'built-in',
      published: [],
    });
    expect((await archive.ask(`${POLICIES}/table`, reader)).json).toEqual(RETENTION_TABLE);
    expect((await archive.ask(`${POLICIES}/table?version=none`, reader)).status).toBe(404);
    const body = { basedOn: 'built-in', table: next };
    expect((await archive.ask(POLICIES, { ...reader, body })).status).toBe(403);
  });
  test('are tried before they are published: which studies would go, by which rule', async () => {
    const body = { table: next, on: TODAY };
    const before = await archive.pool.query('select * from retention_schedule order by claim');
    const { json } = await archive.ask(`${POLICIES}/dry-run`, { ...publisher, body });
    expect(json).toEqual({
      ...{
        comparedWith: 'built-in',
        on: TODAY,
        studies: 4,
        more: false,
        dueBefore: 3,
        dueAfter: 4,
      },
      ...{ earlier: 3, later: 0, otherwise: 0 },
      counts: [
        {
          ...{ jurisdiction: 'FR', state: 'scheduled', because: '', policy: 'fr-hospital-record' },
          ...{ rule: 'contact-20y', studies: 3, due: 3 },
        },
        {
          ...{ jurisdiction: 'FR', state: 'scheduled', because: '', policy: 'fr-hospital-record' },
          ...{ rule: 'death-10y', studies: 1, due: 1 },
        },
      ],
      newlyDue: [
        {
          ...{ claim: archive.claim('HOSP-B', '2.2'), hospital: 'HOSP-B', dueOn: '2025-06-02' },
          rule: 'fr-hospital-record/contact-20y',
        },
      ],
    });
    const after = await archive.pool.query('select * from retention_schedule order by claim');
    expect(after.rows).toEqual(before.rows);
  });
  test('with a fault are refused', async () => {
    const [first] = RETENTION_TABLE.policies;
    const rules = [{ id: 'bad', trigger: 'study-date', keep: '10 years' }];
    const table = { version: 'bad', policies: [{ ...first, rules }] };
    for (const [path, body] of [
      ['dry-run', { table }],
      ['', { basedOn: 'built-in', table }],
    ] as const)
      expect((await archive.ask(`${POLICIES}/${path}`, { ...publisher, body })).status).toBe(400);
  });
  test('are in force once they are published: all schedules follow', async () => {
    const body = { basedOn: 'built-in', table: next };
    expect((await archive.ask(POLICIES, { ...publisher, body })).status).toBe(201);
    expect((await archive.ask(POLICIES, { ...publisher, body })).status).toBe(409);
    expect(await dueOf(archive.claim('HOSP-B', '2.2'))).toBe('2025-06-02');
    expect(await archive.scheduleOf(ann)).toMatchObject({ due: '2015-02-11', version: 'next-1' });
  });
});

test('a rebuild gives the same of all of it', async () => {
  await archive.work();
  for (const table of [
    'retention_policies',
    'deaths',
    'retention_disputes',
    'retention_marks',
    'retention_schedule',
  ])
    expect([table, await archive.differing(table)]).toEqual([table, 0]);
});
test('what no fact has made is found', async () => {
  await archive.pool.query(`update deaths set died_on = '2013-01-01'`);
  await archive.pool.query(`update retention_disputes set until_day = null`);
  await archive.pool.query(
    `insert into retention_marks values ('m', 's', 'study', 'HOSP-A', 'cancer', '')`,
  );
  for (const table of ['deaths', 'retention_disputes', 'retention_marks'])
    expect([table, await archive.differing(table)]).toEqual([table, 1]);
});
test('nothing personal stands in the log in clear', async () => {
  const { rows } = await archive.pool.query(
    `select data, metadata from events where stream like 'retention-%'`,
  );
  expect(rows.length).toBeGreaterThan(5);
  expect(JSON.stringify(rows)).not.toMatch(/2012-01|transfusion|complaint|2015-01|1999-05/);
});
