/** Tables that grow with what is stored; the rest have a handful of rows. */
const tables = {
  studies: '{schema}.studies',
  series: '{schema}.series',
  segments: '{schema}.segments',
  packs: '{schema}.packs',
  reservations: 'reservations',
  events: 'events',
  sealing_keys: 'sealing_keys',
  small_packs: 'small_packs',
};

/**
 * Bytes of each table and each of its indexes, the rows, and counts of what is in the archive. Vacuums first, as the server would in its
 * own time: without it, lists that GIN indexes put off would be counted as they are.
 */
export async function measureBytes(pool) {
  await pool.query('truncate settle_queue');
  const {
    rows: [{ active }],
  } = await pool.query(`select active from projections where name = 'findable'`);
  const schema = `findable_${active}`;
  const sizes = [];
  for (const [name, table] of Object.entries(tables)) {
    const qualified = table.replace('{schema}', schema);
    await pool.query(`vacuum (analyze) ${qualified}`);
    sizes.push(await sizesOf(pool, name, qualified));
  }
  const {
    rows: [counts],
  } = await pool.query(
    `select count(*)::int as studies, sum(series_count)::int as series, sum(instance_count)::bigint::text as instances,
       count(*) filter (where hospital = 'HOSP-A')::int as own, pg_database_size(current_database())::text as database from ${schema}.studies`,
  );
  return {
    sizes,
    counts: { ...counts, instances: Number(counts.instances), database: Number(counts.database) },
  };
}

async function sizesOf(pool, name, table) {
  const {
    rows: [own],
  } = await pool.query(
    `select pg_relation_size($1::regclass)::text as heap, (pg_table_size($1::regclass) - pg_relation_size($1::regclass))::text as toast,
       (select reltuples::bigint::text from pg_class where oid = $1::regclass) as rows`,
    [table],
  );
  const { rows: indexes } = await pool.query(
    `select i.indexrelid::regclass::text as name, pg_relation_size(i.indexrelid)::text as bytes, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i where i.indrelid = $1::regclass order by 1`,
    [table],
  );
  return {
    name,
    rows: Number(own.rows),
    heap: Number(own.heap),
    toast: Number(own.toast),
    indexes: indexes.map((index) => ({
      name: index.name.replace(/^.*\./, ''),
      on: index.definition.replace(/^.* USING /, ''),
      bytes: Number(index.bytes),
    })),
  };
}
