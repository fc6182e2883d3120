import { afterEach, beforeEach, expect, test } from 'vitest';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import { PARTS_PER_SLICE_MAX } from '../../apps/ingest-worker/src/ingest/slices.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

let archive: ArchiveCore;
beforeEach(async () => {
  archive = await archiveCore();
});
afterEach(() => archive.close());

const slice = (instance: string) =>
  part10(ctSlice({ study: '1.2.3', series: '1.2.3.1', instance: `1.2.3.1.${instance}` }));
const BAD_UID = slice('x');
const NO_IMAGE = Buffer.from('no image');
const OTHER_JUNK = Buffer.from('no image either');

const query = async (sql: string, values: readonly string[] = []) =>
  (await archive.pool.query(sql, [...values])).rows;

/** A job whose first part shares a slice with an earlier job, and whose others are in the slice after it. */
const landAcrossSlices = async (files: readonly Buffer[]): Promise<string> => {
  await archive.send(Array.from({ length: PARTS_PER_SLICE_MAX - 1 }, () => slice('1')));
  return archive.send(files);
};

/** The worker dies once the first slice is committed: it doesn't get to read what the job has behind `firstPart`. */
const dieBetweenSlices = async (job: string, firstPart: Buffer) => {
  const [row] = await query('select packs from ingest_jobs where id = $1', [job]);
  const [{ key: own }] = JSON.parse(row.packs);
  const read: typeof archive.store.read = (key, range) => {
    if (key === own && range.start >= firstPart.length) throw new Error('the worker dies');
    return archive.store.read(key, range);
  };
  const jobs = await takeJobs(archive.ingest.commitPool);
  const dying = { ...archive.ingest, store: { ...archive.store, read } };
  await expect(ingestBatch(dying, jobs)).rejects.toThrow('the worker dies');
  await query('update ingest_jobs set claimed_until = null');
};

type Told = Readonly<{ type: string; parts: readonly Readonly<{ part: number }>[] }>;

/** What the log tells of the job's parts: `type part`, one for each time that it tells it. */
const toldOf = async (job: string): Promise<readonly string[]> => {
  const facts = (await archive.facts()).filter(({ stream }) => stream === `intake-${job}`);
  return facts
    .map(({ type, data }): Told => ({ type, parts: (data as Told).parts }))
    .flatMap(({ type, parts }) => parts.map(({ part }) => `${type} ${part}`));
};

test.each([
  { first: NO_IMAGE, rest: [OTHER_JUNK, NO_IMAGE], outcomes: ['quarantined', 'quarantined'] },
  { first: BAD_UID, rest: [slice('2'), BAD_UID], outcomes: ['stored', 'refused'] },
  { first: BAD_UID, rest: [NO_IMAGE, BAD_UID], outcomes: ['quarantined', 'refused'] },
  { first: NO_IMAGE, rest: [BAD_UID, OTHER_JUNK], outcomes: ['refused', 'quarantined'] },
])(
  'F9: a job that is repeated in another slice tells of each part once, $outcomes behind a first one',
  async ({ first, rest, outcomes }) => {
    const job = await landAcrossSlices([first, ...rest]);
    await dieBetweenSlices(job, first);
    expect(await toldOf(job)).toHaveLength(1);
    await archive.work();
    const receipt = await archive.receipt(job);
    const notKept = receipt?.filter(({ outcome }) => outcome !== 'stored') ?? [];
    expect(receipt?.slice(1).map(({ outcome }) => outcome)).toEqual(outcomes);
    expect([...(await toldOf(job))].sort()).toEqual(
      notKept
        .map(({ part, outcome }) =>
          outcome === 'refused' ? `InstancesRefused ${part}` : `InstancesQuarantined ${part}`,
        )
        .sort(),
    );
    expect(await archive.rebuildTable('quarantine')).toMatchObject({ shown: [] });
  },
);

test('F9: a part that was refused and then, after too many attempts, kept aside is told as both', async () => {
  const job = await landAcrossSlices([BAD_UID, NO_IMAGE]);
  await dieBetweenSlices(job, BAD_UID);
  await ingestBatch(archive.ingest, await takeJobs(archive.ingest.commitPool), {
    keepAside: true,
  });
  expect([...(await toldOf(job))].sort()).toEqual([
    'InstancesQuarantined 0',
    'InstancesQuarantined 1',
    'InstancesRefused 0',
  ]);
  expect(await archive.receipt(job)).toMatchObject([
    { outcome: 'quarantined', why: 'processing' },
    { outcome: 'quarantined', why: 'processing' },
  ]);
  expect(await archive.rebuildTable('quarantine')).toMatchObject({ shown: [] });
});
