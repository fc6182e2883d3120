import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { memoryObjectStore } from './memory/memory-object-store.js';
import { pacedStore } from './paced-store.js';
import { packKey } from './pack.js';
import { encodeTrailer } from './pack-trailer.js';
import { verifyNamed } from './verify-named.js';

const PACK = '00000000-0000-4000-8000-0000000000aa';
const KEY = packKey('settled', PACK);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const one = Buffer.from('one instance');
const other = Buffer.from('another');
const entries = [
  { part: 0, offset: 0, bytes: one.length, sha256: sha256(one) },
  { part: 1, offset: one.length, bytes: other.length, sha256: sha256(other) },
];

const openMemory = () => memoryObjectStore({ nowMs: () => 0, bytesMax: 1e6 });

async function* chunks(...parts: readonly Buffer[]) {
  yield* parts;
}

const holding = async (...bodies: readonly Buffer[]) => {
  const store = openMemory();
  const inside = bodies.map((body, part) => ({ ...entries[part], part, sha256: sha256(body) }));
  const trailer = encodeTrailer({
    pack: PACK,
    kind: 'settled',
    about: {},
    entries: inside as typeof entries,
  });
  await store.put(KEY, chunks(...bodies, trailer));
  return store;
};

test('a pack is as its facts say', async () => {
  const verdict = await verifyNamed(await holding(one, other), KEY, entries);
  expect(verdict.damage).toBeUndefined();
});
test('bytes that were changed together with the trailer are found all the same', async () => {
  const forged = Buffer.from('One instance');
  const verdict = await verifyNamed(await holding(forged, other), KEY, entries);
  expect(verdict.damage).toBe('bytes');
  expect(verdict.contents).toEqual([{ sha256: sha256(one), found: sha256(forged) }]);
});
test('a pack that is not there is missing', async () =>
  expect((await verifyNamed(openMemory(), KEY, entries)).damage).toBe('missing'));
test('a pack without its end is damaged though its content is whole', async () => {
  const store = openMemory();
  await store.put(KEY, chunks(one, other));
  expect((await verifyNamed(store, KEY, entries)).damage).toBe('trailer');
});
test('a pack that was cut off names what it lost', async () => {
  const store = openMemory();
  await store.put(KEY, chunks(one));
  const { contents } = await verifyNamed(store, KEY, entries);
  expect(contents).toEqual([{ sha256: sha256(other), found: '' }]);
});
test('a paced store waits for as long as its bytes take', async () => {
  let nowMs = 0;
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    nowMs += ms;
  };
  const store = pacedStore(await holding(one, other), {
    bytesPerSecond: 100,
    nowMs: () => nowMs,
    pause,
  });
  const { bytes } = await verifyNamed(store, KEY, entries);
  expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(bytes * 10, 0);
});
