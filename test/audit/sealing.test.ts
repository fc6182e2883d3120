import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { recordLeaf, rootOf, sealDigest } from '#evidence/audit-chain';
import { auditRecorder } from '#evidence/audit-recorder';
import { exportAudit } from '#evidence/postgres/export-audit';
import { writeAudit } from '#evidence/postgres/write-audit';
import { verifyExport } from '#evidence/verify-export';
import { createPool } from '#platform/postgres-pool';
import { sealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sealRound } from '../../apps/retention-worker/src/seal/seal-round.js';
import { accessRecord } from '../../libs/evidence/src/audit-record.testing.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

const keys = memoryKeyRing(randomBytes);
const EVER = { from: '2000-01-01', to: '2999-12-31' };

let database: TestDatabase;
let sealing: Pool;
let folder: string;
let lines: readonly string[];

const record = async (count: number, changes = {}) => {
  const { pool } = database;
  const recordAccess = auditRecorder({
    write: writeAudit({ pool, keys, wallMs: Date.now, random: randomBytes }),
    wallMs: Date.now,
    newId: randomUUID,
  });
  const search = { action: 'search', kind: 'study', claim: null, ...changes };
  for (let each = 0; each < count; each++) await recordAccess(accessRecord(search));
};
const seal = () => sealRound({ pool: sealing, sealWithin: sealFrom(() => keys, undefined) });
const exported = async () =>
  (await Array.fromAsync(exportAudit(database.pool, EVER))).map((line) => JSON.stringify(line));

/* The sealer's clock goes wrong by whole days: days that are over are wanted. */
const SHADOW = `create schema shadow;
  create table shadow.clock (days_ago int not null);
  insert into shadow.clock values (0);
  create function shadow.clock_timestamp() returns timestamptz language sql as
    'select pg_catalog.clock_timestamp() - make_interval(days => days_ago) from shadow.clock'`;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'arkim-audit-'));
  await database.pool.query(SHADOW);
  const url = new URL(database.url);
  url.searchParams.set('options', '-c search_path=shadow,pg_catalog,public');
  sealing = createPool({ url: url.href, name: 'test' });
  for (const [count, daysAgo, days] of [
    [3, 2, 0],
    [1, 1, 1],
    [7, 0, 1],
  ] as const) {
    await database.pool.query('update shadow.clock set days_ago = $1', [daysAgo]);
    await record(count, { personal: { issuer: 'i', subject: 's', claims: [`claim-${count}`] } });
    expect(await seal()).toEqual({ isHeld: false, count, broken: 0, days });
  }
  lines = await exported();
});
afterAll(async () => {
  await sealing.end();
  await database.close();
  await rm(folder, { recursive: true });
});

async function* streamed(text: readonly string[]) {
  yield* text;
}

const withoutLibs = async (text: readonly string[]) => {
  const file = join(folder, randomUUID());
  await writeFile(file, `${text.join('\n')}\n`);
  const run = promisify(execFile)(process.execPath, ['infra/verify-audit.mjs', file]);
  return run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );
};

/** What both programs find. */
const foundIn = async (text: readonly string[]) => {
  const { findings } = await verifyExport(streamed(text));
  const own = findings.map(({ what, fault }) => `${what}: ${fault}`);
  const { code, stdout } = await withoutLibs(text);
  expect(code).toBe(own.length === 0 ? 0 : 1);
  for (const finding of own) expect(stdout).toContain(finding);
  return own;
};

test('nobody changes or removes what was recorded', async () => {
  for (const table of ['audit_records', 'audit_seals', 'audit_days'])
    await expect(database.pool.query(`delete from ${table}`)).rejects.toThrow('append-only');
  await expect(database.pool.query('update audit_records set actor = $1', ['x'])).rejects.toThrow();
});

test('a search is found by the studies that it showed', async () => {
  const { rows } = await database.pool.query(
    'select claim, count(*)::int from audit_shown group by 1 order by 1',
  );
  expect(rows).toEqual([
    { claim: 'claim-1', count: 1 },
    { claim: 'claim-3', count: 3 },
    { claim: 'claim-7', count: 7 },
  ]);
});

test('one worker seals at a time, and nothing that is not over', async () => {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query('create temporary table writing (x int)');
  await record(1);
  expect((await seal()).count).toBe(0);
  await client.query(`select pg_advisory_xact_lock(hashtext('audit-seal'))`);
  expect((await seal()).isHeld).toBe(true);
  await client.query('commit');
  client.release();
  expect((await seal()).count).toBe(1);
});

test('the log tells each day that was sealed', async () => {
  const { rows } = await database.pool.query(
    `select stream, type, data from events where stream like 'evidence-%' order by position`,
  );
  const days = lines.map((line) => JSON.parse(line).day).filter((day) => day !== undefined);
  expect(rows.map(({ data }) => JSON.parse(data))).toEqual(days);
  expect(rows.map(({ stream }) => stream)).toEqual(days.map(({ day }) => `evidence-${day}`));
});

describe('an export', () => {
  const at = (index: number) => JSON.parse(lines[index] ?? '');
  const idAt = (index: number): string => at(index).record.id;
  const without = (...indexes: readonly number[]) =>
    lines.filter((_line, index) => !indexes.includes(index));
  const changed = (index: number, change: (line: ReturnType<typeof at>) => void) => {
    const line = at(index);
    change(line);
    return lines.with(index, JSON.stringify(line));
  };
  const [FIRST_SEAL, FIRST, SECOND, DAY, SECOND_SEAL] = [1, 2, 3, 5, 6];

  test('that nobody touched is as it was sealed', async () => {
    expect(lines.map((line) => Object.keys(JSON.parse(line))[0]).join(' ')).toMatch(
      /^audit seal( record){3} day seal record day seal( record){7}$/,
    );
    expect(await foundIn(lines)).toEqual([]);
  });
  test.each(['outcome', 'actor', 'recordedAt', 'breakGlass', 'sealed', 'claim', 'xid', 'roles'])(
    'shows a record whose %s was changed',
    async (column) => {
      const text = changed(FIRST, ({ record: row }) => {
        row[column] = column === 'roles' ? [] : `${row[column]}x`;
      });
      expect(await foundIn(text)).toEqual([`record ${idAt(FIRST)}: changed`]);
    },
  );
  test('shows a record that was removed, and each one of a whole seal', async () => {
    expect(await foundIn(without(SECOND))).toEqual([`record ${idAt(SECOND)}: removed`]);
    expect(await foundIn(without(FIRST, SECOND))).toHaveLength(2);
  });
  test('shows a record that was put in, and one that is there twice', async () => {
    const row = at(FIRST);
    row.record.id = randomUUID();
    expect(await foundIn(lines.toSpliced(SECOND, 0, JSON.stringify(row)))).toEqual([
      `record ${row.record.id}: inserted`,
    ]);
    expect(await foundIn(lines.toSpliced(SECOND, 0, lines[FIRST] ?? ''))).toEqual([
      `record ${idAt(FIRST)}: inserted`,
    ]);
  });
  test('shows records that were moved, within a seal and into another', async () => {
    const [first = '', second = ''] = lines.slice(FIRST);
    expect(await foundIn(lines.with(FIRST, second).with(SECOND, first))).toEqual([
      `record ${idAt(FIRST)}: reordered`,
    ]);
    const moved = lines.toSpliced(SECOND_SEAL + 1, 0, first).toSpliced(FIRST, 1);
    expect(await foundIn(moved)).toEqual([
      `record ${idAt(FIRST)}: removed`,
      `record ${idAt(FIRST)}: inserted`,
    ]);
  });
  test('shows a seal and a day that were changed, and a seal that is gone', async () => {
    const sealed = changed(FIRST_SEAL, ({ seal: head }) => {
      head.sealedAt = `${head.sealedAt}x`;
    });
    expect(await foundIn(sealed)).toEqual(['seal 1: changed']);
    const day = changed(DAY, ({ day: head }) => {
      head.records = 1;
    });
    expect(await foundIn(day)).toEqual([`day ${at(DAY).day.day}: changed`]);
    const gone = await foundIn(without(SECOND_SEAL, SECOND_SEAL + 1));
    expect(gone).toContain('seal 2: removed');
  });
  test('shows a record that was changed together with its seal: the next seal and the day tell', async () => {
    const row = at(FIRST).record;
    row.actor = 'another';
    const head = at(FIRST_SEAL).seal;
    head.leaves[0] = recordLeaf(row);
    head.root = rootOf(head.leaves);
    head.digest = sealDigest(head);
    const text = lines
      .with(FIRST, JSON.stringify({ record: row }))
      .with(FIRST_SEAL, JSON.stringify({ seal: head }));
    expect(await foundIn(text)).toEqual([`day ${at(DAY).day.day}: changed`, 'seal 2: unchained']);
  });
  test('shows that its end is gone, and a line that is none', async () => {
    expect(await foundIn(lines.slice(0, DAY + 1))).toEqual(['seal 3: removed']);
    const { findings } = await verifyExport(streamed([...lines, '{']));
    expect(findings).toEqual([{ what: 'a line', fault: 'unreadable' }]);
  });
});

test('what was changed before it was sealed does not open, and is chained as it stands', async () => {
  const client = await database.pool.connect();
  await record(1);
  await client.query('begin');
  await client.query('alter table audit_records disable trigger user');
  await client.query(
    `update audit_records set sealed = sealed || '\\x00' where id = (select id from audit_records order by xid desc limit 1)`,
  );
  await client.query('alter table audit_records enable trigger user');
  await client.query('commit');
  client.release();
  expect(await seal()).toMatchObject({ count: 1, broken: 1 });
});
