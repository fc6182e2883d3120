import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HANDED_PARTS_MAX, type HandOver, openHandOver } from './hand-over.js';
import { handOverSocket } from './hand-over-socket.js';
import { hearHandedOver, type TakeHanded } from './handed-over.js';
import type { IngestJob } from './ingest-job.js';

const MS = 10_000;

let folder: string;
let path: string;
let edge: HandOver;
let faults: unknown[];
let workers: (() => Promise<void>)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-hand-'));
  path = handOverSocket(folder) as string;
  [faults, workers] = [[], []];
});
afterEach(async () => {
  edge.close();
  for (const end of workers) await end();
  await rm(folder, { recursive: true });
});

const part = (number: number) => ({ part: number, pack: 0, offset: 0, bytes: 1, sha256: 'ab' });
const job = (id: string, parts = 1): IngestJob => ({
  id,
  hospital: 'HOSP-A',
  actor: 'someone',
  study: null,
  packs: [{ pack: 'p', key: 'packs/landing/p', bytes: 1 }],
  parts: Array.from({ length: parts }, (_, number) => part(number)),
});

/** A worker that answers by `take`; resolves to what ends it. */
function hear(take: TakeHanded): () => Promise<void> {
  const stop = new AbortController();
  const failed = (cause: unknown) => void faults.push(cause);
  const ended = hearHandedOver(path, take, { signal: stop.signal, failed });
  const end = () => {
    stop.abort();
    return ended;
  };
  workers.push(end);
  return end;
}

/** Hands jobs over until one is answered: connecting takes its time. */
async function untilAnswered(id: string): Promise<string> {
  for (;;) {
    const receipt = await edge.give(job(id), MS);
    if (receipt !== undefined) return receipt;
    await new Promise((go) => setTimeout(go, 10));
  }
}

test('a job comes to the worker as it was given, and its receipt back', async () => {
  const taken: IngestJob[] = [];
  hear(async (given) => {
    taken.push(given);
    return `receipt of ${given.id}`;
  });
  edge = openHandOver(path);
  await untilAnswered('first');
  const bodies = ['one', 'other'].map((text) => ({ key: text, body: Buffer.from(text) }));
  const given = { ...job('second', 2), study: '1.2', bodies };
  expect(await edge.give(given, MS)).toBe('receipt of second');
  expect(taken.at(-1)).toEqual(given);
});

test('while nobody listens, and when the worker says so, a job is to be queued', async () => {
  edge = openHandOver(path);
  expect(await edge.give(job('early'), MS)).toBeUndefined();
  hear(async ({ id }) => (id === 'refused' ? undefined : 'receipt'));
  await untilAnswered('taken');
  expect(await edge.give(job('refused'), MS)).toBeUndefined();
});

test('F18: when the worker goes away, jobs under way are to be queued, and the next worker is found', async () => {
  const begun = Promise.withResolvers<void>();
  const end = hear(({ id }) => {
    if (id === 'ready') return Promise.resolve('receipt');
    begun.resolve();
    return new Promise(() => undefined);
  });
  edge = openHandOver(path);
  await untilAnswered('ready');
  const given = edge.give(job('lost'), MS);
  await begun.promise;
  await end();
  expect(await given).toBeUndefined();
  hear(async () => 'from the next');
  expect(await untilAnswered('after')).toBe('from the next');
});

test('a worker that is too slow, or a job that is too long, leaves the job to the queue', async () => {
  const taken: string[] = [];
  hear(({ id }) => {
    taken.push(id);
    return id === 'slow' ? new Promise(() => undefined) : Promise.resolve('receipt');
  });
  edge = openHandOver(path);
  await untilAnswered('ready');
  expect(await edge.give(job('slow'), 1)).toBeUndefined();
  expect(await edge.give(job('long', HANDED_PARTS_MAX + 1), MS)).toBeUndefined();
  const body = Buffer.alloc(1024 * 1024);
  expect(await edge.give({ ...job('large'), bodies: [{ key: 'k', body }] }, MS)).toBeUndefined();
  expect(taken.filter((id) => id === 'long' || id === 'large')).toEqual([]);
});

test('who speaks otherwise is cut off, and the others are served', async () => {
  hear(async () => 'receipt');
  edge = openHandOver(path);
  await untilAnswered('ready');
  for (const nonsense of [Buffer.alloc(64, 255), Buffer.from('\0\0\0\x08\0\0\0\x04nonsense')]) {
    const socket = connect(path);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.write(nonsense);
    await closed;
  }
  expect(await edge.give(job('fine'), MS)).toBe('receipt');
});

test('where a worker listens already, a second one leaves it in place', async () => {
  hear(async () => 'from the first');
  edge = openHandOver(path);
  await untilAnswered('ready');
  await hear(async () => 'from the second')();
  expect(faults).toHaveLength(1);
  expect(await edge.give(job('next'), MS)).toBe('from the first');
});

test('a path that a socket cannot have is none', () => {
  edge = openHandOver(path);
  expect(handOverSocket(join(folder, 'long'.repeat(30)))).toBeUndefined();
});
