import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPlace } from '#storage/read-place';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

let archive: Awaited<ReturnType<typeof archiveCore>>;
beforeAll(async () => {
  archive = await archiveCore();
});
afterAll(() => archive.close());

let study = 0;
const uids = (instance: number, series = 1, of = study) => ({
  study: `1.2.${of}`,
  series: `1.2.${of}.${series}`,
  instance: `1.2.${of}.${series}.${instance}`,
});
const slice = (instance: number, series = 1) =>
  part10(ctSlice(uids(instance, series), { '00200013': ['IS', String(instance)] }));
const viewOf = async (series = 1, hospital = 'HOSP-A') => {
  archive.passTime(2_000);
  const { study: s, series: se } = uids(1, series);
  return archive.ingest.findable.series(archive.ingest.ids.series(hospital, s, se));
};
const store = async (files: readonly Buffer[], hospital?: string, path?: string) => {
  const id = await archive.send(files, hospital, path);
  await archive.work();
  return archive.receipt(id);
};

test('a stored instance is findable with its study, series, place and frame', async () => {
  study++;
  const file = slice(1);
  expect(await store([file])).toMatchObject([
    { part: 0, outcome: 'stored', study: `1.2.${study}` },
  ]);
  const head = await archive.ingest.findable.study('HOSP-A', `1.2.${study}`);
  expect(head?.series).toHaveLength(1);
  const view = await viewOf();
  const [instance] = view?.ordered ?? [];
  expect(instance).toMatchObject({ number: 1, rows: 8, columns: 8, bitsAllocated: 16 });
  expect(instance?.frameIndex).toEqual(['n', file.length - 128, 128, 1]);
  expect((await readPlace(archive.store, instance!.place)).equals(file)).toBe(true);
});

test('the extract holds the whole header as DICOM JSON, sealed', async () => {
  study++;
  await store([slice(1), slice(2)]);
  const view = await viewOf();
  const place = view?.extracts[0];
  const sealed = await readPlace(archive.store, place!);
  expect(sealed.includes('Test')).toBe(false);
  const extract = await archive.readExtract(view!.claim, place!);
  expect(JSON.parse(String(extract?.json[1]))).toMatchObject({
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Test^Person' }] },
    '00200013': { vr: 'IS', Value: [2] },
    '7FE00010': { vr: 'OW' },
  });
});

test('no personal data stands in the log in clear', async () => {
  study++;
  await store([slice(1)]);
  const log = JSON.stringify(
    (await archive.facts()).map(({ stream, data, metadata }) => [stream, data, metadata]),
  );
  for (const personal of ['Test', 'P1', `1.2.${study}`, '19700101'])
    expect(log.includes(personal)).toBe(false);
});

test('many small requests of one series that wait together become one fact', async () => {
  study++;
  await Promise.all([1, 2, 3, 4].map((instance) => archive.send([slice(instance)])));
  await archive.work();
  const stream = `study-${archive.ingest.ids.claim('HOSP-A', `1.2.${study}`)}`;
  const facts = await archive.facts('InstancesStored');
  expect(facts.filter((recorded) => recorded.stream === stream)).toHaveLength(1);
  expect((await viewOf())?.ordered.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
});

test('the same bytes again are a success and no new fact', async () => {
  study++;
  await store([slice(1)]);
  const before = (await archive.facts('InstancesStored')).length;
  expect(await store([slice(1)])).toMatchObject([{ outcome: 'same' }]);
  expect(await archive.facts('InstancesStored')).toHaveLength(before);
});

test('an equal data set with another file meta group is a success; the first bytes stay', async () => {
  study++;
  await store([slice(1)]);
  const again = part10(ctSlice(uids(1)), { '00020013': ['SH', 'OTHER'] });
  expect(await store([again])).toMatchObject([{ outcome: 'same' }]);
  const [held] = (await viewOf())?.ordered ?? [];
  expect((await readPlace(archive.store, held!.place)).equals(slice(1))).toBe(true);
});

test('other content under a known UID is kept aside, listed, and the first stays', async () => {
  study++;
  await store([slice(1)]);
  const other = part10(ctSlice(uids(1), { '00200013': ['IS', '9'] }));
  expect(await store([other, slice(2)])).toMatchObject([
    { part: 0, outcome: 'quarantined', reason: 0x0111, why: 'conflict' },
    { part: 1, outcome: 'stored' },
  ]);
  const { rows } = await archive.pool.query('select * from quarantine where why = $1', [
    'conflict',
  ]);
  expect(rows).toHaveLength(1);
  expect((await viewOf())?.ordered.map(({ number }) => number)).toEqual([1, 2]);
});

test('a conflict within one request keeps the first', async () => {
  study++;
  const other = part10(ctSlice(uids(1), { '00200013': ['IS', '9'] }));
  expect(await store([slice(1), other, slice(1)])).toMatchObject([
    { outcome: 'stored' },
    { outcome: 'quarantined' },
    { outcome: 'same' },
  ]);
});

test('two hospitals hold the same study each for itself', async () => {
  study++;
  await store([slice(1)], 'HOSP-A');
  expect(await store([slice(1)], 'HOSP-B')).toMatchObject([{ outcome: 'stored' }]);
  expect((await viewOf(1, 'HOSP-A'))?.claim).not.toBe((await viewOf(1, 'HOSP-B'))?.claim);
});

test('another study than the one of the path is refused', async () => {
  study++;
  expect(await store([slice(1)], 'HOSP-A', '1.2.99999')).toMatchObject([
    { outcome: 'refused', reason: 0xa900, why: 'other-study' },
  ]);
});

test('bytes that are not DICOM are kept aside and what comes with them is stored', async () => {
  study++;
  expect(await store([Buffer.from('not an image at all'), slice(1)])).toMatchObject([
    { outcome: 'quarantined', reason: 0xc000, why: 'unreadable' },
    { outcome: 'stored' },
  ]);
});

test('settling moves a study into its own pack; instances, order and headers stay the same', async () => {
  study++;
  await store([slice(2), slice(1, 2)]);
  await store([slice(1), slice(3)]);
  const before = await viewOf();
  const claim = before!.claim;
  expect(await settleStudy(archive.settle, { claim, hospital: 'HOSP-A' })).toBe(1);
  const after = await viewOf();
  expect(after?.settled).toBe(true);
  expect(after?.ordered.map(({ instance }) => instance)).toEqual(
    before?.ordered.map(({ instance }) => instance),
  );
  for (const { place, number } of after?.ordered ?? []) {
    expect(place.key).toContain('packs/settled/');
    expect((await readPlace(archive.store, place)).equals(slice(number!))).toBe(true);
  }
  const extract = await archive.readExtract(claim, after!.extracts[0]!);
  expect(extract?.json.map((json) => JSON.parse(String(json))['00200013'].Value[0])).toEqual([
    1, 2, 3,
  ]);
  expect(await settleStudy(archive.settle, { claim, hospital: 'HOSP-A' })).toBe(0);
});

test('a study that grows after it was settled is settled again, and all of it is still there', async () => {
  await store([slice(4)]);
  const claim = (await viewOf())!.claim;
  expect(await settleStudy(archive.settle, { claim, hospital: 'HOSP-A' })).toBe(1);
  expect((await viewOf())?.ordered.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
});

test('a rebuild of everything so far gives the same rows, and is what is read from then on', async () => {
  const report = await archive.rebuild();
  expect(report).toMatchObject({
    switched: true,
    differing: { studies: 0, series: 0, segments: 0, packs: 0 },
  });
  archive.passTime(2_000);
  expect(await store([slice(5)])).toMatchObject([{ outcome: 'stored' }]);
  expect((await viewOf())?.ordered.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
});
