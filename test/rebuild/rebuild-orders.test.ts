import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patientKey } from '#archive/care-events';
import { archiveUpcasters } from '#archive/upcasters';
import { postgresLog } from '#events/postgres/postgres-log';
import type { OrderCommands } from '#index/order-commands';
import { orderCommands } from '#index/postgres/order-commands';
import { type FilledArchive, filledArchive } from './filled-archive.js';

const TABLES = ['orders', 'duplicate_cards'] as const;
const EQUAL = { missing: 0, extra: 0, changed: 0, setAside: 0, shown: [], repaired: false };
const AT = '2026-11-01T10:00:00.000Z';
const LATER = '2026-11-01T11:00:00.000Z';
const SERVICE = 'imaging-duplicate-sign';

let filled: FilledArchive;
let orders: OrderCommands;
const cards: string[] = [];

beforeAll(async () => {
  filled = await filledArchive();
  const { pool, log, logPlan, ingest } = filled.archive;
  orders = orderCommands({
    pool,
    logWithin: (client) => (logPlan === undefined ? postgresLog(client) : log),
    ledger: { keys: ingest.keys, upcasters: archiveUpcasters, random: randomBytes },
  });
  for (const patient of ['p1', 'p2']) await tellAll(patient);
});
afterAll(() => filled.close());

const query = async (sql: string, values: readonly unknown[] = []) =>
  (await filled.archive.pool.query(sql, [...values])).rows;
const rebuild = (name: (typeof TABLES)[number], repair = false) =>
  filled.archive.rebuildTable(name, { repair });
const rowsOf = (name: (typeof TABLES)[number]) => query(`select * from ${name} order by id`);

/** An order that changes, two cards about it, and answers that come out of their order. */
async function tellAll(patient: string): Promise<void> {
  const named = { hospital: 'HOSP-A', patient, order: `order-of-${patient}` };
  for (const isUrgent of [false, true])
    expect(await orders.receive(said(), stated(named, isUrgent))).toEqual({
      ok: true,
      changed: true,
    });
  const two = [randomUUID(), randomUUID()];
  cards.push(...two);
  await orders.cardsShown(said(), {
    ...{ ...named, service: SERVICE, at: AT, group: 'CT', regions: ['chest'] },
    cards: two.map((card) => ({
      ...{ card, prior: 'claim', pending: '', grade: 'SAME', indicator: 'warning' },
      ...{
        windows: 'built-in',
        suggestions: [randomUUID()],
        microsieverts: 7000,
        bytes: 1_000_000,
      },
    })),
  });
  await answer(two[0] ?? '', 'overridden', LATER);
  await answer(two[0] ?? '', 'accepted', AT);
}

const said = () => ({ id: randomUUID(), actor: 'somebody' });
const stated = (
  named: Readonly<{ hospital: string; patient: string; order: string }>,
  isUrgent: boolean,
) => ({
  data: { ...named, claim: '', state: 'active' as const },
  personal: {
    ...{ number: '4711', accession: 'A1', confidentiality: 'N' as const, isUrgent },
    ...{ orderedAt: AT, scheduledAt: LATER },
    procedure: {
      codes: [{ system: 'L', value: 'CTTHO', display: 'CT Thorax' }],
      ...{ descriptions: ['CT Thorax'], modality: 'CT', bodySites: [], reasons: ['why'] },
      laterality: '' as const,
    },
  },
});
const answer = (
  card: string,
  outcome: 'accepted' | 'overridden',
  at: string,
  hospital = 'HOSP-A',
) =>
  orders.cardAnswered(said(), {
    ...{ hospital, service: SERVICE, card, outcome, at },
    ...{ reason: outcome === 'accepted' ? '' : 'clinical-change', comment: '', suggestions: [] },
  });

test('the last answer by its own time counts, and the same again changes nothing', async () => {
  const [card = ''] = cards;
  const before = await query('select * from duplicate_cards where id = $1', [card]);
  expect(before).toMatchObject([
    { outcome: 'overridden', reason: 'clinical-change', answered_at: new Date(LATER) },
  ]);
  for (const [outcome, at] of [
    ['overridden', LATER],
    ['accepted', AT],
  ] as const)
    expect(await answer(card, outcome, at)).toEqual({ ok: true, changed: false });
  expect(await query('select * from duplicate_cards where id = $1', [card])).toEqual(before);
});

test('a card is answered by its own hospital and service only', async () => {
  const unknown = { ok: false, refusal: 'unknown' };
  expect(await answer(cards[0] ?? '', 'accepted', LATER, 'HOSP-B')).toEqual(unknown);
  expect(await answer(randomUUID(), 'accepted', LATER)).toEqual(unknown);
});

test.each(TABLES)('what the log says of %s is what stands there', async (table) =>
  expect(await rebuild(table)).toMatchObject({ ...EQUAL, rows: table === 'orders' ? 2 : 4 }),
);

test.each(TABLES)('rows of %s that are lost, changed or planted are put right', async (table) => {
  const before = await rowsOf(table);
  await query(`delete from ${table} where patient = 'p1'`);
  await query(`update ${table} set hospital = 'HOSP-B' where patient = 'p2'`);
  const [template] = before;
  await query(`insert into ${table} select * from json_populate_record(null::${table}, $1)`, [
    JSON.stringify({ ...template, id: randomUUID() }),
  ]);
  const found = await rebuild(table, true);
  const half = before.length / 2;
  expect(found).toMatchObject({ extra: 1, missing: half, changed: half, repaired: true });
  expect(await rowsOf(table)).toEqual(before);
});

test('rows whose key is destroyed stay as they are, and nothing new is kept about the patient', async () => {
  await filled.archive.ingest.keys.destroy(patientKey('p1'));
  for (const table of TABLES)
    expect(await rebuild(table)).toMatchObject({ ...EQUAL, setAside: table === 'orders' ? 1 : 2 });
  const named = { hospital: 'HOSP-A', patient: 'p1', order: 'another' };
  expect(await orders.receive(said(), stated(named, false))).toEqual({
    ok: false,
    refusal: 'erased',
  });
});
