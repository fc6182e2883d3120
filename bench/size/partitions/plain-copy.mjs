import { openSchemaCode } from '../archive-code.mjs';

const version = 901;
/** Tables that no archive uses: the plain copy. */
export const plain = {
  findable: `findable_${version}`,
  reservations: 'plain_reservations',
  events: 'plain_events',
};

/**
 * Copies studies and their series, reservations and facts into tables of today's shape: what the partitioned ones are made of and compared
 * with. Both are freshly written, so neither has an advantage of its age.
 */
export async function copyPlain({ pool }, { claims }) {
  const { createFindable } = await openSchemaCode();
  const { rows } = await pool.query(`select active from projections where name = 'findable'`);
  const source = `findable_${rows[0].active}`;
  await pool.query(`drop schema if exists ${plain.findable} cascade`);
  await pool.query(createFindable(version));
  const copy = async (from, to, values, column = 'claim') => {
    await pool.query(`insert into ${to} select * from ${from} where ${column} = any($1)`, [values]);
    await pool.query(`vacuum (analyze) ${to}`);
  };
  for (const table of ['studies', 'series'])
    await copy(`${source}.${table}`, `${plain.findable}.${table}`, claims);
  await makeTables(pool);
  await copy('reservations', plain.reservations, claims);
  await copy(
    'events',
    plain.events,
    claims.map((claim) => `study-${claim}`),
    'stream',
  );
}

async function makeTables(pool) {
  for (const [from, to] of [
    ['reservations', plain.reservations],
    ['events', plain.events],
  ]) {
    await pool.query(`drop table if exists ${to} cascade`);
    await pool.query(`create table ${to} (like ${from} including all excluding identity)`);
  }
}
