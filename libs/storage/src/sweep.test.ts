import { beforeEach, expect, test } from 'vitest';
import { bodyOf, bytesOf } from './body.testing.js';
import { memoryObjectStore } from './memory/memory-object-store.js';
import type { ObjectStore } from './object-store.js';
import { type PackKind, packKey } from './pack.js';
import { sweep } from './sweep.js';

const DAY_MS = 24 * 3600 * 1000;
const id = (number: number) => (0xabcd_0000 + number).toString(16);

let store: ObjectStore;
let nowMs: number;
beforeEach(() => {
  nowMs = 0;
  store = memoryObjectStore({ nowMs: () => nowMs, bytesMax: 1_000_000 });
});

const put = (kind: PackKind, number: number) =>
  store.put(packKey(kind, id(number)), bodyOf(bytesOf(10)));
const keys = async () => (await Array.fromAsync(store.list('packs/'))).map(({ key }) => key).sort();
const naming =
  (...numbers: readonly number[]) =>
  async () =>
    new Set(numbers.map(id));
const options = () => ({ nowMs, ageMs: DAY_MS, named: naming(), dryRun: false });

test('packs of every kind that nothing names go after a day; named and young ones stay', async () => {
  for (const kind of ['landing', 'extract', 'settled'] as const) {
    await put(kind, 1);
    await put(kind, 2);
  }
  nowMs = DAY_MS;
  await put('landing', 3);
  const report = await sweep(store, { ...options(), named: naming(2) });
  expect(report).toMatchObject({
    young: 1,
    named: 3,
    orphans: 3,
    orphanBytes: 30,
    removed: 3,
    foreign: 0,
  });
  expect(await keys()).toEqual([
    packKey('extract', id(2)),
    packKey('landing', id(2)),
    packKey('landing', id(3)),
    packKey('settled', id(2)),
  ]);
});

test('a dry run tells what would go and removes nothing', async () => {
  await put('landing', 1);
  nowMs = DAY_MS;
  const report = await sweep(store, { ...options(), dryRun: true });
  expect(report).toMatchObject({ orphans: 1, removed: 0, keys: [packKey('landing', id(1))] });
  expect(await keys()).toHaveLength(1);
});

test('what is no pack is counted and stays', async () => {
  await store.put('packs/landing/00/notes.txt', bodyOf(bytesOf(10)));
  nowMs = DAY_MS;
  expect(await sweep(store, options())).toMatchObject({ foreign: 1, removed: 0 });
  expect(await keys()).toHaveLength(1);
});

test('the log is asked for bounded batches, each pack once', async () => {
  for (let number = 0; number < 25; number++) await put('landing', number);
  nowMs = DAY_MS;
  const asked: string[][] = [];
  const named = async (packs: readonly string[]) => {
    asked.push([...packs]);
    return new Set(packs.filter((pack) => pack !== id(7)));
  };
  const report = await sweep(store, { ...options(), named, batchMax: 10 });
  expect(asked.map(({ length }) => length)).toEqual([10, 10, 5]);
  expect(new Set(asked.flat()).size).toBe(25);
  expect(report).toMatchObject({ named: 24, removed: 1 });
});

test('when the log cannot say what is named nothing is removed', async () => {
  await put('landing', 1);
  nowMs = DAY_MS;
  const named = async () => {
    throw new Error('log not reachable');
  };
  await expect(sweep(store, { ...options(), named })).rejects.toThrow('log not reachable');
  expect(await keys()).toHaveLength(1);
});

test('an aborted sweep stops', async () => {
  await put('landing', 1);
  nowMs = DAY_MS;
  const signal = AbortSignal.abort(new Error('draining'));
  await expect(sweep(store, { ...options(), signal })).rejects.toThrow('draining');
  expect(await keys()).toHaveLength(1);
});

test('more keys than a report shows are removed all the same', async () => {
  for (let number = 0; number < 150; number++) await put('extract', number);
  nowMs = DAY_MS;
  const report = await sweep(store, options());
  expect(report.removed).toBe(150);
  expect(report.keys).toHaveLength(100);
  expect(await keys()).toEqual([]);
});
