import type { Pool } from 'pg';
import type { ProvenRecord, Seal, SealedDay } from '../audit-chain.js';
import { AUDIT_START, type AuditPlace, MOMENT, RECORD } from './audit-rows.js';

/** Days in UTC, both included, as YYYY-MM-DD. */
export type AuditPeriod = Readonly<{ from: string; to: string }>;

/** A line of an export: seals, each before its records, and days, each behind its last seal. */
export type ExportLine =
  | Readonly<{
      audit: Readonly<{
        version: 1;
        from: string;
        to: string;
        firstSeal: number;
        lastSeal: number;
      }>;
    }>
  | Readonly<{ seal: Seal }>
  | Readonly<{ record: ProvenRecord }>
  | Readonly<{ day: SealedDay }>;

const DAY = `(sealed_at at time zone 'utc')::date`;
const BOUNDS = `select coalesce(min(number), 0)::int as "firstSeal", coalesce(max(number), 0)::int as "lastSeal"
  from audit_seals where ${DAY} between $1 and $2`;

const SEAL = `select number::int, encode(previous, 'hex') as previous, encode(root, 'hex') as root, cardinality(ids) as count,
    ${MOMENT('sealed_at')} as "sealedAt", last_xid::text as "lastXid", last_position::text as "lastPosition",
    encode(digest, 'hex') as digest, ids::text[], encode(leaves, 'hex') as leaves from audit_seals where number = $1`;

/* By their places, not by the ids of the seal: what was put between shows. */
const RECORDS = `select ${RECORD} from audit_records
  where (xid, position) > ($1::xid8, $2::bigint) and (xid, position) <= ($3::xid8, $4::bigint)
  order by audit_records.xid, audit_records.position`;

const DAY_OF = `select to_char(day, 'YYYY-MM-DD') as day, number::int, encode(previous, 'hex') as previous, first_seal::int as "firstSeal",
    last_seal::int as "lastSeal", records::int, encode(root, 'hex') as root, encode(digest, 'hex') as digest
  from audit_days where last_seal = $1`;

/** What was sealed in a period, seal by seal. */
export async function* exportAudit(
  pool: Pool,
  { from, to }: AuditPeriod,
): AsyncGenerator<ExportLine> {
  const { firstSeal, lastSeal } = (await pool.query(BOUNDS, [from, to])).rows[0] as Readonly<
    Record<'firstSeal' | 'lastSeal', number>
  >;
  yield { audit: { version: 1, from, to, firstSeal, lastSeal } };
  if (lastSeal === 0) return;
  let before: AuditPlace = (await sealOf(pool, firstSeal - 1)) ?? AUDIT_START;
  for (let number = firstSeal; number <= lastSeal; number++) {
    const seal = await sealOf(pool, number);
    if (seal === undefined) continue;
    yield { seal };
    const places = [before.lastXid, before.lastPosition, seal.lastXid, seal.lastPosition];
    for (const record of (await pool.query<ProvenRecord>(RECORDS, places)).rows) yield { record };
    const [day] = (await pool.query<SealedDay>(DAY_OF, [number])).rows;
    if (day !== undefined) yield { day };
    before = seal;
  }
}

const LEAF_CHARACTERS = 64;

async function sealOf(pool: Pool, number: number): Promise<Seal | undefined> {
  const [row] = (await pool.query<Omit<Seal, 'leaves'> & { leaves: string }>(SEAL, [number])).rows;
  if (row === undefined) return undefined;
  const leaves = Array.from({ length: row.leaves.length / LEAF_CHARACTERS }, (_, index) =>
    row.leaves.slice(index * LEAF_CHARACTERS, (index + 1) * LEAF_CHARACTERS),
  );
  return { ...row, leaves };
}
