import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { studyStream } from '#archive/catalogue';
import { changesFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sliceOf } from '../identity/people.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';

let archive: ArchiveCore;
beforeAll(async () => {
  archive = await archiveCore(undefined, 'apart');
});
afterAll(() => archive.close());

const LATER_MS = 5_000;
const claimOf = (study: number) => archive.ingest.ids.claim('HOSP-A', `1.2.${study}`);
const store = async (study: number) => {
  await archive.send([sliceOf(study, 'P')]);
  await archive.work();
};
const tell = async (laterMs: number) => {
  const wallMs = () => Date.now() + laterMs;
  return (await changesFrom(archive.pool, archive.log, wallMs)({ sweep: false })).changes;
};
const told = async () => {
  const { rows } = await archive.pool.query('select claim from study_changes order by sequence');
  return rows.map(({ claim }) => claim);
};

const tellAndList = async () => {
  await tell(LATER_MS);
  return told();
};

test('facts of a log elsewhere are given time for their rows, and are told then', async () => {
  await store(1);
  expect(await tell(-LATER_MS)).toBe(0);
  await expect.poll(() => tell(LATER_MS)).toBe(1);
  expect(await told()).toEqual([claimOf(1)]);
});

test('behind what is being appended nothing is told', async () => {
  await store(2);
  await store(3);
  const intent = randomUUID();
  await archive.pool.query(
    'insert into log_intents (id, claims, streams, appends) values ($1, $2, $3, $4)',
    [intent, [claimOf(2)], [studyStream(claimOf(2))], '[]'],
  );
  for (let n = 0; n < 3; n++) expect(await tell(LATER_MS)).toBe(0);
  await archive.pool.query('delete from log_intents where id = $1', [intent]);
  await expect.poll(tellAndList).toEqual([1, 2, 3].map(claimOf));
});

test('a checkpoint of another engine is none: its log is followed from the start, and nothing is told twice', async () => {
  await archive.pool.query(
    `update change_progress set engine = 'postgresql', checkpoint = '999999:999999'`,
  );
  await store(4);
  await expect.poll(tellAndList).toEqual([1, 2, 3, 4].map(claimOf));
});
