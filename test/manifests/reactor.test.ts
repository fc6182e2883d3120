import { afterEach, beforeEach, expect, test } from 'vitest';
import { openManifest } from '#index/manifest-content';
import { looked, takeChanged } from '../../apps/ingest-worker/src/manifests/changed-claims.js';
import { sliceOf } from '../identity/people.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { publishAll } from './publish-all.js';

let archive: ArchiveCore;
beforeEach(async () => {
  archive = await archiveCore();
});
afterEach(() => archive.close());

const query = async (sql: string, values: readonly unknown[] = []) =>
  (await archive.pool.query(sql, [...values])).rows;
const store = async (study: number, instance = 1) => {
  await archive.send([sliceOf(study, 'anna', { instance })]);
  await archive.work();
};
const claimOf = (study: number) => archive.ingest.ids.claim('HOSP-A', `1.2.${study}`);
const touch = (study: number) => query('select touch_manifests(array[$1], true)', [claimOf(study)]);
const types = async () =>
  (await archive.facts()).map(({ type }) => type).filter((type) => type.startsWith('Manifest'));

test('a study is published once, however often it is looked at', async () => {
  await store(1);
  expect(await publishAll(archive)).toEqual(['changed']);
  expect(await publishAll(archive)).toEqual([]);
  await touch(1);
  expect(await publishAll(archive)).toEqual(['unchanged']);
  expect(await types()).toEqual(['ManifestPublished']);
});

test('a study that is being stored waits until nothing comes, but less than a minute', async () => {
  await store(1);
  const due = async () =>
    (
      await query(
        'select extract(epoch from due_at - now())::int as seconds, urgent from manifest_queue',
      )
    )[0];
  expect((await due()).seconds).toBeLessThanOrEqual(10);
  await query(`update manifest_queue set since = now() - interval '38 seconds'`);
  await store(1, 2);
  expect((await due()).seconds).toBeLessThanOrEqual(2);
});

test('M1: what changes while it is looked at is looked at again', async () => {
  await store(1);
  const [taken] = await takeChanged(archive.pool, 60);
  await store(1, 2);
  await looked(archive.pool, taken!, null);
  expect(await publishAll(archive)).toEqual(['changed']);
  const [{ documents }] = await query('select documents from manifests');
  expect(JSON.parse(documents)).toHaveLength(3);
});

test('two workers at once publish once', async () => {
  await store(1);
  const both = [1, 2].map(() => archive.manifests.publish(claimOf(1)));
  const outcomes = (await Promise.all(both)).map(({ outcome }) => outcome);
  expect(outcomes.toSorted()).toEqual(['changed', 'unchanged']);
  expect(await types()).toEqual(['ManifestPublished']);
});

test('M3: documents that are lost are made again, byte for byte', async () => {
  await store(1);
  await publishAll(archive);
  const contents = async () => {
    const key = (await archive.ingest.keys.find([claimOf(1)])).get(claimOf(1));
    if (key === undefined || key === 'destroyed') throw new Error('no key');
    const rows = await query('select manifest, encoding, body from manifest_contents order by 2');
    return rows.map(({ body, ...named }) => openManifest(key.secret, named as never, body));
  };
  const before = await contents();
  await query('delete from manifest_contents');
  await touch(1);
  await publishAll(archive);
  expect(before).toHaveLength(3);
  expect(await contents()).toEqual(before);
  expect(await types()).toEqual(['ManifestPublished']);
});

test('M2: a fact whose rows did not commit, the log being elsewhere, gets them and its documents', async () => {
  await store(1);
  await publishAll(archive);
  const before = await query('select * from manifests');
  for (const table of ['manifests', 'manifest_contents']) await query(`delete from ${table}`);
  await touch(1);
  await publishAll(archive);
  expect(await query('select * from manifests')).toEqual(before);
  expect(await query('select encoding from manifest_contents')).toHaveLength(3);
  expect(await types()).toEqual(['ManifestPublished']);
});

test('an opposition that will hold is looked at again when it does', async () => {
  await store(1);
  await publishAll(archive);
  const [{ patient, person }] = await query('select patient, person from study_access');
  await query(
    `insert into oppositions (id, patient, person, valid_from) values ('later', $1, $2, now() + interval '1 hour')`,
    [patient, person],
  );
  expect(await publishAll(archive)).toEqual(['unchanged']);
  const [{ minutes }] = await query(
    'select round(extract(epoch from due_at - now()) / 60)::int as minutes from manifest_queue',
  );
  expect(minutes).toBe(60);
});

test('nothing personal stands in the log in clear, nor in a document that is kept', async () => {
  await store(1);
  await publishAll(archive);
  const told = JSON.stringify(await archive.facts('ManifestPublished'));
  expect(told).toContain(claimOf(1));
  for (const secret of ['1.2.1', 'anna', 'Person', 'Thorax', 'A1"'])
    expect(told).not.toContain(secret);
  const [{ body }] = await query('select body from manifest_contents limit 1');
  expect(body.toString('latin1')).not.toContain('1.2.1.1');
});

test('a rebuild from the log gives the same rows, after a replacement and a withdrawal', async () => {
  await store(1);
  await store(2);
  await publishAll(archive);
  await store(1, 2);
  await publishAll(archive);
  await query(`update study_access set state = 'rejected-safety' where claim = $1`, [claimOf(2)]);
  await publishAll(archive);
  expect(await types()).toEqual([
    ...['ManifestPublished', 'ManifestPublished', 'ManifestReplaced', 'ManifestWithdrawn'],
  ]);
  const rows = await query('select manifest, status, revision from manifests order by revision');
  expect(rows.map(({ status }) => status)).toEqual(['superseded', 'current']);
  expect(await archive.rebuildTable('manifests')).toMatchObject({ rows: 2, shown: [] });
  await query(`update manifests set accession = 'other', status = 'current'`);
  await archive.rebuildTable('manifests', { repair: true });
  expect(await query('select manifest, status, revision from manifests order by revision')).toEqual(
    rows,
  );
});
