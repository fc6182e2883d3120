import type { PoolClient } from 'pg';
import { SealBroken } from '#events/content-seal';
import type { KeyRing } from '#events/key-ring';
import {
  NOTHING_BEFORE,
  type ProvenRecord,
  recordLeaf,
  rootOf,
  type SealHead,
  sealDigest,
} from '../audit-chain.js';
import { keysOf, openAudit } from '../audit-personal.js';
import { AUDIT_START, type AuditPlace, MOMENT, recordsAfter } from './audit-rows.js';

/** Records that one seal covers. */
export const SEALED_TOGETHER_MAX = 2_000;

/** `broken`: records whose sealed part isn't what was sealed; they are chained as they stand. */
export type SealedBatch = Readonly<{ count: number; broken: number }>;

type LastSeal = AuditPlace & Readonly<{ number: string; digest: string }>;

const LAST = `select number, encode(digest, 'hex') as digest, last_xid::text as "lastXid", last_position::text as "lastPosition"
  from audit_seals order by number desc limit 1`;

/** Never before the seal before it: days are made of seals in a row. */
const NOW = `select ${MOMENT('greatest(clock_timestamp(), (select max(sealed_at) from audit_seals))')} as now`;

const WRITE = `insert into audit_seals (number, previous, root, digest, sealed_at, last_xid, last_position, ids, leaves)
  values ($1, decode($2, 'hex'), decode($3, 'hex'), decode($4, 'hex'), $5, $6::xid8, $7, $8::uuid[], decode($9, 'hex'))`;

const SHOW = `insert into audit_shown (claim, recorded_at, record)
  select claim, recorded_at, record from json_to_recordset($1) as shown (claim text, recorded_at timestamptz, record uuid)
  on conflict do nothing`;

/** Chains the records behind the last seal, SEALED_TOGETHER_MAX at most, within the client's transaction; whoever calls holds the lock. */
export async function sealBatch(
  client: PoolClient,
  keys: Pick<KeyRing, 'find'>,
): Promise<SealedBatch> {
  const [last] = (await client.query<LastSeal>(LAST)).rows;
  const records = await recordsAfter(client, last ?? AUDIT_START, SEALED_TOGETHER_MAX);
  const end = records.at(-1);
  if (end === undefined) return { count: 0, broken: 0 };
  const leaves = records.map(recordLeaf);
  const head: SealHead = {
    number: Number(last?.number ?? 0) + 1,
    previous: last?.digest ?? NOTHING_BEFORE,
    root: rootOf(leaves),
    count: records.length,
    sealedAt: String((await client.query(NOW)).rows[0]?.now),
    lastXid: end.xid,
    lastPosition: end.position,
  };
  const ids = records.map(({ id }) => id);
  await client.query(WRITE, [
    ...[head.number, head.previous, head.root, sealDigest(head), head.sealedAt],
    ...[head.lastXid, head.lastPosition, ids, leaves.join('')],
  ]);
  return { count: records.length, broken: await showClaims(client, keys, records) };
}

/** What searches showed, so that accesses to a study are found. */
async function showClaims(
  client: PoolClient,
  keys: Pick<KeyRing, 'find'>,
  records: readonly ProvenRecord[],
): Promise<number> {
  const searches = records.filter(
    ({ action, outcome }) => action === 'search' && outcome === 'permit',
  );
  const ring = await keysOf(keys, searches);
  let broken = 0;
  const shown = searches.flatMap((record) => {
    try {
      const claims = openAudit(ring, {
        ...record,
        sealed: Buffer.from(record.sealed, 'base64'),
      })?.claims;
      return (claims ?? []).map((claim) => ({
        claim,
        recorded_at: record.recordedAt,
        record: record.id,
      }));
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      broken++;
      return [];
    }
  });
  if (shown.length > 0) await client.query(SHOW, [JSON.stringify(shown)]);
  return broken;
}
