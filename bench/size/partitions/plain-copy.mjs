import { openSchemaCode } from '../archive-code.mjs';

const version = 901;
/** Versions that no archive uses: the plain copy and the partitioned one. */
export const plain = {
  findable: 'findable_901',
  reservations: 'plain_reservations',
  events: 'plain_events',
};

/**
 * Copies the first so many studies of the findable projection, their reservations, and as many facts, into tables of today's shape: what the
 * partitioned ones are made of and compared with. Both are freshly written, so neither has an advantage of its age.
 */
export async function copyPlain({ pool }, { claims }) {
  const { createFindable } = await openSchemaCode();
  const {
    rows: [{ active }],
  } = await pool.query(`select active from projections where name = 'findable'`);
  const source = `findable_${active}`;
  await pool.query(`drop schema if exists ${plain.findable} cascade`);
  await pool.query(createFindable(version));
  for (const table of ['studies', 'series'])
    await pool.query(
      `insert into ${plain.findable}.${table} select * from ${source}.${table} where claim = any($1)`,
      [claims],
    );
  await copyTable(pool, 'reservations', plain.reservations, 'claim = any($1)', [claims]);
  const streams = claims.map((claim) => `study-${claim}`);
  await copyTable(pool, 'events', plain.events, 'stream = any($1)', [streams]);
  for (const table of [
    `${plain.findable}.studies`,
    `${plain.findable}.series`,
    plain.reservations,
    plain.events,
  ])
    await pool.query(`vacuum (analyze) ${table}`);
}

async function copyTable(pool, from, to, where, values) {
  await pool.query(`drop table if exists ${to} cascade`);
  await pool.query(`create table ${to} (like ${from} including all excluding identity)`);
  await pool.query(`insert into ${to} select * from ${from} where ${where}`, values);
}
