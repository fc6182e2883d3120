import type { Pool } from 'pg';
import { evidenceStream } from '#archive/evidence-events';
import type { EventStore } from '#events/event-store';
import type { ProvenRecord, Seal, SealedDay } from '../audit-chain.js';
import { type ProvenEvent, provenEvent } from '../event-leaf.js';
import { leafHash, merkleRoot } from '../merkle.js';
import { inclusionRanges } from '../merkle-ranges.js';
import type { PlaceInTree, RecordProof } from '../record-proof.js';
import { MOMENT, RECORD } from './audit-rows.js';
import { proofOfEvent } from './log-proofs.js';

const RECORD_OF = `select ${RECORD} from audit_records where id = $1`;
/* By the time of the seal, which is never before that of its records: the first that has it. */
const SEAL_OF = `select number::int, encode(previous, 'hex') as previous, encode(root, 'hex') as root, cardinality(ids) as count,
    ${MOMENT('sealed_at')} as "sealedAt", last_xid::text as "lastXid", last_position::text as "lastPosition",
    encode(digest, 'hex') as digest, ids::text[], encode(leaves, 'hex') as leaves
  from audit_seals where sealed_at >= $2 and $1::uuid = any(ids) order by audit_seals.sealed_at limit 1`;
const DAY_OF = `select to_char(day, 'YYYY-MM-DD') as day, number::int, encode(previous, 'hex') as previous, first_seal::int as "firstSeal",
    last_seal::int as "lastSeal", records::int, encode(root, 'hex') as root, encode(digest, 'hex') as digest
  from audit_days where first_seal <= $1 and last_seal >= $1`;
const DIGESTS = `select digest from audit_seals where number between $1 and $2 order by number`;

const LEAF_BYTES = 32;

/** What proves that a record of access was sealed; undefined: there is none, or its day isn't under a seal of the log yet. */
export async function proofOfRecord(
  pool: Pool,
  log: Pick<EventStore, 'read'>,
  id: string,
): Promise<RecordProof | undefined> {
  const [record] = (await pool.query<ProvenRecord>(RECORD_OF, [id])).rows;
  if (record === undefined) return undefined;
  const [found] = (await pool.query<SealRow>(SEAL_OF, [id, record.recordedAt])).rows;
  if (found === undefined) return undefined;
  const { ids, leaves, ...seal } = found;
  const [day] = (await pool.query<SealedDay>(DAY_OF, [seal.number])).rows;
  const event = day && (await eventOf(log, day.day));
  const inLog = event && (await proofOfEvent(pool, event.id));
  if (day === undefined || event === undefined || inLog === undefined) return undefined;
  const inSeal = placeIn(hashesOf(leaves), ids.indexOf(id));
  const digests = (
    await pool.query<{ digest: Buffer }>(DIGESTS, [day.firstSeal, day.lastSeal])
  ).rows.map(({ digest }) => leafHash(digest));
  const inDay = placeIn(digests, seal.number - day.firstSeal);
  return { record, inSeal, seal, inDay, day, event, inLog };
}

type SealRow = Omit<Seal, 'leaves'> & Readonly<{ leaves: string }>;

async function eventOf(
  log: Pick<EventStore, 'read'>,
  day: string,
): Promise<ProvenEvent | undefined> {
  for await (const event of log.read(evidenceStream(day))) return provenEvent(event);
  return undefined;
}

function hashesOf(leaves: string): readonly Buffer[] {
  const bytes = Buffer.from(leaves, 'hex');
  return Array.from({ length: bytes.length / LEAF_BYTES }, (_none, index) =>
    bytes.subarray(index * LEAF_BYTES, (index + 1) * LEAF_BYTES),
  );
}

function placeIn(leaves: readonly Buffer[], index: number): PlaceInTree {
  const path = inclusionRanges(index, leaves.length).map(({ start, end }) =>
    merkleRoot(leaves.slice(start, end)).toString('hex'),
  );
  return { index, size: leaves.length, path };
}
