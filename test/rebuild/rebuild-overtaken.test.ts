import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FilledArchive, filledArchive } from './filled-archive.js';

/* Facts that commit with their rows may come at any time, also from who doesn't share the lock between appends and rebuilds: these are about the log in the database of the index. */
let filled: FilledArchive;
beforeEach(async () => {
  filled = await filledArchive('within');
});
afterEach(() => filled.close());

test('an operator who appends while stores are kept out does not hold up the switch for ever', async () => {
  const { archive, operator, waiting } = filled;
  const { log } = archive;
  const [id = ''] = await waiting();
  const isKeptOut = async () => {
    const sql = `select 1 from pg_locks where locktype = 'advisory' and granted and mode = 'ExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())
      and objid = hashtext('findable-switch')::bigint & 4294967295`;
    return ((await archive.pool.query(sql)).rowCount ?? 0) > 0;
  };
  let decided = false;
  const overtaken = {
    ...log,
    after: async (...args: Parameters<typeof log.after>) => {
      if (!decided && (await isKeptOut())) {
        decided = true;
        await operator.arkim('quarantine', 'discard', id);
      }
      return log.after(...args);
    },
  };
  expect(await archive.rebuild({ log: overtaken })).toMatchObject({ switched: true });
  expect(decided).toBe(true);
});

test('a fact that comes between the last page and the comparison is no difference', async () => {
  const { log } = filled.archive;
  const ids = await filled.waiting();
  let decided = 0;
  const overtaken = {
    ...log,
    after: async (...args: Parameters<typeof log.after>) => {
      const page = await log.after(...args);
      if (page.length === 0 && decided < 3) {
        await filled.operator.arkim('quarantine', 'discard', ids[decided++] ?? '');
      }
      return page;
    },
  };
  const report = await filled.archive.rebuildTable('quarantine', { log: overtaken });
  expect(report).toMatchObject({ shown: [], rows: 4 });
  expect(decided).toBe(3);
});
