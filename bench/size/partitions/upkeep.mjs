/** What upkeep touches at once: bytes of the table and its largest partition, and how long a vacuum that freezes takes over each, in ms. */
export async function compareUpkeep({ pool }, pairs) {
  const rows = [];
  for (const [label, plain, partitioned] of pairs) {
    const parts = await partsOf(pool, partitioned);
    const largest = parts.toSorted((a, b) => b.bytes - a.bytes)[0];
    rows.push({
      label,
      plain: { bytes: await bytesOf(pool, plain), vacuumMs: await vacuum(pool, plain) },
      partitioned: {
        parts: parts.length,
        bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
        largest: largest.bytes,
        vacuumMs: await vacuum(pool, largest.name),
      },
    });
  }
  return rows;
}

async function partsOf(pool, table) {
  const { rows } = await pool.query(
    `select inhrelid::regclass::text as name, pg_total_relation_size(inhrelid)::text as bytes from pg_inherits where inhparent = $1::regclass`,
    [table],
  );
  return rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }));
}

async function bytesOf(pool, table) {
  const { rows } = await pool.query(`select pg_total_relation_size($1::regclass)::text as bytes`, [
    table,
  ]);
  return Number(rows[0].bytes);
}

async function vacuum(pool, table) {
  const startMs = performance.now();
  await pool.query(`vacuum (freeze, disable_page_skipping) ${table}`);
  return performance.now() - startMs;
}
