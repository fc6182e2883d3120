import { makeLike } from './make-like.mjs';
import { plain } from './plain-copy.mjs';

export const partitioned = {
  findable: 'findable_902',
  reservations: 'parted_reservations',
  events: 'parted_events',
};
const hashParts = 16;
const rangeParts = 8;

/**
 * Makes the partitioned tables of the plain ones: studies and series by hospital, each hospital a partition; reservations by the hash of their
 * key; facts by ranges of the position. Answers with how long each took, in ms.
 */
export async function partition({ pool }) {
  const { findable } = partitioned;
  await pool.query(`drop schema if exists ${findable} cascade`);
  await pool.query(`create schema ${findable}`);
  const { rows } = await pool.query(
    `select distinct hospital from ${plain.findable}.studies order by 1`,
  );
  const hospitals = rows.map(({ hospital }) => hospital);
  const took = {};
  for (const table of ['studies', 'series']) {
    const to = `${findable}.${table}`;
    took[table] = await timed(() =>
      makeLike(pool, {
        from: `${plain.findable}.${table}`,
        to,
        by: 'list (hospital)',
        key: 'hospital',
        storage: 'with (fillfactor = 70)',
        parts: hospitals.map((hospital, at) => [`${to}_${at}`, `in ('${hospital}')`]),
      }),
    );
  }
  took.reservations = await timed(() => partitionReservations(pool));
  took.events = await timed(() => partitionEvents(pool));
  return took;
}

const partitionReservations = (pool) =>
  makeLike(pool, {
    from: plain.reservations,
    to: partitioned.reservations,
    by: 'hash (uid_hash)',
    key: 'uid_hash',
    parts: Array.from({ length: hashParts }, (_, at) => [
      `${partitioned.reservations}_${at}`,
      `with (modulus ${hashParts}, remainder ${at})`,
    ]),
  });

/** A position in the key of a range: what is unique within a partition only is kept by `event_keys`, which stays whole. */
async function partitionEvents(pool) {
  const {
    rows: [{ from, to }],
  } = await pool.query(
    `select min(position)::text as from, max(position)::text as to from ${plain.events}`,
  );
  const step = Math.ceil((Number(to) + 1 - Number(from)) / rangeParts);
  const parts = Array.from({ length: rangeParts }, (_, at) => [
    `${partitioned.events}_${at}`,
    `from (${Number(from) + at * step}) to (${Number(from) + (at + 1) * step})`,
  ]);
  await makeLike(pool, {
    from: plain.events,
    to: partitioned.events,
    by: 'range (position)',
    key: 'position',
    parts,
  });
  await pool.query(`drop table if exists event_keys`);
  await pool.query(
    `create table event_keys (stream text collate "C", version int, id uuid not null unique, position bigint not null, primary key (stream, version))`,
  );
  await pool.query(
    `insert into event_keys select stream, version, id, position from ${plain.events}`,
  );
}

async function timed(work) {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
