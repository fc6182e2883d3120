import type { Pool, PoolClient } from 'pg';
import type { Held } from '#archive/intake/decide-intake';
import type { OpaqueIds } from '#index/opaque-ids';
import type { ReadPart } from './read-part.js';

/** The key of an instance's reservation, as text for maps. */
export const reservationKey = (ids: OpaqueIds, { job, arrival }: ReadPart): string =>
  ids.instance(job.hospital, arrival.identity.instance).toString('hex');

/** What is reserved under these keys (design D6). */
export async function readReservations(
  pool: Pool,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Held>> {
  if (keys.length === 0) return new Map();
  const { rows } = await pool.query({
    name: 'reservations',
    text: 'select uid_hash, claim, series, sha256 from reservations where uid_hash = any($1)',
    values: [keys.map((key) => Buffer.from(key, 'hex'))],
  });
  return new Map(
    rows.map(({ uid_hash, claim, series, sha256 }) => [
      uid_hash.toString('hex'),
      { claim, series, sha256: sha256.toString('hex') },
    ]),
  );
}

/** Reserves new instances; false when one of them was taken meanwhile, and the caller must decide again. */
export async function reserve(
  client: PoolClient,
  ids: OpaqueIds,
  parts: readonly ReadPart[],
): Promise<boolean> {
  if (parts.length === 0) return true;
  const { rowCount } = await client.query({
    name: 'reserve',
    text: `insert into reservations (uid_hash, claim, series, sha256, bytes)
      select * from unnest($1::bytea[], $2::text[], $3::text[], $4::bytea[], $5::bigint[])
      on conflict do nothing`,
    values: [
      parts.map((part) => ids.instance(part.job.hospital, part.arrival.identity.instance)),
      parts.map(({ arrival }) => arrival.claim),
      parts.map(({ arrival }) => arrival.series),
      parts.map(({ sha256 }) => Buffer.from(sha256, 'hex')),
      parts.map(({ place }) => place.bytes),
    ],
  });
  return rowCount === parts.length;
}
