import { afterAll, beforeAll, expect, test } from 'vitest';
import { rejectionsOf } from '#index/postgres/rejections';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { placeBeside } from '../support/log.js';
import { HOSPITAL, image, NO_DIFFERENCE, noteOn } from './rejecting-archive.js';

let archive: ArchiveCore;
beforeAll(async () => {
  archive = await archiveCore(undefined, placeBeside());
});
afterAll(() => archive.close());

const send = async (...files: readonly Buffer[]) => {
  const job = await archive.send(files);
  await archive.work();
  return (await archive.receipt(job))?.map(({ outcome }) => outcome);
};
const seen = async () => {
  const { ids, findable } = archive.ingest;
  const view = await findable.series(ids.series(HOSPITAL, '1.2.1', '1.2.1.1'), { fresh: true });
  return view?.ordered.map(({ instance }) => instance);
};
const stateOf = async () => {
  const { rows } = await archive.pool.query('select claim, state from study_access');
  return rows.map(({ state }) => state);
};

test('with the log elsewhere notes hide, and revocations show, as with the log within', async () => {
  expect(await send(image(1, 1, 1), image(1, 1, 2))).toEqual(['stored', 'stored']);
  expect(await send(noteOn(1, '113037', [[1, 1]]))).toEqual(['stored']);
  expect(await seen()).toEqual(['1.2.1.1.2']);
  const held = rejectionsOf({ pool: archive.pool, findable: archive.ingest.findable });
  const { items } = await held.list(HOSPITAL, { after: '', studiesMax: 10 });
  for (const one of items) await held.revoke({ ...one, hospital: HOSPITAL, actor: 'test' });
  expect(await archive.revoke()).toBe(1);
  expect(await seen()).toEqual(['1.2.1.1.1', '1.2.1.1.2']);
  expect((await archive.facts('RejectionRevoked')).length).toBe(1);
  expect(await archive.rebuild()).toMatchObject(NO_DIFFERENCE);
});

test('rows that were lost after the log had their facts are made again as they were', async () => {
  const rejects = [
    [1, 1],
    [1, 2],
  ] as const;
  expect(await send(noteOn(1, '113001', rejects, { instance: '1.2.1.900.5' }))).toEqual(['stored']);
  expect([await seen(), await stateOf()]).toEqual([undefined, ['rejected-quality']]);
  const { rows } = await archive.pool.query('select active from projections');
  const schema = `findable_${rows[0].active}`;
  for (const table of ['unseen_studies', 'unseen_series', 'rejected', 'segments'])
    await archive.pool.query(`delete from ${schema}.${table}`);
  await archive.pool.query(`update study_access set state = 'active'`);
  await archive.ingest.putRight([archive.ingest.ids.claim(HOSPITAL, '1.2.1')]);
  expect([await seen(), await stateOf()]).toEqual([undefined, ['rejected-quality']]);
  expect(await archive.rebuild()).toMatchObject(NO_DIFFERENCE);
});
