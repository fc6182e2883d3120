import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SealBroken } from './content-seal.js';
import type { Checkpoint, Event, Recorded, StoredEvent } from './event.js';
import type { KeyState } from './key-ring.js';
import { memoryKeyRing } from './memory/memory-key-ring.js';
import { fromRecorded, openRecorded, toAppend, toStored } from './sealed-events.js';
import type { Upcasters } from './upcasters.js';

type Admitted = Event<'Admitted', { ward: string }, { name: string }>;
const admitted: Admitted = { type: 'Admitted', data: { ward: 'w' }, personal: { name: 'n' } };
const ID = '00000000-0000-5000-8000-000000000000';
const metadata = { actor: 'a', correlationId: 'c', causationId: 'c' };
const keys = memoryKeyRing(randomBytes);
const keyOf = async (id: string) => (await keys.ensure([id])).get(id);
const sealing = (key: KeyState | undefined) => ({
  id: ID,
  schema: 1,
  stream: 's',
  version: 1,
  key,
  random: randomBytes,
});
const record = (stored: StoredEvent, change: Partial<Recorded> = {}): Recorded => ({
  ...stored,
  stream: 's',
  version: 1,
  checkpoint: '1' as Checkpoint,
  recordedAt: '2026-01-01T00:00:00.000Z',
  metadata,
  ...change,
});

test('the personal part is stored sealed, and comes back with its key', async () => {
  const key = await keyOf('k');
  const stored = toStored(admitted, sealing(key));
  expect(stored).toMatchObject({ id: ID, type: 'Admitted', schema: 1, data: { ward: 'w' } });
  expect(stored).not.toHaveProperty('personal');
  expect(stored.sealed?.keyId).toBe('k');
  expect(fromRecorded(record(stored), key, {})).toEqual(admitted);
});

test('without a personal part no key is asked for', () => {
  const { personal, ...event } = admitted;
  const stored = toStored(event, sealing(undefined));
  expect(stored).not.toHaveProperty('sealed');
  expect(fromRecorded(record(stored), undefined, {})).toEqual(event);
});

test('a personal part is never stored without a live key', () => {
  expect(() => toStored(admitted, sealing(undefined))).toThrow('no key to seal Admitted with');
  expect(() => toStored(admitted, sealing('destroyed'))).toThrow('no key to seal Admitted with');
});

test('with its key destroyed an event comes back without its personal part', async () => {
  const stored = toStored(admitted, sealing(await keyOf('k')));
  const event = fromRecorded<Admitted>(record(stored), 'destroyed', {});
  expect(event).toEqual({ type: 'Admitted', data: { ward: 'w' } });
});

test('a key that is missing but was not destroyed is a fault', async () => {
  const stored = toStored(admitted, sealing(await keyOf('k')));
  expect(() => fromRecorded(record(stored), undefined, {})).toThrow(
    's version 1: its key is missing',
  );
});

test('a sealed part that was moved to another version does not open', async () => {
  const key = await keyOf('k');
  const stored = toStored(admitted, sealing(key));
  expect(() => fromRecorded(record(stored, { version: 2 }), key, {})).toThrow(SealBroken);
});

test('an old event comes back in the current schema, opened or not', async () => {
  const upcasters: Upcasters = {
    Admitted: [
      ({ data, personal }) => ({
        data: { ...(data as object), beds: 1 },
        personal: personal && { names: [(personal as { name: string }).name] },
      }),
    ],
  };
  const key = await keyOf('k');
  const old = record(toStored(admitted, sealing(key)));
  const data = { ward: 'w', beds: 1 };
  const today = { type: 'Admitted', data, personal: { names: ['n'] } };
  expect(fromRecorded(old, key, upcasters)).toEqual(today);
  expect(fromRecorded(old, 'destroyed', upcasters)).toEqual({ type: 'Admitted', data });
});

test('a draft is sealed version by version, in the current schema', async () => {
  const key = await keyOf('k');
  const upcasters: Upcasters = { Admitted: [(parts) => parts] };
  const events = [ID, ID.replace('8', '9')].map((id) => ({ id, event: admitted }));
  const draft = { stream: 's', expected: 4, events, metadata };
  const append = toAppend(draft, key, { upcasters, random: randomBytes });
  expect(append).toMatchObject({ stream: 's', expected: 4, metadata });
  const read = append.events.map((stored, n) => record(stored, { version: 5 + n }));
  expect(read.map(({ schema }) => schema)).toEqual([2, 2]);
  expect(read.map((each) => fromRecorded(each, key, upcasters))).toEqual([admitted, admitted]);
  expect(new Set(read.map(({ sealed }) => sealed?.nonce)).size).toBe(2);
});

test('a page with live, destroyed and no keys is opened with one look at the ring', async () => {
  const stored = (key: KeyState | undefined) => toStored(admitted, sealing(key));
  const live = record(stored(await keyOf('live')));
  const gone = record(stored(await keyOf('gone')));
  const open = record({ id: ID, type: 'Opened', schema: 1, data: 1 });
  await keys.destroy('gone');
  const looks: (readonly string[])[] = [];
  const counting = {
    ...keys,
    find: (ids: readonly string[]) => {
      looks.push(ids);
      return keys.find(ids);
    },
  };
  const opened = await openRecorded<Admitted>(counting, [live, gone, open, live], {});
  expect(opened.map(({ event }) => event.personal)).toEqual([
    { name: 'n' },
    undefined,
    undefined,
    { name: 'n' },
  ]);
  expect(opened.map(({ recorded }) => recorded)).toEqual([live, gone, open, live]);
  expect(looks).toEqual([['live', 'gone']]);
  const lost = record({
    ...stored(await keyOf('live')),
    sealed: { ...live.sealed!, keyId: 'lost' },
  });
  await expect(openRecorded(keys, [live, lost], {})).rejects.toThrow('its key is missing');
});
