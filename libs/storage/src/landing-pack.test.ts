import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { bodyOf, brokenBody, bytesOf, cutBody, stuckBody } from './body.testing.js';
import { LANDING_LIMITS, type LandingPart, writeLandingPack } from './landing-pack.js';
import { memoryObjectStore } from './memory/memory-object-store.js';
import type { ObjectStore } from './object-store.js';
import { PACK_ENTRIES_MAX } from './pack.js';
import { rangeAt } from './place.js';
import { readTrailer, verifyPack } from './read-pack.js';

const REQUEST = { request: 'r-1', hospital: 'h-1', caller: 'c-1' };

let store: ObjectStore;
let ids: number;
beforeEach(() => {
  store = memoryObjectStore({ nowMs: () => 1, bytesMax: 1_000_000_000 });
  ids = 0;
});

const landing = (limits = LANDING_LIMITS) => ({
  request: REQUEST,
  newPackId: () => `0000-${(0xabc000 + ids++).toString(16)}`,
  limits,
});
async function* partsOf(...parts: readonly (LandingPart | Buffer)[]): AsyncGenerator<LandingPart> {
  for (const part of parts) yield Buffer.isBuffer(part) ? { body: bodyOf(part) } : part;
}
const land = (limits: typeof LANDING_LIMITS, ...parts: readonly (LandingPart | Buffer)[]) =>
  writeLandingPack(store, landing(limits), partsOf(...parts));
const objects = () => Array.fromAsync(store.list('packs/'));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('whatever the parts and their chunks, each entry is its part, byte for byte', () =>
  fc.assert(
    fc
      .asyncProperty(
        fc.array(
          fc.record({
            bytes: fc.uint8Array({ maxLength: 400 }),
            cuts: fc.array(fc.nat(400), { maxLength: 5 }),
            told: fc.boolean(),
          }),
          { maxLength: 12 },
        ),
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 1, max: 500 }),
        async (parts, packBytesMax, partBytesMax) => {
          const { packs, refusedParts } = await land(
            { packBytesMax, partBytesMax },
            ...parts.map(({ bytes, cuts, told }) => ({
              body: cutBody(bytes, cuts),
              ...(told && { bytesExpected: bytes.length }),
            })),
          );
          const seen: number[] = refusedParts.map(({ part }) => part);
          for (const { pack, key, bytes, entries } of packs) {
            expect(await store.size(key)).toBe(bytes);
            for (const { part, offset, sha256: digest, ...entry } of entries) {
              const read = await store.read(key, rangeAt({ offset, bytes: entry.bytes })!);
              expect(read!.equals(parts[part]!.bytes)).toBe(true);
              expect(digest).toBe(sha256(parts[part]!.bytes));
              seen.push(part);
            }
            const trailer = { pack, kind: 'landing', about: REQUEST, entries };
            expect(await readTrailer(store, key)).toEqual({ ok: true, value: trailer });
            expect(await verifyPack(store, key)).toEqual({
              bytes,
              entries: entries.length,
              mismatches: [],
            });
          }
          expect(seen.sort((a, b) => a - b)).toEqual(parts.map((_, part) => part));
          for (const { part, bytes } of refusedParts) {
            expect(parts[part]!.bytes.length).toBe(bytes);
            expect(bytes).toBeGreaterThan(partBytesMax);
          }
        },
      )
      .beforeEach(() => {
        store = memoryObjectStore({ nowMs: () => 1, bytesMax: 1_000_000_000 });
      }),
    { numRuns: 150 },
  ));

test('the parts of a request lie end to end from the start of one pack', async () => {
  const { packs } = await land(LANDING_LIMITS, bytesOf(100), bytesOf(50), bytesOf(7));
  expect(packs).toHaveLength(1);
  expect(packs[0]?.entries.map(({ part, offset, bytes }) => [part, offset, bytes])).toEqual([
    [0, 0, 100],
    [1, 100, 50],
    [2, 150, 7],
  ]);
  expect(packs[0]?.key).toBe('packs/landing/00/0000-abc000');
});

test('past its bound a pack is closed between parts and the next one begins', async () => {
  const limits = { packBytesMax: 250, partBytesMax: 1000 };
  const { packs } = await land(limits, ...Array.from({ length: 5 }, () => bytesOf(100)));
  expect(packs.map(({ entries }) => entries.map(({ part }) => part))).toEqual([
    [0, 1, 2],
    [3, 4],
  ]);
  expect(packs[1]?.entries[0]?.offset).toBe(0);
});

test('a part whose length is known to reach over the bound gets a pack of its own', async () => {
  const limits = { packBytesMax: 250, partBytesMax: 1000 };
  const long = { body: bodyOf(bytesOf(600)), bytesExpected: 600 };
  const { packs } = await land(limits, bytesOf(100), long, bytesOf(100));
  expect(packs.map(({ entries }) => entries.map(({ part }) => part))).toEqual([[0], [1], [2]]);
});

test('a part that is too long is refused alone; its neighbours stay', async () => {
  const limits = { packBytesMax: 10_000, partBytesMax: 100 };
  const long = { body: bodyOf(bytesOf(60), bytesOf(60), bytesOf(60)) };
  const { packs, refusedParts } = await land(limits, bytesOf(100), long, bytesOf(90));
  expect(refusedParts).toEqual([{ part: 1, reason: 'too-large', bytes: 180 }]);
  expect(packs[0]?.entries.map(({ part, offset }) => [part, offset])).toEqual([
    [0, 0],
    [2, 160],
  ]);
  expect((await verifyPack(store, packs[0]!.key))?.mismatches).toEqual([]);
});

test('a pack of which nothing is named is not told', async () => {
  const limits = { packBytesMax: 10_000, partBytesMax: 100 };
  const { packs, refusedParts } = await land(limits, bytesOf(101));
  expect(packs).toEqual([]);
  expect(refusedParts).toHaveLength(1);
});

test('a request without parts writes nothing', async () => {
  expect(await land(LANDING_LIMITS)).toEqual({ packs: [], refusedParts: [] });
  expect(await objects()).toEqual([]);
});

test('more parts than a pack has entries go on in the next pack', async () => {
  const parts = Array.from({ length: PACK_ENTRIES_MAX + 1 }, () => Buffer.alloc(0));
  const { packs } = await land(LANDING_LIMITS, ...parts);
  expect(packs.map(({ entries }) => entries.length)).toEqual([PACK_ENTRIES_MAX, 1]);
});

test('a body that breaks in the middle leaves nothing readable, and the parts are closed', async () => {
  let closed = false;
  async function* parts(): AsyncGenerator<LandingPart> {
    try {
      yield { body: bodyOf(bytesOf(100)) };
      yield { body: brokenBody(new Error('client gone'), bytesOf(50)) };
    } finally {
      closed = true;
    }
  }
  await expect(writeLandingPack(store, landing(), parts())).rejects.toThrow('client gone');
  expect(closed).toBe(true);
  expect(await objects()).toEqual([]);
});

test('a full store refuses the request', async () => {
  store = memoryObjectStore({ nowMs: () => 1, bytesMax: 150 });
  await expect(land(LANDING_LIMITS, bytesOf(100), bytesOf(100))).rejects.toEqual(
    expect.objectContaining({ refusal: 'no-space' }),
  );
  expect(await objects()).toEqual([]);
});

test('an abort ends the wait for bytes of a part', async () => {
  const { body, waiting } = stuckBody(bytesOf(100));
  const stop = new AbortController();
  const putting = writeLandingPack(store, landing(), partsOf({ body }), stop.signal);
  await waiting;
  stop.abort(new Error('deadline'));
  await expect(putting).rejects.toThrow('deadline');
  expect(await objects()).toEqual([]);
});

test('an abort ends the wait for the first and for the next part', async () => {
  for (const before of [0, 1]) {
    const stop = new AbortController();
    const waiting = Promise.withResolvers<void>();
    const parts = async function* (): AsyncGenerator<LandingPart> {
      for (let part = 0; part < before; part++) yield { body: bodyOf(bytesOf(100)) };
      waiting.resolve();
      await new Promise(() => undefined);
    };
    const putting = writeLandingPack(store, landing(), parts(), stop.signal);
    await waiting.promise;
    stop.abort(new Error('deadline'));
    await expect(putting).rejects.toThrow('deadline');
    expect(await objects()).toEqual([]);
  }
});
