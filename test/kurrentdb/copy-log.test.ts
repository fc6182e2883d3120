import { afterAll, expect, test } from 'vitest';
import { type CopyProgress, copyLog } from '../../libs/events/src/copy-log.js';
import type { Append, EventStore } from '../../libs/events/src/event-store.js';
import {
  appendOf,
  collect,
  fact,
  follow,
  metadata,
} from '../../libs/events/src/event-store.testing.js';
import { kurrentLogTarget } from '../../libs/events/src/kurrentdb/kurrent-log-target.js';
import { postgresEventStore } from '../../libs/events/src/postgres/postgres-event-store.js';
import { testDatabase } from '../support/postgres.js';
import { newPrefix, serverUrl } from './server.js';

const database = await testDatabase();
const targets: { close: () => Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(targets.map((target) => target.close()));
  await database.close();
});

const EVENTS = 1_540;
const quiet: CopyProgress = () => undefined;
const openTarget = (prefix = newPrefix()) => {
  const target = kurrentLogTarget({ url: serverUrl(), prefix });
  targets.push(target);
  return target;
};

const sealedFact = (stream: string, version: number, bytes: number): Append => ({
  stream,
  expected: version - 1,
  events: [
    {
      ...fact(`${stream}/${version}`, {
        text: 'é "\u0000 \ud83d\ude00',
        list: [1, null, { a: 1.5 }],
      }),
      schema: 2,
      sealed: {
        keyId: 'key',
        nonce: 'AAECAwQFBgcICQoL',
        ciphertext: Buffer.alloc(bytes, version).toString('base64'),
      },
    },
  ],
  metadata: { ...metadata, actor: `actor of ${version}` },
});

/* Streams that come back again and again, large events, and streams of one append. */
async function fill(log: EventStore): Promise<void> {
  for (let version = 1; version <= 40; version++)
    await log.append([
      sealedFact('a', version, 100_000),
      appendOf(`once-${version}`, 0, 6),
      sealedFact('b', version, 10),
      sealedFact('c', version, 1),
    ]);
  await log.append([appendOf('long', 0, EVENTS - 40 * 9)]);
}

const source = postgresEventStore(database.pool);
await fill(source);
const all = await follow(source, EVENTS, { limit: 1_000 });
const without = <T extends { checkpoint: unknown }>({ checkpoint: _, ...event }: T) => event;

test('a log moves from PostgreSQL with its ids, versions, order, seals and times', async () => {
  const target = openTarget();
  const report = await copyLog(source, target, quiet);
  expect(report).toEqual({ events: EVENTS, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const copied = await follow(target, EVENTS, { limit: 1_000 });
  expect(copied.map(without)).toEqual(all.map(without));
  expect((await collect(target.read('a'))).map(without)).toEqual(
    (await collect(source.read('a'))).map(without),
  );
  expect(await copyLog(source, target, quiet)).toEqual(report);
});

test('a copy that was broken off goes on where it was, and repeats are still known', async () => {
  const target = openTarget();
  const broken = copyLog(source, target, () => {
    throw new Error('broken off');
  });
  await expect(broken).rejects.toThrow('broken off');
  const copied: number[] = [];
  await copyLog(source, target, (stage, events) => stage === 'copied' && copied.push(events));
  expect(copied.at(-1)).toBeGreaterThan(0);
  expect(copied.at(-1)).toBeLessThan(EVENTS);
  expect(await target.append([appendOf('long', 0, 3)])).toEqual({ ok: true, versions: [3] });
  expect(await target.append([sealedFact('a', 41, 5)])).toEqual({ ok: true, versions: [41] });
});

test('a target that holds another log is refused', async () => {
  const strange = openTarget();
  await strange.append([appendOf('elsewhere', 0)]);
  await expect(copyLog(source, strange, quiet)).rejects.toThrow('no copy of it');
  const longer = openTarget();
  await copyLog(source, longer, quiet);
  await longer.append([appendOf('elsewhere', 0)]);
  await expect(copyLog(source, longer, quiet)).rejects.toThrow('no copy of it');
  const other = openTarget();
  await other.append([appendOf('once-1', 0, 6)]);
  await expect(copyLog(source, other, quiet)).rejects.toThrow();
});
