import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OperatorFault } from '#platform/operator-fault';
import { type FilledArchive, filledArchive, slice } from './filled-archive.js';

const TABLES = [
  'hospitals',
  'quarantine',
  'reservations',
  'revocations',
  'study_access',
  'study_exams',
] as const;
type TableName = (typeof TABLES)[number];

let filled: FilledArchive;
beforeAll(async () => {
  filled = await filledArchive();
});
afterAll(() => filled.close());

const query = async (sql: string) => (await filled.archive.pool.query(sql)).rows;
/** Times come by the millisecond. */
const rowsOf = (table: TableName) => query(`select * from ${table} order by 1`);
const untilBlocked = async (sessions: number) => {
  const sql = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await query(sql)).length < sessions) await sleep(2);
};

const EQUAL = { missing: 0, extra: 0, changed: 0, setAside: 0, shown: [], repaired: false };

const ROWS = {
  hospitals: 2,
  quarantine: 4,
  reservations: 6,
  revocations: 3,
  study_access: 2,
  study_exams: 2,
};

test.each(TABLES)('%s is what the log says', async (table) => {
  const rows = ROWS[table];
  expect(await filled.archive.rebuildTable(table)).toMatchObject({ ...EQUAL, rows });
  expect(await rowsOf(table)).toHaveLength(rows);
});

/* One row less, one with other content, one that no fact made. */
const DAMAGE: Readonly<Record<TableName, readonly string[]>> = {
  hospitals: [
    `delete from hospitals where hospital = 'HOSP-A'`,
    `update hospitals set frozen = '{}', hospital_group = 'OTHER' where hospital = 'HOSP-B'`,
    `insert into hospitals select 'HOSP-Z', 'Nobody', now()`,
  ],
  quarantine: [
    `delete from quarantine where id = (select min(id::text)::uuid from quarantine where resolved_at is null)`,
    'update quarantine set resolved_at = null, outcome = null where resolved_at is not null',
    `insert into quarantine select gen_random_uuid(), hospital, gen_random_uuid(), part, pack, sha256, byte_offset,
       bytes, reason, why from quarantine limit 1`,
  ],
  reservations: [
    'delete from reservations where uid_hash = (select uid_hash from reservations order by uid_hash limit 1)',
    `update reservations set series = 'other' where uid_hash = (select uid_hash from reservations order by uid_hash desc limit 1)`,
    `insert into reservations select decode('00', 'hex'), claim, series, sha256, bytes from reservations limit 1`,
  ],
  revocations: [
    `delete from revocations where before = 'infinity'`,
    `update revocations set before = 'infinity' where actor = ''`,
    `insert into revocations select 'none', 'urn:none', '', now(), now()`,
  ],
  study_access: [
    'delete from study_access where claim = (select min(claim) from study_access)',
    `update study_access set patient = 'other' where claim = (select max(claim) from study_access)`,
    `insert into study_access (claim, hospital) values ('nobody', 'HOSP-A')`,
  ],
  study_exams: [
    'delete from study_exams where claim = (select min(claim) from study_exams)',
    `update study_exams set regions = '{knee}' where claim = (select max(claim) from study_exams)`,
    `insert into study_exams select 'nobody', 'HOSP-A', 'CT', '{}', '{}', 'none', 'unknown', '{}', 'none', 0, '', '{}', ''`,
  ],
};

test.each(TABLES)(
  'in %s a row that is lost, changed or invented is counted, left, and put right on request',
  async (table) => {
    const { rebuildTable } = filled.archive;
    const before = await rowsOf(table);
    for (const sql of DAMAGE[table]) await query(sql);
    const damaged = await rowsOf(table);
    const found = { missing: 1, extra: 1, changed: 1, rows: ROWS[table] };
    expect(await rebuildTable(table)).toMatchObject({ ...found, repaired: false });
    expect(await rowsOf(table)).toEqual(damaged);
    expect(await rebuildTable(table, { repair: true })).toMatchObject({ ...found, repaired: true });
    expect(await rowsOf(table)).toEqual(before);
    expect(await rebuildTable(table, { repair: true })).toMatchObject(EQUAL);
  },
);

test('a table that is lost altogether is made again', async () => {
  const before = await rowsOf('reservations');
  await query('truncate reservations');
  const report = await filled.archive.rebuildTable('reservations', { repair: true });
  expect(report).toMatchObject({ missing: 6, extra: 0, changed: 0, repaired: true });
  expect(await rowsOf('reservations')).toEqual(before);
});

test('F33: what a person decides while a damaged row is put right is kept', async () => {
  const { archive } = filled;
  const [{ id }] = await query('select id::text from quarantine where resolved_at is null limit 1');
  const [before] = await query(`select why from quarantine where id = '${id}'`);
  await query(`update quarantine set why = 'damaged' where id = '${id}'`);
  const holder = await archive.pool.connect();
  await holder.query('begin');
  await holder.query('select 1 from quarantine where id = $1 for update', [id]);
  const decided = filled.operator.arkim('quarantine', 'discard', id);
  await untilBlocked(1);
  const repaired = archive.rebuildTable('quarantine', { repair: true });
  await untilBlocked(2);
  await holder.query('commit');
  holder.release();
  expect(await decided).toMatchObject({ code: 0 });
  expect(await repaired).toMatchObject({ changed: 1, repaired: true });
  expect(await query(`select why, outcome from quarantine where id = '${id}'`)).toEqual([
    { ...before, outcome: 'discarded' },
  ]);
  expect(await archive.rebuildTable('quarantine')).toMatchObject(EQUAL);
});

/** Does `work` while two senders store, hospitals are onboarded and parts are decided on; answers with the number of requests that were stored. */
const whileStoresGoOn = async (work: () => Promise<unknown>): Promise<number> => {
  const { operator, store, waiting } = filled;
  let over = false;
  let stored = 0;
  const onAndOn = async (write: (round: number) => Promise<unknown>) => {
    for (let round = 1; !over; round++) await write(round);
  };
  const sender = () =>
    onAndOn(async (round) => {
      const study = nextStudy++;
      await store(slice(study, round), slice(study, round, 999_999));
      stored++;
    });
  const writers = [
    sender(),
    sender(),
    onAndOn((round) => operator.arkim('onboard', `HOSP-${round}`)),
    onAndOn(async () => {
      for (const id of (await waiting()).slice(0, 3))
        await operator.arkim('quarantine', 'discard', id).catch(acceptRefusal);
    }),
  ];
  const worked = work().finally(() => {
    over = true;
  });
  await Promise.all([worked, ...writers]);
  return stored;
};
let nextStudy = 100;

/* Damage makes parts look undecided that aren't. */
const acceptRefusal = (error: unknown) => {
  if (!(error instanceof OperatorFault)) throw error;
};

test('each table is what the log says at any time, while stores, onboardings and decisions go on', async () => {
  const { rebuildTable } = filled.archive;
  const stored = await whileStoresGoOn(async () => {
    for (let round = 0; round < 6; round++)
      for (const table of TABLES) expect(await rebuildTable(table)).toMatchObject(EQUAL);
  });
  expect(stored).toBeGreaterThan(0);
  for (const table of TABLES) {
    const rows = (await rowsOf(table)).length;
    expect(await rebuildTable(table)).toMatchObject({ ...EQUAL, rows });
  }
});

test('what is damaged is put right while stores, onboardings and decisions go on, and none of them is lost', async () => {
  const { rebuildTable } = filled.archive;
  const stored = await whileStoresGoOn(async () => {
    for (let round = 0; round < 3; round++)
      for (const table of TABLES) {
        for (const sql of DAMAGE[table]) await query(sql);
        expect(await rebuildTable(table, { repair: true })).toMatchObject({ repaired: true });
      }
  });
  expect(stored).toBeGreaterThan(0);
  const facts = await filled.archive.facts('InstancesStored');
  const told = facts.map(({ data }) => (data as { count: number }).count);
  expect(await rowsOf('reservations')).toHaveLength(told.reduce((sum, count) => sum + count, 0));
  for (const table of TABLES) expect(await rebuildTable(table)).toMatchObject(EQUAL);
});

test('F32: a rebuild that dies leaves nothing behind', async () => {
  const { archive } = filled;
  const holder = await archive.pool.connect();
  await holder.query(`select pg_advisory_lock_shared(hashtext('findable-switch'))`);
  const died = expect(archive.rebuildTable('hospitals')).rejects.toThrow('terminat');
  await untilBlocked(1);
  await query(`select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`);
  await died;
  await holder.query('select pg_advisory_unlock_all()');
  holder.release();
  expect(await archive.rebuildTable('hospitals')).toMatchObject(EQUAL);
});

test('a table is rebuilt by one at a time', async () => {
  const both = [1, 2].map(() => filled.archive.rebuildTable('hospitals'));
  expect(await Promise.all(both)).toContain('running');
});
