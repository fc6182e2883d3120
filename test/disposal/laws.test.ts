import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disposeNext } from '../../apps/retention-worker/src/disposal/run-disposal.js';
import { type DisposalArchive, disposalArchive, slice } from './disposal-archive.js';
import { dispute, hold, schedule } from './due.js';

const RUNS = 6;
const OPERATIONS_MAX = 14;

let archive: DisposalArchive;
beforeAll(async () => {
  archive = await disposalArchive();
});
afterAll(() => archive.close());

const OPERATIONS = ['step', 'step', 'step', 'settle', 'hold', 'release', 'dispute', 'end'] as const;
type Operation = (typeof OPERATIONS)[number];

const isGone = async (claim: string): Promise<boolean> => {
  const { rowCount } = await archive.pool.query('select 1 from tombstones where claim = $1', [
    claim,
  ]);
  return rowCount === 1;
};

/** Whether anything keeps the study at this moment, computed already or not. */
const isKept = async (claim: string): Promise<boolean> => {
  const { rowCount } = await archive.pool.query(
    `select 1 from study_holds where claim = $1 union all
     select 1 from retention_disputes where subject = $1 and until_day is null`,
    [claim],
  );
  return rowCount !== 0;
};

const doOne = async (operation: Operation, claim: string): Promise<void> => {
  const { pool, hurry, settle, ports } = archive;
  if (operation === 'step') {
    await hurry();
    await disposeNext(ports);
  }
  if (operation === 'settle') await settle();
  if (operation === 'hold' || operation === 'release')
    await hold(pool, claim, operation === 'hold');
  if (operation === 'dispute') await dispute(pool, claim);
  if (operation === 'end') {
    await pool.query('delete from retention_disputes where subject = $1', [claim]);
    await schedule(pool);
  }
};

test('no study is disposed of while it is held or disputed, whatever comes in which order', async () => {
  let study = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...OPERATIONS), { minLength: 6, maxLength: OPERATIONS_MAX }),
      async (operations) => {
        const uid = `1.2.40.98765.900.${++study}`;
        await archive.send(slice(1, uid));
        const claim = archive.ids.claim('HOSP-A', uid);
        await archive.approved([claim]);
        for (const operation of operations) {
          const wasGone = await isGone(claim);
          const isSafe = await isKept(claim);
          await doOne(operation, claim);
          if (isSafe && !wasGone && operation === 'step') expect(await isGone(claim)).toBe(false);
        }
        await hold(archive.pool, claim, false);
        await doOne('end', claim);
        await archive.dispose();
      },
    ),
    { numRuns: RUNS },
  );
});
