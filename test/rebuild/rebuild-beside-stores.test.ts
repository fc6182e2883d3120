import { afterEach, expect, test } from 'vitest';
import { LOCKED_FACTS_MAX } from '#index/postgres/keep-out-at-head';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { placeBeside } from '../support/log.js';
import { slice } from './filled-archive.js';
import { type ManyStudies, manyStudies } from './many-studies.js';

const NONE = { studies: 0, series: 0, segments: 0, packs: 0 };
const STUDIES = 12;

let many: ManyStudies;
afterEach(() => many.close());

const expectNothingLost = async () => {
  const { told, studies, segments } = await many.instances();
  expect([studies, segments]).toEqual([told, told]);
};

test.each(['within', placeBeside()] as const)(
  'what is stored and settled during the comparison is neither lost nor called a difference: log %s',
  async (place) => {
    many = await manyStudies(STUDIES, place);
    const { archive, claimOf, store } = many;
    let compared = 0;
    const report = await archive.rebuild({
      groupsMax: 1,
      compared: async (studies) => {
        compared = studies;
        if (studies >= STUDIES) return;
        await store(slice(100 + studies, 1), slice(studies, 50), slice(STUDIES - studies, 60));
        if (studies % 5 === 0)
          await settleStudy(archive.settle, { claim: claimOf(studies), hospital: 'HOSP-A' });
      },
    });
    expect(compared).toBeGreaterThanOrEqual(STUDIES);
    expect(report).toMatchObject({ differing: NONE, switched: true });
    await expectNothingLost();
    expect(await archive.rebuild()).toMatchObject({ differing: NONE, switched: true });
  },
  60_000,
);

/** A request makes at most these rows, in each of two versions: a study, a series, a segment, and two packs. */
const ROWS_OF_A_REQUEST = 5;
const SENDERS = 2;

test('while senders go on no store is refused, and what is compared under the lock is bounded, however much there is', async () => {
  many = await manyStudies(5 * STUDIES);
  const { archive } = many;
  let over = false;
  const jobs: string[] = [];
  const sender = async (first: number) => {
    for (let study = first; !over; study += SENDERS) {
      jobs.push(await archive.send([slice(study, 1)]));
      await archive.work();
    }
  };
  const senders = Array.from({ length: SENDERS }, (_, index) => sender(1_000 + index));
  const report = await archive.rebuild({ groupsMax: 8 });
  over = true;
  await Promise.all(senders);
  await archive.work();
  const receipts = await Promise.all(jobs.map(archive.receipt));
  expect(receipts.flat().map((outcome) => outcome?.outcome)).toEqual(jobs.map(() => 'stored'));
  if (report === 'running') throw new Error('nobody else rebuilds');
  expect(report).toMatchObject({ differing: NONE, switched: true });
  expect(report.rows).toBeGreaterThan(2 * 5 * STUDIES * 3);
  expect(report.keptOut.facts).toBeLessThanOrEqual(LOCKED_FACTS_MAX);
  expect(report.keptOut.rows).toBeLessThanOrEqual(2 * ROWS_OF_A_REQUEST * report.keptOut.facts);
  await expectNothingLost();
}, 60_000);

test('more facts than may be applied under the lock are applied while stores go on', async () => {
  many = await manyStudies(2, 'within');
  const { archive, query } = many;
  const { log } = archive;
  let appended = 0;
  const isKeptOut = async () => {
    const sql = `select 1 from pg_locks where locktype = 'advisory' and granted and mode = 'ExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())
      and objid = hashtext('findable-switch')::bigint & 4294967295`;
    return (await query(sql)).length > 0;
  };
  const after: typeof log.after = async (...args) => {
    if (appended === 0 && (await isKeptOut())) {
      appended = LOCKED_FACTS_MAX + 1;
      await log.append([onboarded(appended)]);
    }
    return log.after(...args);
  };
  const report = await archive.rebuild({ log: { ...log, after } });
  expect(appended).toBeGreaterThan(0);
  expect(report).toMatchObject({ switched: true, keptOut: { facts: 0, rows: 0 } });
});

const onboarded = (count: number) => ({
  stream: 'hospital-many',
  expected: 0,
  events: Array.from({ length: count }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    type: 'HospitalOnboarded',
    schema: 1,
    data: { hospital: `HOSP-${index}`, name: `Hospital ${index}` },
  })),
  metadata: { actor: 'test', correlationId: 'test', causationId: 'test' },
});

test('a log that comes fact by fact gives the same rows', async () => {
  many = await manyStudies(3, 'within');
  const { archive, claimOf, store } = many;
  await settleStudy(archive.settle, { claim: claimOf(1), hospital: 'HOSP-A' });
  await store(slice(1, 4), slice(2, 4));
  await settleStudy(archive.settle, { claim: claimOf(1), hospital: 'HOSP-A' });
  const { log } = archive;
  const after: typeof log.after = (checkpoint) => log.after(checkpoint, 1);
  expect(await archive.rebuild({ log: { ...log, after } })).toMatchObject({
    differing: NONE,
    switched: true,
  });
});
