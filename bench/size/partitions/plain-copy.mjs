import { makeLike } from './make-like.mjs';

/** Tables that no archive uses: the plain copy. */
export const plain = {
  findable: 'findable_901',
  reservations: 'plain_reservations',
  events: 'plain_events',
};

/**
 * Copies studies and their series, reservations and facts into tables of today's shape: what the partitioned ones are made of and compared
 * with. Both are freshly written, so neither has an advantage of its age.
 */
export async function copyPlain({ pool }, { claims }) {
  const { rows } = await pool.query(`select active from projections where name = 'findable'`);
  await pool.query(`drop schema if exists ${plain.findable} cascade`);
  await pool.query(`create schema ${plain.findable}`);
  for (const table of ['studies', 'series'])
    await makeLike(pool, {
      from: `findable_${rows[0].active}.${table}`,
      to: `${plain.findable}.${table}`,
      storage: 'with (fillfactor = 70)',
      where: 'claim = any($1)',
      values: [claims],
    });
  const of = { where: 'claim = any($1)', values: [claims] };
  await makeLike(pool, { from: 'reservations', to: plain.reservations, ...of });
  const streams = claims.map((claim) => `study-${claim}`);
  const told = { where: 'stream = any($1)', values: [streams] };
  await makeLike(pool, { from: 'events', to: plain.events, ...told });
}
