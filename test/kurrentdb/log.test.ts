import { afterAll, expect, test } from 'vitest';
import type { Recorded } from '../../libs/events/src/event.js';
import { APPEND_EVENTS_MAX, type Append } from '../../libs/events/src/event-store.js';
import {
  appendOf,
  collect,
  fact,
  follow,
  label,
  metadata,
} from '../../libs/events/src/event-store.testing.js';
import { memoryProjection } from '../../libs/events/src/memory-projection.testing.js';
import { runSubscription } from '../../libs/events/src/subscription.js';
import { closeLogs, openLog } from './server.js';

afterAll(closeLogs);

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
const versionsIn = (stream: string, events: readonly Recorded[]) =>
  events.filter((event) => event.stream === stream).map(({ version }) => version);

test('a stream of 10,000 events, one append, reads back whole; its repeat writes nothing', async () => {
  const log = openLog();
  const whole = appendOf('s', 0, APPEND_EVENTS_MAX);
  const appended = await log.append([whole]);
  expect(appended).toEqual({ ok: true, versions: [APPEND_EVENTS_MAX] });
  const read = await collect(log.read('s'));
  expect(read.map(({ id }) => id)).toEqual(whole.events.map(({ id }) => id));
  expect(await log.append([whole])).toEqual(appended);
  expect(await collect(log.read('s', APPEND_EVENTS_MAX))).toEqual([]);
});

test('a reader beside 16 writers sees each event once, and each stream in order', async () => {
  const log = openLog();
  const write = async (n: number) => {
    for (let turn = 0; turn < 20; turn++)
      await log.append([appendOf(`a${n}`, turn * 2, 2), appendOf(`b${n}`, turn * 3, 3)]);
  };
  const writers = Promise.all(upTo(16).map(write));
  const seen = await follow(log, 1_600, { limit: 7 });
  await writers;
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1_600);
  expect(await log.after(seen.at(-1)?.checkpoint, 10)).toEqual([]);
  for (const n of upTo(16)) {
    expect(versionsIn(`a${n}`, seen)).toEqual(upTo(40));
    expect(versionsIn(`b${n}`, seen)).toEqual(upTo(60));
  }
});

test('a subscription applies what is appended before it and while it runs', async () => {
  const log = openLog();
  const projection = memoryProjection();
  await log.append([appendOf('s', 0, 30)]);
  const end = new AbortController();
  const running = runSubscription(log, projection, {
    signal: end.signal,
    pollMs: 5,
    batchEventsMax: 7,
  });
  for (let expected = 30; expected < 60; expected++) await log.append([appendOf('s', expected)]);
  await expect.poll(projection.labels, { timeout: 20_000 }).toHaveLength(60);
  end.abort();
  await running;
  expect(await projection.labels()).toEqual(upTo(60).map((version) => `s/${version}`));
});

test('of two writers that race along a stream one wins each version', async () => {
  const log = openLog();
  const race = async (name: string) => {
    let won = 0;
    for (let version = 0; version < 100; version++) {
      const events = [fact(`${name} at ${version}`)];
      const appended = await log.append([{ stream: 's', expected: version, events, metadata }]);
      if (appended.ok) won++;
    }
    return won;
  };
  const [first, second] = await Promise.all([race('first'), race('second')]);
  expect(first + second).toBe(100);
  expect((await collect(log.read('s'))).map(({ version }) => version)).toEqual(upTo(100));
});

test('appends to many streams under conflict are whole or not at all', async () => {
  const log = openLog();
  const streams = upTo(6).map((n) => `s${n}`);
  const attempt = async (n: number): Promise<boolean> => {
    const heads = await Promise.all(
      streams.map(async (stream) => (await collect(log.read(stream))).length),
    );
    const appends = streams.map(
      (stream, index): Append => ({
        stream,
        expected: heads[index] ?? 0,
        events: [fact(`${stream} by ${n}`, { by: n })],
        metadata,
      }),
    );
    return (await log.append(appends)).ok;
  };
  const wins = (await Promise.all(upTo(40).map(attempt))).filter((ok) => ok).length;
  expect(wins).toBeGreaterThan(0);
  const writers = await Promise.all(
    streams.map(async (stream) => (await collect(log.read(stream))).map(({ data }) => data)),
  );
  for (const written of writers) expect(written).toEqual(writers[0]);
  expect(writers[0]).toHaveLength(wins);
});

test('who loses reads at once what he lost against', async () => {
  const log = openLog();
  for (let version = 0; version < 30; version++) {
    const results = await Promise.all(
      upTo(4).map(async (n) => {
        const events = [fact(`${n} at ${version}`)];
        const { ok } = await log.append([{ stream: 's', expected: version, events, metadata }]);
        return { ok, seen: (await collect(log.read('s', version))).length };
      }),
    );
    expect(results.map(({ seen }) => seen)).toEqual([1, 1, 1, 1]);
  }
});

test('streams of one name in two logs do not meet', async () => {
  const [one, other] = [openLog(), openLog()];
  await one.append([appendOf('s', 0, 2)]);
  await other.append([appendOf('s', 0, 1)]);
  expect((await follow(one, 2)).map(label)).toEqual(['s/1', 's/2']);
  expect((await follow(other, 1)).map(label)).toEqual(['s/1']);
});

test('a stream whose name is reserved is refused, and so is a checkpoint of another kind', async () => {
  const log = openLog();
  await expect(log.append([appendOf('$s', 0)])).rejects.toThrow('reserved');
  await expect(log.append([appendOf('event-id-s', 0)])).rejects.toThrow('reserved');
  await expect(log.after('12:7' as Recorded['checkpoint'], 1)).rejects.toThrow('not written by');
});
