import { afterEach, beforeEach, expect, test } from 'vitest';
import { MasterKeyUnavailable } from '#events/master-key';
import { createLog } from '#platform/log';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

/** So often that a job that were to blame would long have been kept aside. */
const ROUNDS = 12;

let archive: ArchiveCore;
let away = false;
beforeEach(async () => {
  archive = await archiveCore();
});
afterEach(() => archive.close());

const log = createLog({ name: 'outage test', level: 'silent' });

/* The worker's loop for the time of `during`; each time that it looks for work, all jobs are due. */
async function working(during: (round: number) => Promise<boolean>): Promise<void> {
  const stop = new AbortController();
  let rounds = 0;
  const awaitWork = async () => {
    rounds += 1;
    await archive.pool.query(
      'update ingest_jobs set claimed_until = null where claimed_until > now()',
    );
    if (await during(rounds)) stop.abort();
  };
  const { ingest, pool } = archive;
  const keys = {
    ...ingest.keys,
    ensure: async (ids: readonly string[]) => {
      if (away) throw new MasterKeyUnavailable('the token is away');
      return ingest.keys.ensure(ids);
    },
  };
  await runIngest(
    { ingest: { ...ingest, keys }, pool, log, awaitWork, pause: awaitWork },
    stop.signal,
  );
}

test('F49: while the device of the master key is away jobs wait, however long, and none is kept aside', async () => {
  const uids = { study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.1' };
  const job = await archive.send([part10(ctSlice(uids))]);
  away = true;
  await working(async (round) => round >= ROUNDS);
  expect(await archive.receipt(job)).toBeUndefined();
  expect((await archive.pool.query('select 1 from quarantine')).rowCount).toBe(0);
  away = false;
  await working(async () => (await archive.receipt(job)) !== undefined);
  expect(await archive.receipt(job)).toMatchObject([{ outcome: 'stored' }]);
});
