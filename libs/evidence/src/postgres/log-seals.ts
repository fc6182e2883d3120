import type { Pool, PoolClient } from 'pg';
import type { LogSealed } from '#archive/log-events';
import type { Recorded } from '#events/event';
import type { SealedLog } from '../log-head.js';
import type { SealStamp } from '../seal-stamp.js';

type Db = Pool | PoolClient;

const SEAL = `number::float8 as number, to_char(day, 'YYYY-MM-DD') as day, encode(previous, 'hex') as previous, size::float8 as size, encode(root, 'hex') as root,
  sealed_at as "sealedAt", encode(digest, 'hex') as digest`;
const STAMP = `to_char(day, 'YYYY-MM-DD') as day, stamp_order as order, path, replace(encode(token, 'base64'), e'\\n', '') as token,
  to_char(stamped_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "stampedAt"`;

const ADD_SEAL = `insert into evidence_seals (number, day, previous, size, root, sealed_at, digest)
  values ($1, $2, decode($3, 'hex'), $4, decode($5, 'hex'), $6, decode($7, 'hex')) on conflict do nothing`;
const ADD_STAMP = `insert into evidence_stamps (day, stamp_order, path, token, stamped_at)
  select day, $2, $3, decode($4, 'base64'), $5 from evidence_seals where day = $1 on conflict do nothing`;

/** Keeps what an event of the log says of seals; all other events say nothing. A second seal of a day or number doesn't stop the sealer: it's found by who verifies. */
export async function keepSeal(client: PoolClient, { type, data }: Recorded): Promise<void> {
  if (type === 'LogSealed') {
    const { number, day, previous, size, root, sealedAt, digest } = data as LogSealed['data'];
    await client.query(ADD_SEAL, [number, day, previous, size, root, sealedAt, digest]);
  }
  if (type === 'LogStamped') {
    const { day, order, path, token, stampedAt } = data as SealStamp;
    await client.query(ADD_STAMP, [day, order, JSON.stringify(path), token, stampedAt]);
  }
}

/** The newest seal. */
export const lastSeal = async (db: Db): Promise<SealedLog | undefined> =>
  (await db.query<SealedLog>(`select ${SEAL} from evidence_seals order by number desc limit 1`))
    .rows[0];

/** The first seal that covers this many leaves. */
export const sealCovering = async (db: Db, size: number): Promise<SealedLog | undefined> =>
  (
    await db.query<SealedLog>(
      `select ${SEAL} from evidence_seals where size >= $1 order by number limit 1`,
      [size],
    )
  ).rows[0];

export const sealOfDay = async (db: Db, day: string): Promise<SealedLog | undefined> =>
  (await db.query<SealedLog>(`select ${SEAL} from evidence_seals where day = $1`, [day])).rows[0];

/** Seals before this one, the newest first; each with how many stamps it has, and when the newest says it was made. */
export const listSeals = async (
  db: Db,
  before: number,
  limit: number,
): Promise<readonly (SealedLog & Readonly<{ stamps: number; stampedAt: string | null }>)[]> =>
  (
    await db.query(
      `select ${SEAL}, stamps, "stampedAt" from evidence_seals, lateral (select count(*)::int as stamps,
           to_char(max(stamped_at) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "stampedAt"
         from evidence_stamps where evidence_stamps.day = evidence_seals.day) made
       where number < $1 order by number desc limit $2`,
      [before, limit],
    )
  ).rows;

/** The stamps of a day, in their order. */
export const stampsOfDay = async (db: Db, day: string): Promise<readonly SealStamp[]> =>
  (
    await db.query<SealStamp>(
      `select ${STAMP} from evidence_stamps where day = $1 order by stamp_order`,
      [day],
    )
  ).rows;

/** Seals that no authority has stamped yet, the oldest first. */
export const unstampedSeals = async (db: Db, limit: number): Promise<readonly SealedLog[]> =>
  (
    await db.query<SealedLog>(
      `select ${SEAL} from evidence_seals where not exists (select from evidence_stamps where evidence_stamps.day = evidence_seals.day)
       order by number limit $1`,
      [limit],
    )
  ).rows;

/** All seals, the oldest first: one a day. */
export const allSeals = async (db: Db): Promise<readonly SealedLog[]> =>
  (await db.query<SealedLog>(`select ${SEAL} from evidence_seals order by number`)).rows;

/** The newest stamps of seals whose newest was made before a moment (ISO 8601), the oldest first. */
export const stampsBefore = async (
  db: Db,
  before: string,
  limit: number,
): Promise<readonly SealStamp[]> =>
  (
    await db.query<SealStamp>(
      `select ${STAMP} from evidence_stamps newest where stamped_at < $1
         and not exists (select from evidence_stamps later where later.day = newest.day and later.stamp_order > newest.stamp_order)
       order by day limit $2`,
      [before, limit],
    )
  ).rows;
