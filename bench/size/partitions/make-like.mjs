/**
 * A table with the columns, the rows and the indexes of another; indexes are made behind the rows, all at once. `parts`: a partitioned one, each part its name and the values it is
 * for; a unique index then takes the partition key in, as PostgreSQL wants it. `where` with `values`: only such rows.
 */
export async function makeLike(
  pool,
  { from, to, by, key, parts = [], storage = '', where = 'true', values = [] },
) {
  const partitioned = by === undefined ? storage : `partition by ${by}`;
  await pool.query(`drop table if exists ${to} cascade`);
  await pool.query(
    `create table ${to} (like ${from} including defaults including storage) ${partitioned}`,
  );
  for (const [name, of] of parts)
    await pool.query(`create table ${name} partition of ${to} for values ${of} ${storage}`);
  await pool.query(`insert into ${to} select * from ${from} where ${where}`, values);
  const { rows } = await pool.query(
    `select pg_get_indexdef(indexrelid) as definition, indisunique as is_unique from pg_index where indrelid = $1::regclass`,
    [from],
  );
  for (const { definition, is_unique } of rows)
    await pool.query(indexLike(definition, { to, key: is_unique ? key : undefined }));
  await pool.query(`vacuum (analyze) ${to}`);
}

function indexLike(definition, { to, key }) {
  const on = definition.replace(
    /^CREATE (UNIQUE )?INDEX \S+ ON \S+ USING (.*)$/s,
    `create $1index on ${to} using $2`,
  );
  const hasKey = key === undefined || new RegExp(`\\(.*\\b${key}\\b`).test(on);
  return hasKey ? on : on.replace(/\)$/, `, ${key})`);
}
