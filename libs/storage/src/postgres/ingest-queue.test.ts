import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import type { Enqueue, IngestJob } from '../ingest-job.js';
import { memoryObjectStore } from '../memory/memory-object-store.js';
import { packKey } from '../pack.js';
import { smallPackId } from '../small-landing.js';
import { ingestQueue } from './ingest-queue.js';
import { withSmallPacks } from './small-packs.js';

let database: TestDatabase;
let enqueue: Enqueue;
beforeAll(async () => {
  database = await testDatabase();
  enqueue = ingestQueue(database.pool);
});
afterAll(() => database.close());

const jobOf = (sha256: string, bodies: IngestJob['bodies'] = []): IngestJob => ({
  id: randomUUID(),
  hospital: 'HOSP-A',
  actor: 'someone',
  study: null,
  packs: [],
  parts: [{ part: 0, pack: 0, offset: 0, bytes: 1, sha256 }],
  bodies,
});
const bodyOf = (text: string) => ({
  key: packKey('landing', smallPackId()),
  body: Buffer.from(text),
});

/** Whether all that was written to the log of the database before is durable now. */
const isFlushedTo = async (position: string): Promise<boolean> => {
  const { rows } = await database.pool.query(
    'select pg_current_wal_flush_lsn() >= $1::pg_lsn as flushed',
    [position],
  );
  return rows[0].flushed;
};
const position = async (): Promise<string> => {
  const { rows } = await database.pool.query('select pg_current_wal_insert_lsn() as position');
  return rows[0].position;
};

test('who is told of the acceptance is told it when it is durable, also of a job that was not flushed', async () => {
  const first = jobOf('a');
  await enqueue(first, 'receipt');
  const committed = await position();
  expect(await enqueue(jobOf('a'), 'acceptance')).toEqual({ id: first.id, joined: true });
  expect(await isFlushedTo(committed)).toBe(true);
  const before = await position();
  expect(await enqueue(jobOf('b'))).toMatchObject({ joined: false });
  expect(await isFlushedTo(before)).toBe(true);
});

test('the bodies of jobs that are accepted together commit with them, and those of a job that is joined are not kept', async () => {
  const bodies = ['one', 'two', '', 'four'].map(bodyOf);
  const [one, two, empty, four] = bodies;
  const again = bodyOf('one');
  const outcomes = await Promise.all([
    enqueue(jobOf('c', [one!]), 'receipt'),
    enqueue(jobOf('d', [two!, empty!]), 'receipt'),
    enqueue(jobOf('e'), 'receipt'),
    enqueue(jobOf('f', [four!]), 'acceptance'),
    enqueue(jobOf('c', [again]), 'receipt'),
  ]);
  expect(outcomes.map(({ joined }) => joined)).toEqual([false, false, false, false, true]);
  const store = withSmallPacks(memoryObjectStore({ nowMs: () => 1, bytesMax: 1 }), database.pool);
  for (const { key, body } of bodies)
    expect(await store.read(key, { start: 0, end: body.length })).toEqual(body);
  expect(await store.size(again.key)).toBeUndefined();
  const listed = await Array.fromAsync(store.list('packs/landing/'));
  expect(listed.map(({ key }) => key).sort()).toEqual(bodies.map(({ key }) => key).sort());
  await store.remove(four!.key);
  expect(await store.size(four!.key)).toBeUndefined();
});
