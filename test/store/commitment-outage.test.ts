import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { CommitmentChecker } from '../../apps/archive-api/src/commitment/commitment-checker.js';
import { storeWithOutages } from '../../libs/storage/src/outage.testing.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

/** So often that a request that were to blame would long have been answered as failed. */
const TRIES = 8;
const ASKED = JSON.stringify([{ sopClass: '1.2.840.10008.5.1.4.1.1.2', instance: '1.2.3.1.1' }]);

let core: ArchiveCore;
beforeAll(async () => {
  core = await archiveCore();
  await core.send([part10(ctSlice({ study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.1' }))]);
  await core.work();
});
afterAll(() => core.close());

const row = async () => {
  const sql = `select attempts, result, claimed_until is not null as held,
    claimed_until < now() + interval '10 seconds' as returned from commitment_requests`;
  const { rows } = await core.pool.query(sql);
  return rows[0] as { attempts: number; result: string | null; held: boolean; returned: boolean };
};
const pause = () => new Promise((go) => setTimeout(go, 10));

test('F55: a commitment request that can’t be checked while the object store is away is checked when it is back, however often it was tried', async () => {
  const { pool, ingest } = core;
  const objects = storeWithOutages(core.store);
  const { findable, ids } = ingest;
  const log = createLog({ name: 'commitment test', level: 'silent' });
  const checker = new CommitmentChecker({ pool, findable, ids, objects: objects.store }, log);
  await pool.query(
    `insert into commitment_requests (hospital, transaction_uid, actor, asked) values ('HOSP-A', '1.2.9', 'test', $1)`,
    [ASKED],
  );
  objects.away(true);
  for (let tries = 0; tries < TRIES; tries++) {
    await pool.query('update commitment_requests set claimed_until = null');
    checker.wake();
    for (let now = await row(); !(now.held && now.returned); now = await row()) await pause();
  }
  expect(await row()).toMatchObject({ attempts: 0, result: null });
  objects.away(false);
  await pool.query('update commitment_requests set claimed_until = null');
  checker.wake();
  while ((await row()).result === null) await pause();
  expect((await row()).result).toBe('[null]');
  await checker.onApplicationShutdown();
});
