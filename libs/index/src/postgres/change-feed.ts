import type { Pool } from 'pg';
import type { ChangeFeed, ChangePage, ChangesAsked, ToldChange } from '../change-feed.js';
import { statementValues } from '../search-sql.js';
import { permittedSql } from '../seen-studies.js';

/** The feed over its tables. */
export const changeFeed = (pool: Pool): ChangeFeed => ({
  read: async (asked) => {
    if (asked.after > (await headOf(pool))) return undefined;
    return readPage(pool, asked);
  },
  head: () => headOf(pool),
});

const headOf = async (pool: Pool): Promise<number> => {
  const { rows } = await pool.query({
    name: 'changes-head',
    text: 'select last_sequence from change_progress',
  });
  return Number(rows[0]?.last_sequence ?? 0);
};

type Row = Omit<ToldChange, 'sequence' | 'at'> &
  Readonly<{ sequence: string; at: Date; isShown: boolean }>;

async function readPage(pool: Pool, { after, limit, looker }: ChangesAsked): Promise<ChangePage> {
  const { values, bind } = statementValues();
  const text = `with page as (
      select * from study_changes where sequence > ${bind(after)} order by sequence limit ${bind(limit + 1)}
    )
    select page.sequence, page.claim, page.hospital, page.kind, page.happened_at as at,
      page.kind = 'withdrawn' or not told.withdrawn and exists (
        select from study_access as access where access.claim = page.claim and ${permittedSql(looker, 'search', bind)}
      ) as "isShown"
    from page join told_studies told on told.claim = page.claim order by page.sequence`;
  const { rows } = await pool.query<Row>(text, values);
  const looked = rows.slice(0, limit);
  return {
    changes: looked.filter(({ isShown }) => isShown).map(toldChange),
    through: Number(looked.at(-1)?.sequence ?? after),
    more: rows.length > limit,
  };
}

const toldChange = ({ sequence, claim, hospital, kind, at }: Row): ToldChange => ({
  sequence: Number(sequence),
  claim,
  hospital,
  kind,
  at: at.toISOString(),
});
