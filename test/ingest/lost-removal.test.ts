import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '#events/log';
import { beginAppend } from '../../apps/archive-cli/src/archive-cli.module.js';
import { readQuarantined } from '../../apps/archive-cli/src/quarantine/quarantined.js';
import { resolveQuarantined } from '../../apps/archive-cli/src/quarantine/resolve.js';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { retireFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { duePacks, retirePack } from '../../apps/retention-worker/src/retire/retire-pack.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { placeBeside } from '../support/log.js';
import { ctSlice, part10 } from '../support/part10.js';

let archive: ArchiveCore;
beforeEach(async () => {
  archive = await archiveCore(undefined, placeBeside());
});
afterEach(() => archive.close());

/** The fact is in the log, and who appended it dies before its rows commit. */
const dying = (): Log => ({
  ...archive.log,
  append: async (appends) => {
    await archive.log.append(appends);
    throw new Error('it dies');
  },
});
const retireBy = (log: Log) => {
  const { pool, store } = archive;
  return { pool, store, ...retireFrom(pool, log) };
};
const equal = { studies: 0, series: 0, segments: 0, packs: 0 };

test('K5: a pack whose removal was told, and whose rows did not commit, is removed in the next round, and told of once', async () => {
  await archive.send([
    part10(ctSlice({ study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.1' })),
  ]);
  await archive.work();
  const claim = archive.ingest.ids.claim('HOSP-A', '1.2.3');
  expect(await settleStudy(archive.settle, { claim, hospital: 'HOSP-A' })).toBe(1);
  await archive.pool.query('update retire_queue set due_at = now() - interval $$1 s$$');
  const due = await duePacks(archive.pool);
  expect(due).toHaveLength(2);
  for (const pack of due) {
    await expect(retirePack(retireBy(dying()), pack)).rejects.toThrow('it dies');
    expect(await retirePack(retireBy(archive.log), pack)).toBe('removed');
  }
  expect(await archive.facts('PackRemoved')).toHaveLength(2);
  expect(await archive.rebuild()).toMatchObject({ differing: equal, switched: true });
});

test('a pack that an intent names is no orphan, also when no fact names it yet', async () => {
  const pack = '0b0e2b3c-0000-4000-8000-00000000000a';
  const { named } = retireFrom(archive.pool, archive.log);
  expect(await named([pack])).toEqual(new Set());
  await archive.pool.query(
    `insert into log_intents (id, claims, streams, appends) values (gen_random_uuid(), '{}', $1, '[]')`,
    [[`pack-${pack}`]],
  );
  expect(await named([pack])).toEqual(new Set([pack]));
});

test('K6: a decision whose fact was recorded stands, whatever is decided after its rows were lost', async () => {
  const { pool } = archive;
  await archive.send([Buffer.from('no image')]);
  await archive.work();
  const { rows } = await pool.query('select id from quarantine');
  const part = await readQuarantined(pool, rows[0].id);
  if (part === undefined) throw new Error('nothing is kept aside');
  const openBy = (log: Log) => ({
    pool,
    begin: (client: Parameters<typeof beginAppend>[0]) => beginAppend(client, log),
    logWithin: () => log,
  });
  await expect(resolveQuarantined(openBy(dying()), part, 'returned')).rejects.toThrow('it dies');
  expect(await readQuarantined(pool, part.id)).toMatchObject({ outcome: null });
  await expect(resolveQuarantined(openBy(archive.log), part, 'discarded')).rejects.toThrow(
    'this was returned before',
  );
  expect(await readQuarantined(pool, part.id)).toMatchObject({ outcome: 'returned' });
  expect(await archive.rebuildTable('quarantine')).toMatchObject({ shown: [] });
});
