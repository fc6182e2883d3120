import { afterAll, beforeAll, expect, test } from 'vitest';
import { whoseRights } from '#archive/access/decide-access';
import { factsOf, standingIn } from '#index/drawn-standing.testing';
import { drawing, drawSubject, drawWorld, MOMENT, type World } from '#index/drawn-world.testing';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { findableReader } from '#index/postgres/findable-reader';
import { studyStanding } from '#index/study-standing';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

const WORLDS = 4;
const SUBJECTS = 6;
const STUDIES = 60;
const SEED = Number(process.env['STANDING_SEED'] ?? 20_261_122);

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await ensureFindable(database.pool);
});
afterAll(() => database.close());

const REASONS = [
  ...['relationships', 'oppositions', 'grants', 'exclusions', 'representatives'],
  ...['break_glass', 'person_flags'],
] as const;

async function build(world: World): Promise<void> {
  const at = new Date(MOMENT).toISOString();
  await insert(
    'hospitals',
    world.hospitals.map((row) => ({ ...row, name: 'x', onboarded_at: at })),
  );
  const listed = world.studies.filter(({ isListed }) => isListed);
  await insert(
    'study_access',
    listed.map(({ isListed: _, series: __, ...row }) => row),
  );
  for (const table of REASONS) await insert(table, world[table as 'grants']);
  await insert('findable_1.studies', world.studies.map(studyRow));
}

async function insert(table: string, rows: readonly object[]): Promise<void> {
  await database.pool.query(`delete from ${table}`);
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  const text = `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)`;
  if (rows.length > 0) await database.pool.query(text, [JSON.stringify(rows)]);
}

const studyRow = ({ claim, hospital, study_uid, study_date, study_time }: World['studies'][0]) => ({
  ...{ claim, hospital, study_uid, study_date, study_time, patient_id: '', issuer: '' },
  ...{ patient_name: '', patient_name_folded: '', birth_date: '', sex: '', accession: '' },
  ...{ study_id: '', referring: '', referring_folded: '', description: '', modalities: [] },
  ...{ series_count: 1, instance_count: 1, bytes: 1, version: 1, attributes: '{}', json: '{}' },
  ...{ patient_name_keys: [], referring_keys: [] },
});

test.each(Array.from({ length: WORLDS }, (_, at) => SEED + at))(
  'what one statement reads of a study is what the rows of a drawn nation say (seed %i)',
  async (seed) => {
    const draw = drawing(seed);
    const world = drawWorld(draw, STUDIES);
    await build(world);
    const claim = (hospital: string, study: string): string =>
      world.studies.find((one) => one.hospital === hospital && one.study_uid === study)?.claim ??
      'nobody';
    const { rows } = findableReader(database.pool, { nowMs: Date.now });
    const standingOf = studyStanding({
      rows,
      ids: { claim, study: (study) => study },
      wallMs: () => MOMENT,
    });
    for (let times = 0; times < SUBJECTS; times++) {
      const subject = drawSubject(draw, world);
      const rights = whoseRights(subject) ?? subject;
      const known = world.studies.filter(
        ({ isListed, hospital }) => isListed || hospital === rights.organisation,
      );
      for (const study of new Set(world.studies.map(({ study_uid }) => study_uid))) {
        const expected = known
          .filter(({ study_uid }) => study_uid === study)
          .map((one) => ({ facts: factsOf(world, one), standing: standingIn(world, rights, one) }));
        const found = await standingOf(rights, { study });
        expect(found).toHaveLength(expected.length);
        expect(found).toEqual(expect.arrayContaining(expected));
        const ownAt = found.findIndex(({ facts }) => facts.hospital === rights.organisation);
        expect(ownAt).toBeLessThanOrEqual(0);
      }
    }
  },
);
