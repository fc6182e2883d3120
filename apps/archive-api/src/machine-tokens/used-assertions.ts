import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

/** Resolves to true the first time that an assertion is shown, at whichever edge, and to false after that. It may be forgotten when it has ended by itself. */
export type UseOnce = (client: string, jti: string, expiresAtMs: number) => Promise<boolean>;

const FORGET_EACH_MAX = 20;
/** Clocks of edges and database differ a little. */
const KEEP_AFTER = "interval '5 minutes'";

export const usedAssertions =
  (pool: Pick<Pool, 'query'>): UseOnce =>
  async (client, jti, expiresAtMs) => {
    const id = createHash('sha256').update(`${client}\0${jti}`).digest();
    const { rowCount } = await pool.query(
      `with ended as (select ctid from used_assertions where expires_at < now() - ${KEEP_AFTER} limit ${FORGET_EACH_MAX}),
         forgotten as (delete from used_assertions where ctid in (select ctid from ended))
       insert into used_assertions (id, expires_at) values ($1, to_timestamp($2::float8 / 1000)) on conflict do nothing`,
      [id, expiresAtMs],
    );
    return rowCount === 1;
  };
