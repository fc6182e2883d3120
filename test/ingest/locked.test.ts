import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SWITCH_LOCK } from '#index/switch-lock';
import { createLog } from '#platform/log';
import { createPool } from '#platform/postgres-pool';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

let archive: ArchiveCore;
beforeAll(async () => {
  archive = await archiveCore();
});
afterAll(() => archive.close());

const FILE = part10(ctSlice({ study: '1.2.9', series: '1.2.9.1', instance: '1.2.9.1.1' }));
/** More than the attempts after which a job is kept aside. */
const WAITS = 7;

test('a store that waits for a rebuild’s lock, however long, is stored, and no attempt is counted', async () => {
  const commitPool = createPool({
    url: archive.url,
    name: 'arkim test',
    pipeline: true,
    lockMsMax: 50,
  });
  const holder = await archive.pool.connect();
  await holder.query('select pg_advisory_lock(hashtext($1))', [SWITCH_LOCK]);
  const job = await archive.send([FILE]);
  let waits = 0;
  const log = createLog({
    name: 'test',
    level: 'warn',
    destination: {
      write: (line) => {
        if (line.includes('a lock was not free in time')) waits++;
      },
    },
  });
  const stop = new AbortController();
  const running = runIngest(
    {
      ingest: { ...archive.ingest, commitPool },
      pool: archive.pool,
      log,
      awaitWork: () => delay(5),
      pause: () => delay(5),
    },
    stop.signal,
  );
  while (waits < WAITS) {
    await archive.pool.query(
      'update ingest_jobs set claimed_until = null where completed_at is null',
    );
    await delay(5);
  }
  const { rows } = await archive.pool.query('select attempts from ingest_jobs where id = $1', [
    job,
  ]);
  await holder.query('select pg_advisory_unlock_all()');
  holder.release();
  await expect.poll(() => archive.receipt(job), { timeout: 20_000 }).toBeDefined();
  stop.abort();
  await running;
  await commitPool.end();
  /* One attempt stays counted, and either lane of the worker may just have held it. */
  expect(rows[0]?.attempts).toBeLessThanOrEqual(3);
  expect(await archive.receipt(job)).toMatchObject([{ outcome: 'stored' }]);
});
