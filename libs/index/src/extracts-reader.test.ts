import { createSecretKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { NONCE_BYTES, sealContent } from '#events/content-seal';
import type { KeyState } from '#events/key-ring';
import { encodeExtract } from './extract.js';
import { extractAssociation } from './extract-reader.js';
import { extractsReader } from './extracts-reader.js';
import type { Place } from './series-view.js';

const secretOf = (claim: string) => createSecretKey(Buffer.alloc(32, claim));
const sealed = (claim: string, json: string) => {
  const extract = { json, bulk: [], frameIndex: null, dataSetStart: 0, deflated: false };
  const plain = encodeExtract([extract]);
  return sealContent(secretOf(claim), extractAssociation(claim), plain, Buffer.alloc(NONCE_BYTES));
};

/* Three extracts end to end, and one in an object of its own. */
const bodies = ['a', 'b', 'c'].map((claim) => sealed(claim, `{"${claim}":1}`));
const objects: Readonly<Record<string, Buffer>> = {
  many: Buffer.concat(bodies),
  one: sealed('d', '{"d":1}'),
};
const [a = 0, b = 0, c = 0] = bodies.map(({ length }) => length);
const PLACES: Readonly<Record<string, Place>> = {
  a: { key: 'many', offset: 0, bytes: a },
  b: { key: 'many', offset: a, bytes: b },
  c: { key: 'many', offset: a + b, bytes: c },
  d: { key: 'one', offset: 0, bytes: objects['one']?.length ?? 0 },
};

const readerOf = (destroyed: readonly string[] = []) => {
  const reads: Place[] = [];
  const stateOf = (id: string): KeyState =>
    destroyed.includes(id) ? 'destroyed' : { id, secret: secretOf(id) };
  const read = extractsReader({
    keys: { find: async (ids) => new Map(ids.map((id) => [id, stateOf(id)])) },
    readBytes: async (place) => {
      reads.push(place);
      const object = objects[place.key] ?? Buffer.alloc(0);
      return object.subarray(place.offset, place.offset + place.bytes);
    },
  });
  return {
    reads,
    texts: async (claims: readonly string[]) => {
      const wanted = claims.map((claim) => ({ claim, place: PLACES[claim] as Place }));
      return (await read(wanted)).map((extract) => extract?.json.map(String)[0]);
    },
  };
};

test('extracts come in the order asked; those end to end are read together', async () => {
  const { reads, texts } = readerOf();
  expect(await texts(['c', 'd', 'a', 'b'])).toEqual(['{"c":1}', '{"d":1}', '{"a":1}', '{"b":1}']);
  expect(reads).toEqual([{ key: 'many', offset: 0, bytes: a + b + c }, PLACES['d']]);
});

test('with a gap between them they are read apart', async () => {
  const { reads, texts } = readerOf();
  expect(await texts(['a', 'c'])).toEqual(['{"a":1}', '{"c":1}']);
  expect(reads).toEqual([PLACES['a'], PLACES['c']]);
});

test('an extract whose key is destroyed is left out, unread', async () => {
  const { reads, texts } = readerOf(['a', 'd']);
  expect(await texts(['a', 'b', 'd'])).toEqual([undefined, '{"b":1}', undefined]);
  expect(reads).toEqual([PLACES['b']]);
});

test('an extract in the place of another study does not open', async () => {
  const { texts } = readerOf();
  const swapped = extractsReader({
    keys: { find: async (ids) => new Map(ids.map((id) => [id, { id, secret: secretOf(id) }])) },
    readBytes: async () => bodies[1] ?? Buffer.alloc(0),
  });
  await expect(swapped([{ claim: 'a', place: PLACES['b'] as Place }])).rejects.toThrow();
  expect(await texts([])).toEqual([]);
});
