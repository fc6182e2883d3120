import { afterEach, beforeEach, expect, test } from 'vitest';
import { slice } from './filled-archive.js';
import { type ManyStudies, manyStudies } from './many-studies.js';

const NONE = { studies: 0, series: 0, segments: 0, packs: 0 };
const STUDIES = 4;

let many: ManyStudies;
beforeEach(async () => {
  many = await manyStudies(STUDIES);
});
afterEach(() => many.close());

/* A row that one version lacks counts once, one that has other content twice. A request of two instances has a pack of its own and one of extracts. */
const PLANTED: readonly [string, readonly string[], Partial<typeof NONE>][] = [
  ['a study is missing', ['delete from studies where claim = $1'], { studies: 1 }],
  [
    'a study is missing with all it has',
    ['studies', 'series', 'segments'].map((table) => `delete from ${table} where claim = $1`),
    { studies: 1, series: 1, segments: 1 },
  ],
  ['a column of a study', [`update studies set json = '{}' where claim = $1`], { studies: 2 }],
  ['a series is missing', ['delete from series where claim = $1'], { series: 1 }],
  ['a null in a series', ['update series set number = null where claim = $1'], { series: 2 }],
  [
    'a series hangs on a study that nobody has',
    [`update series set claim = '' where claim = $1`],
    { series: 2 },
  ],
  ['a segment is missing', ['delete from segments where claim = $1'], { segments: 1 }],
  ['facts of a segment', [`update segments set facts = '[]' where claim = $1`], { segments: 2 }],
  [
    'a segment that no fact made',
    [
      'insert into segments select series, 99, claim, 1, packs, extract, facts from segments where claim = $1',
    ],
    { segments: 1 },
  ],
  [
    'a study that no fact made',
    [
      `create temporary table other as select * from studies where claim = $1`,
      `update other set claim = 'zz' || claim, study_uid = '9.9'`,
      'insert into studies select * from other',
    ],
    { studies: 1 },
  ],
  [
    'a pack is missing',
    ['delete from packs where pack = (select min(packs[1]) from segments where claim = $1)'],
    { packs: 1 },
  ],
  [
    'where a pack lies',
    [
      `update packs set key = 'x' where pack = (select min(packs[1]) from segments where claim = $1)`,
    ],
    { packs: 2 },
  ],
  [
    'a pack that no fact made',
    [
      `insert into packs select 'none', chunk, key, kind, claim, entries from packs
      where pack = (select min(packs[1]) from segments where claim = $1)`,
    ],
    { packs: 1 },
  ],
];

const plant = async (statements: readonly string[], study: number): Promise<void> => {
  const { archive, activeSchema, claimOf } = many;
  const client = await archive.pool.connect();
  await client.query(`set search_path = ${await activeSchema()}`);
  for (const sql of statements) await client.query(sql.replaceAll('$1', `'${claimOf(study)}'`));
  client.release(true);
};

test.each(PLANTED)(
  'found in a study that no store touches: %s',
  async (_, statements, differing) => {
    const { archive, store } = many;
    await plant(statements, 3);
    const compared = async () => store(slice(1, 50), slice(99, 1));
    const found = { differing: { ...NONE, ...differing }, switched: false };
    expect(await archive.rebuild({ compared })).toMatchObject(found);
    expect(await archive.rebuild({ groupsMax: 1 })).toMatchObject(found);
  },
);

/** What a store itself doesn't write anew. */
const KEPT_BY_STORES = [
  'a segment is missing',
  'facts of a segment',
  'a segment that no fact made',
  'where a pack lies',
];

test.each(PLANTED.filter(([name]) => KEPT_BY_STORES.includes(name)))(
  'found in a study that is stored during the comparison: %s',
  async (_, statements, differing) => {
    const { archive, store } = many;
    await plant(statements, 3);
    const compared = () => store(slice(3, 50));
    expect(await archive.rebuild({ groupsMax: 1, compared })).toMatchObject({
      differing: { ...NONE, ...differing },
      switched: false,
    });
  },
);

test('found in a study that is damaged behind the comparison and stored afterwards', async () => {
  const { archive, store } = many;
  const compared = async (studies: number, of: number) => {
    if (studies < of) return;
    await plant([`update segments set facts = '[]' where claim = $1`], 3);
    await store(slice(3, 50));
  };
  expect(await archive.rebuild({ compared })).toMatchObject({
    differing: { ...NONE, segments: 2 },
    switched: false,
  });
});

test('a difference that is mended before its study is compared again is none', async () => {
  const { archive, store } = many;
  const damaged = `update segments set facts = '[]' || facts where claim = $1`;
  const mended = 'update segments set facts = substr(facts, 3) where claim = $1';
  await plant([damaged], 3);
  const compared = async (studies: number, of: number) => {
    if (studies < of) return;
    await plant([mended], 3);
    await store(slice(3, 50));
  };
  expect(await archive.rebuild({ compared })).toMatchObject({ differing: NONE, switched: true });
});

test('F30: a rebuild that is killed while it compares leaves the version in use, and can be run again', async () => {
  const { archive, activeSchema, query, store } = many;
  const before = await activeSchema();
  const kill = async () => {
    await query(`select pg_terminate_backend(pid, 10000) from pg_locks
      where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
      and objid = hashtext('findable-rebuild')::bigint & 4294967295`);
  };
  await expect(archive.rebuild({ groupsMax: 1, compared: kill })).rejects.toThrow();
  expect(await activeSchema()).toBe(before);
  await store(slice(3, 50));
  expect(await archive.rebuild()).toMatchObject({ differing: NONE, switched: true });
  expect(await activeSchema()).not.toBe(before);
  const { told, studies } = await many.instances();
  expect(studies).toBe(told);
});
