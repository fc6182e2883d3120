import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FilledArchive, filledArchive } from './filled-archive.js';

/* Facts that commit with their rows may come at any time: these are about the log in the database of the index. */
let filled: FilledArchive;
beforeEach(async () => {
  filled = await filledArchive('within');
});
afterEach(() => filled.close());

test('an operator who appends while stores are kept out does not hold up the switch for ever', async () => {
  const { archive, operator } = filled;
  const { log } = archive;
  const isKeptOut = async () => {
    const sql = `select 1 from pg_locks where locktype = 'advisory' and granted and mode = 'ExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())
      and objid = hashtext('findable-switch')::bigint & 4294967295`;
    return ((await archive.pool.query(sql)).rowCount ?? 0) > 0;
  };
  let onboarded = false;
  const overtaken = {
    ...log,
    after: async (...args: Parameters<typeof log.after>) => {
      if (!onboarded && (await isKeptOut())) {
        onboarded = true;
        await operator.arkim('onboard', 'HOSP-C');
      }
      return log.after(...args);
    },
  };
  expect(await archive.rebuild({ log: overtaken })).toMatchObject({ switched: true });
  expect(onboarded).toBe(true);
});

test('a fact that comes between the last page and the comparison is no difference', async () => {
  const { log } = filled.archive;
  let onboarded = 0;
  const overtaken = {
    ...log,
    after: async (...args: Parameters<typeof log.after>) => {
      const page = await log.after(...args);
      if (page.length === 0 && onboarded < 3) {
        onboarded++;
        await filled.operator.arkim('onboard', `HOSP-LATE-${onboarded}`);
      }
      return page;
    },
  };
  const report = await filled.archive.rebuildTable('hospitals', { log: overtaken });
  expect(report).toMatchObject({ shown: [], rows: 5 });
  expect(onboarded).toBe(3);
});
