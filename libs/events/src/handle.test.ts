import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { accept, type Decider, refuse } from './decider.js';
import { given } from './decider.testing.js';
import type { Event } from './event.js';
import type { EventStore } from './event-store.js';
import { collect, fact, metadata } from './event-store.testing.js';
import { foldStream } from './fold-stream.js';
import { ATTEMPTS_MAX, handle } from './handle.js';
import type { Ledger } from './ledger.js';
import { memoryEventStore } from './memory/memory-event-store.js';
import { memoryKeyRing } from './memory/memory-key-ring.js';
import { memorySnapshotStore } from './memory/memory-snapshot-store.js';
import { uuid5 } from './uuid5.js';

type Seated = Event<'Seated', { seats: number }, { names: readonly string[] }>;
type Take = Readonly<{ names: readonly string[] }>;
const SEATS_MAX = 3;

/** A room: whoever sits already is no news, and there are three seats. */
const room: Decider<readonly string[], Take, Seated, 'full'> = {
  initial: [],
  decide: (take, seated) => {
    const names = take.names.filter((name) => !seated.includes(name));
    if (names.length === 0) return accept();
    if (seated.length + names.length > SEATS_MAX) return refuse('full');
    return accept({ type: 'Seated', data: { seats: names.length }, personal: { names } });
  },
  evolve: (seated, { data, personal }) => [
    ...seated,
    ...(personal?.names ?? Array.from({ length: data.seats }, () => '?')),
  ],
};

const open = (change: Partial<Ledger> = {}): Ledger => ({
  store: memoryEventStore(() => '2026-01-01T00:00:00.000Z'),
  keys: memoryKeyRing(randomBytes),
  upcasters: {},
  random: randomBytes,
  ...change,
});
const ROOM = { stream: 'room', keyId: 'room' };
const take = (...names: string[]) => ({
  ...ROOM,
  id: uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', names.join()),
  command: { names },
  metadata,
});
const rule = {
  fold: 'room',
  foldVersion: 1,
  everyEvents: 2,
  write: (seated: readonly string[]) => seated,
  read: (written: unknown) => written as readonly string[],
};
const seated = (...names: string[]): Seated => ({
  type: 'Seated',
  data: { seats: names.length },
  personal: { names },
});

test('given, when, then: accepted, no news, refused', () => {
  given(room, [])
    .when({ names: ['a', 'b'] })
    .appends(seated('a', 'b'));
  given(room, [seated('a')])
    .when({ names: ['a'] })
    .appends();
  given(room, [seated('a', 'b')])
    .when({ names: ['c', 'd'] })
    .refuses('full');
});

test('what is decided is appended, sealed, and found by the next command', async () => {
  const ledger = open();
  expect(await handle(ledger, room, take('a'))).toEqual({ ok: true, events: [seated('a')] });
  expect(await handle(ledger, room, take('a', 'b'))).toEqual({ ok: true, events: [seated('b')] });
  expect(await handle(ledger, room, take('c', 'd'))).toEqual({ ok: false, refusal: 'full' });
  const recorded = await collect(ledger.store.read('room'));
  expect(recorded.map(({ version, sealed }) => [version, sealed?.keyId])).toEqual([
    [1, 'room'],
    [2, 'room'],
  ]);
  expect(JSON.stringify(recorded)).not.toContain('names');
});

test('commands at the same time are decided one after the other', async () => {
  const ledger = open();
  const names = ['a', 'b', 'c', 'd'];
  const decisions = await Promise.all(names.map((name) => handle(ledger, room, take(name))));
  expect(decisions.filter(({ ok }) => ok)).toHaveLength(3);
  expect((await foldStream(ledger, ROOM, room)).state).toHaveLength(3);
});

test('after a conflict the command is decided anew, not merged', async () => {
  const ledger = open();
  let intruders = 1;
  const store: EventStore = {
    ...ledger.store,
    append: async (appends) => {
      if (intruders-- > 0) await handle(ledger, room, take('first', 'second', 'third'));
      return ledger.store.append(appends);
    },
  };
  expect(await handle({ ...ledger, store }, room, take('late'))).toEqual({
    ok: false,
    refusal: 'full',
  });
});

test('a command that meets a conflict every time ends in a fault', async () => {
  let attempts = 0;
  const { store } = open();
  const busy: EventStore = {
    ...store,
    append: async () => {
      attempts++;
      return { ok: false, conflict: 'room is at 1, expected 0' };
    },
  };
  await expect(handle(open({ store: busy }), room, take('a'))).rejects.toThrow(/still in conflict/);
  expect(attempts).toBe(ATTEMPTS_MAX);
});

test('the same command again, decided at the same state, appends nothing again', async () => {
  const ledger = open();
  const forgetful = {
    ...ledger,
    store: { ...ledger.store, read: memoryEventStore(() => '').read },
  };
  await handle(ledger, room, take('a'));
  expect((await handle(forgetful, room, take('a'))).ok).toBe(true);
  expect(await collect(ledger.store.read('room'))).toHaveLength(1);
});

test('with the key destroyed the state is what data alone tells, and nothing more is sealed', async () => {
  const ledger = open({ snapshots: memorySnapshotStore() });
  await handle(ledger, room, take('a'), rule);
  await handle(ledger, room, take('b'), rule);
  await foldStream(ledger, ROOM, room, rule);
  await ledger.keys.destroy('room');
  expect(await foldStream(ledger, ROOM, room, rule)).toEqual({ state: ['?', '?'], version: 2 });
  await expect(handle(ledger, room, take('c'), rule)).rejects.toThrow(/no key to seal/);
});

test('a long stream is read from its snapshot on', async () => {
  const ledger = open({ snapshots: memorySnapshotStore() });
  const append = (from: number, count: number) =>
    ledger.store.append([
      {
        stream: 'room',
        expected: from,
        events: Array.from({ length: count }, (_, n) => ({
          ...fact(`room/${from + n}`, { seats: 1 }),
          type: 'Seated',
        })),
        metadata,
      },
    ]);
  await ledger.keys.ensure(['room']);
  await append(0, 250);
  expect(await foldStream(ledger, ROOM, room, rule)).toMatchObject({ version: 250 });
  await append(250, 1);
  const reads: number[] = [];
  const store: EventStore = {
    ...ledger.store,
    read: (stream, after = 0) => {
      reads.push(after);
      return ledger.store.read(stream, after);
    },
  };
  const folded = await foldStream({ ...ledger, store }, ROOM, room, rule);
  expect([folded.state.length, folded.version, reads]).toEqual([251, 251, [250]]);
  const newer = await foldStream({ ...ledger, store }, ROOM, room, { ...rule, foldVersion: 2 });
  expect([newer.version, reads]).toEqual([251, [250, 0]]);
});

test('a state from a snapshot is the state from the events', async () => {
  const ledger = open({ snapshots: memorySnapshotStore() });
  await handle(ledger, room, take('a'), rule);
  await handle(ledger, room, take('b'), rule);
  const first = await foldStream(ledger, ROOM, room, rule);
  await handle(ledger, room, take('c'), rule);
  expect(first).toEqual({ state: ['a', 'b'], version: 2 });
  expect(await foldStream(ledger, ROOM, room, rule)).toEqual(await foldStream(ledger, ROOM, room));
});

test('no snapshot is taken of a stream without a key', async () => {
  const snapshots = memorySnapshotStore();
  const ledger = open({ snapshots });
  await ledger.keys.ensure(['room']);
  await handle(ledger, room, take('a'));
  await handle(ledger, room, take('b'));
  await foldStream(ledger, { stream: 'room' }, room, rule);
  expect(await snapshots.find(rule, ['room'])).toEqual(new Map());
});
