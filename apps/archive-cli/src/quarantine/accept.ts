import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { readHeader } from '#dicom/read-header';
import { RENAME_HEAD_BYTES_MAX, renameInstance } from '#dicom/rename-instance';
import { uidOfUuid } from '#dicom/uid-of-uuid';
import { uuid5 } from '#events/uuid5';
import { OperatorFault } from '#platform/operator-fault';
import { LANDING_LIMITS, writeLandingPack } from '#storage/landing-pack';
import type { ObjectStore } from '#storage/object-store';
import type { OpenArchive } from '../archive-cli.module.js';
import type { Quarantined } from './quarantined.js';
import { resolveQuarantined } from './resolve.js';

const RECEIPT_POLL_MS = 200;
const RECEIPT_POLLS_MAX = 150;

/**
 * Stores a part under a new SOP Instance UID, through the same queue as any store, and answers with that UID.
 * The UID and the job follow from the part's id: a repeat after a crash goes on where the first attempt ended.
 */
export async function acceptQuarantined(archive: OpenArchive, part: Quarantined): Promise<string> {
  const uid = uidOfUuid(uuid5(part.id, 'accepted'));
  const digest = createHash('sha256').update(`accepted ${part.id}`).digest();
  const job = (await findJob(archive.pool, digest)) ?? (await enqueue(archive, part, uid, digest));
  const outcome = await awaitOutcome(archive.pool, job);
  if (outcome !== 'stored' && outcome !== 'same')
    throw new OperatorFault('the renamed instance was not stored either; export it to look at it');
  await resolveQuarantined(archive, part, 'accepted');
  return uid;
}

const findJob = async (pool: Pool, digest: Buffer): Promise<string | undefined> => {
  const { rows } = await pool.query('select id from ingest_jobs where request_digest = $1', [
    digest,
  ]);
  return rows[0]?.id;
};

const enqueue = async (
  { store, pool }: OpenArchive,
  part: Quarantined,
  uid: string,
  digest: Buffer,
): Promise<string> => {
  const id = randomUUID();
  const request = { request: id, hospital: part.hospital, caller: 'operator' };
  const landing = { request, newPackId: randomUUID, limits: LANDING_LIMITS };
  const body = await renamed(store, part, uid);
  const { packs } = await writeLandingPack(store, landing, once({ body }));
  const parts = packs.flatMap(({ entries }, pack) => entries.map((entry) => ({ ...entry, pack })));
  await pool.query(
    `with job as (insert into ingest_jobs
       (id, hospital, actor, request_digest, packs, parts, part_count, byte_count)
       values ($1, $2, 'operator', $3, $4, $5, 1, $6))
     select pg_notify('ingest', '')`,
    [
      id,
      part.hospital,
      digest,
      JSON.stringify(packs.map(({ pack, key, bytes }) => ({ pack, key, bytes }))),
      JSON.stringify(parts),
      part.bytes,
    ],
  );
  return id;
};

const renamed = async (store: ObjectStore, { place }: Quarantined, uid: string) => {
  const { key, offset, bytes } = place;
  const read = async (start: number, end: number) => {
    const found = await store.read(key, { start: offset + start, end: offset + end });
    if (found === undefined) throw new Error('the pack of a part that is kept aside is gone');
    return found;
  };
  const result = await readHeader({ length: bytes, read });
  if (!result.ok) throw new OperatorFault('it cannot be read as DICOM: return or discard it');
  const { dataSetStart, explicit, bigEndian, deflated } = result.header;
  if (deflated) throw new OperatorFault('a deflated data set cannot be renamed: return it');
  const head = await read(0, Math.min(bytes, RENAME_HEAD_BYTES_MAX));
  const encoding = { explicit, bigEndian };
  const change = renameInstance({ head, dataSetStart, encoding }, uid);
  if (!change.ok) throw new OperatorFault('it has no UID that could be replaced: return it');
  const rest = await store.stream(key, { start: offset + change.replaces, end: offset + bytes });
  if (rest === undefined) throw new Error('the pack of a part that is kept aside is gone');
  return followedBy(change.head, rest);
};

async function* followedBy(head: Buffer, rest: AsyncIterable<Buffer>) {
  yield head;
  yield* rest;
}

async function* once<T>(item: T) {
  yield item;
}

const awaitOutcome = async (pool: Pool, job: string): Promise<string | undefined> => {
  for (let poll = 0; poll < RECEIPT_POLLS_MAX; poll++) {
    const { rows } = await pool.query('select receipt from ingest_jobs where id = $1', [job]);
    const receipt = rows[0]?.receipt;
    if (typeof receipt === 'string')
      return (JSON.parse(receipt) as { outcomes: { outcome: string }[] }).outcomes[0]?.outcome;
    await delay(RECEIPT_POLL_MS);
  }
  throw new OperatorFault('no worker took it up yet: call the same command again later');
};
