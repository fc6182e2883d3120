import type { PoolClient } from 'pg';
import { STUDIES_OF_PICTURE_MAX, type StudyPixels } from '../pixel-rows.js';

/** Studies of one hospital come one after the other, or two at a time wouldn't see each other. */
const LOCK = 'pixel-copies';
/** Instances of one picture that are looked at; more is no copy either. */
const INSTANCES_OF_PICTURE_MAX = 1_000;

const PUT = {
  name: 'pixels-put',
  text: `insert into pixel_digests (uid_hash, digest, hospital, claim, bytes)
    select decode(row.uid, 'hex'), decode(row.digest, 'hex'), $1, $2, row.bytes
    from json_to_recordset($3) as row (uid text, digest text, bytes bigint)
    on conflict (uid_hash) do update set (digest, hospital, claim, bytes)
      = (excluded.digest, excluded.hospital, excluded.claim, excluded.bytes)
    where (pixel_digests.digest, pixel_digests.claim) is distinct from (excluded.digest, excluded.claim)`,
};

const COUNT = {
  name: 'pixels-count',
  text: `insert into pixel_studies (claim, hospital, instances)
    select $2, $1, count(*) from pixel_digests where claim = $2
    on conflict (claim) do update set instances = excluded.instances`,
};

const FORGET = {
  name: 'pixels-forget-copies',
  text: 'delete from pixel_copies where claim = $1 or other = $1',
};

const COMPARE = {
  name: 'pixels-compare',
  text: `with mine as (
      select digest, count(*)::int as count, sum(bytes)::bigint as bytes from pixel_digests where claim = $2 group by digest
    ),
    found as (
      select mine.digest, mine.count, mine.bytes, same.claim, same.count as other_count, same.bytes as other_bytes,
        count(*) over (partition by mine.digest) as studies
      from mine cross join lateral (
        select claim, count(*)::int as count, sum(bytes)::bigint as bytes
        from (select claim, bytes from pixel_digests d where d.hospital = $1 and d.digest = mine.digest limit ${INSTANCES_OF_PICTURE_MAX}) d
        group by claim
      ) same
    ),
    copies as (
      select claim,
        sum(case when claim = $2 then count - 1 else least(count, other_count) end)::int as instances,
        sum(case when claim = $2 then bytes - bytes / count else least(bytes, other_bytes) end)::bigint as bytes
      from found where studies <= ${STUDIES_OF_PICTURE_MAX + 1} group by claim
    )
    insert into pixel_copies (claim, other, hospital, instances, bytes)
    select least(claim, $2), greatest(claim, $2), $1, instances, bytes from copies where instances > 0`,
};

/** Keeps the digests of a study's pixels, and which studies of its hospital have some of them too; in the client's transaction. */
export async function keepPixels(client: PoolClient, pixels: StudyPixels): Promise<void> {
  if (pixels.rows.length === 0) return;
  await oneByOne(client, pixels.hospital);
  await putPixels(client, pixels);
}

/** The same where these are all that the study has: what was kept of it before goes. */
export async function replacePixels(client: PoolClient, pixels: StudyPixels): Promise<void> {
  await oneByOne(client, pixels.hospital);
  await client.query('delete from pixel_digests where claim = $1', [pixels.claim]);
  await putPixels(client, pixels);
}

const oneByOne = (client: PoolClient, hospital: string) =>
  client.query('select pg_advisory_xact_lock(hashtext($1), hashtext($2))', [LOCK, hospital]);

async function putPixels(
  client: PoolClient,
  { hospital, claim, rows }: StudyPixels,
): Promise<void> {
  const put = rows.map(({ uidHash, digest, bytes }) => ({
    uid: uidHash.toString('hex'),
    digest: digest.toString('hex'),
    bytes,
  }));
  await client.query({ ...PUT, values: [hospital, claim, JSON.stringify(put)] });
  await client.query({ ...COUNT, values: [hospital, claim] });
  await client.query({ ...FORGET, values: [claim] });
  await client.query({ ...COMPARE, values: [hospital, claim] });
}
