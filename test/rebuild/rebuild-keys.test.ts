import { afterEach, beforeEach, expect, test } from 'vitest';
import { packStream } from '#archive/catalogue';
import { KEY_CACHE_MS } from '#events/key-ring';
import { uuid5 } from '#events/uuid5';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { type FilledArchive, filledArchive, slice } from './filled-archive.js';

let filled: FilledArchive;
beforeEach(async () => {
  filled = await filledArchive();
});
afterEach(() => filled.close());

const reservationsOf = async (study: number) => {
  const sql = 'select * from reservations where claim = $1 order by 1';
  return (await filled.archive.pool.query(sql, [filled.claimOf(study)])).rows;
};
const loseKey = async (study: number) => {
  await filled.archive.pool.query('delete from sealing_keys where key_id = $1', [
    filled.claimOf(study),
  ]);
  filled.archive.passTime(KEY_CACHE_MS + 1);
};
const destroyKey = (study: number) => filled.archive.ingest.keys.destroy(filled.claimOf(study));
const findStudies = async () => {
  filled.archive.passTime(2_000);
  const found = ['1.2.1', '1.2.2'].map((uid) =>
    filled.archive.ingest.findable.study('HOSP-A', uid),
  );
  return (await Promise.all(found)).map((study) => study !== undefined);
};

test('F41: reservations of a study whose key is destroyed stay as they are; all others are compared and put right', async () => {
  const { pool, rebuildTable } = filled.archive;
  await destroyKey(1);
  expect(await rebuildTable('reservations')).toMatchObject({ shown: [], rows: 3, setAside: 3 });
  const kept = [await reservationsOf(1), await reservationsOf(2)];
  await pool.query('delete from reservations where claim = $1', [filled.claimOf(2)]);
  const report = await rebuildTable('reservations', { repair: true });
  expect(report).toMatchObject({ missing: 3, extra: 0, changed: 0, setAside: 3, repaired: true });
  expect([await reservationsOf(1), await reservationsOf(2)]).toEqual(kept);
});

test('F41: a study whose key is destroyed is left out of what is findable, also when it was settled', async () => {
  const { archive, claimOf, store } = filled;
  await settleStudy(archive.settle, { claim: claimOf(1), hospital: 'HOSP-A' });
  await store(slice(1, 4));
  await destroyKey(1);
  expect(await archive.rebuild()).toMatchObject({
    differing: { studies: 1, series: 1, segments: 2, packs: 0 },
    switched: false,
  });
  expect(await findStudies()).toEqual([true, true]);
  expect(await archive.rebuild({ repair: true })).toMatchObject({ switched: true });
  expect(await findStudies()).toEqual([false, true]);
  expect(await archive.rebuild()).toMatchObject({ switched: true });
});

test('F41: a study whose key is destroyed needs none of its packs', async () => {
  const { archive, claimOf } = filled;
  const sql = `select distinct unnest(packs) as pack from findable_1.segments where claim = $1`;
  const { rows } = await archive.pool.query(sql, [claimOf(1)]);
  await destroyKey(1);
  const removals = rows.map(({ pack }) => removal(pack));
  expect(await archive.log.append(removals)).toMatchObject({ ok: true });
  expect(await archive.rebuild({ repair: true })).toMatchObject({
    differing: { studies: 1, packs: rows.length },
    switched: true,
  });
});

const removal = (pack: string) => ({
  stream: packStream(pack),
  expected: 1,
  events: [{ id: uuid5(pack, 'removed'), type: 'PackRemoved', schema: 1, data: { pack, key: '' } }],
  metadata: { actor: 'test', correlationId: pack, causationId: pack },
});

test('F42: a key that is lost, not destroyed, stops what needs it and changes nothing', async () => {
  const { archive } = filled;
  const kept = await reservationsOf(1);
  await loseKey(1);
  await expect(archive.rebuildTable('reservations', { repair: true })).rejects.toThrow(
    'its key is missing',
  );
  await expect(archive.rebuild({ repair: true })).rejects.toThrow('its key is missing');
  expect(await reservationsOf(1)).toEqual(kept);
  expect(await findStudies()).toEqual([true, true]);
});

test('hospitals and what is kept aside need no key', async () => {
  const { pool, rebuildTable } = filled.archive;
  await destroyKey(1);
  await loseKey(2);
  await pool.query('delete from hospitals');
  await pool.query('delete from quarantine');
  expect(await rebuildTable('hospitals', { repair: true })).toMatchObject({ missing: 2 });
  expect(await rebuildTable('quarantine', { repair: true })).toMatchObject({ missing: 4 });
  expect(await rebuildTable('hospitals')).toMatchObject({ shown: [], rows: 2, setAside: 0 });
  expect(await rebuildTable('quarantine')).toMatchObject({ shown: [], rows: 4, setAside: 0 });
});
