import type { PoolClient } from 'pg';

/** Rows of the findable projection that one fact changes together: those of a study (by its claim), or those of a pack. */
export type Group = 'claim' | 'pack';

const TOUCHED = 'pg_temp.touched_groups';

/** What facts have changed since it was last compared: in a temporary table, since it grows with what is stored during a comparison. */
export type TouchedGroups = Readonly<{
  /** From now on, what facts change is noted. */
  watch: () => void;
  /** Called for each fact that is applied, in its transaction. */
  note: (group: Group, ids: readonly string[]) => Promise<void>;
  /** Takes at most so many out. */
  take: (group: Group, idsMax: number) => Promise<readonly string[]>;
}>;

/** Begins with none; the table ends with `dropTouched` or with the connection. */
export async function touchedGroups(client: PoolClient): Promise<TouchedGroups> {
  await client.query(
    'create temporary table touched_groups (kind text, id text, primary key (kind, id))',
  );
  let watches = false;
  return {
    watch: () => {
      watches = true;
    },
    note: async (group, ids) => {
      if (!watches || ids.length === 0) return;
      await client.query(
        `insert into ${TOUCHED} select $1, unnest($2::text[]) on conflict do nothing`,
        [group, ids],
      );
    },
    take: async (group, idsMax) => {
      const { rows } = await client.query(
        `delete from ${TOUCHED} where kind = $1 and id in
           (select id from ${TOUCHED} where kind = $1 order by id limit $2) returning id`,
        [group, idsMax],
      );
      return rows.map(({ id }) => String(id));
    },
  };
}

/** Ends `touchedGroups` on a connection that goes on. */
export async function dropTouched(client: PoolClient): Promise<void> {
  await client.query(`drop table ${TOUCHED}`);
}
