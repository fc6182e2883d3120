import type { Pool } from 'pg';
import {
  type InstancesStored,
  packStream,
  type StudyEvent,
  studyStream,
} from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import { provenEvent } from '../event-leaf.js';
import type { EvidenceLine } from '../evidence-lines.js';
import { evidenceRecord } from '../evidence-record.js';
import type { SealedLog } from '../log-head.js';
import { studyRoot } from '../study-root.js';
import { lastSeal, type SealStamp, stampsOfDay } from './log-seals.js';
import { inclusionPath } from './log-tree.js';
import { leavesOf } from './read-leaves.js';

export type EvidencePorts = Readonly<{
  pool: Pool;
  log: Pick<EventStore, 'read'>;
  keys: Pick<KeyRing, 'find'>;
}>;

/** Streams of a study beside its own. */
const BESIDE = ['disposition', 'fixity', 'access'] as const;
/** Events that are looked up at once. */
const CHUNK_EVENTS_MAX = 100;

/** All that proves a study, line by line: its events and those of the packs that they name, each under the newest seal, with its time-stamps. None when the log isn't sealed yet. */
export async function* studyEvidence(
  ports: EvidencePorts,
  claim: string,
): AsyncGenerator<EvidenceLine> {
  const seal = await lastSeal(ports.pool);
  if (seal === undefined) return;
  yield head(claim, seal, await stampsOfDay(ports.pool, seal.day));
  const packs = new Set<string>();
  const digests = new Set<string>();
  let isDestroyed = false;
  for await (const chunk of chunksOf(ports.log.read(studyStream(claim)))) {
    for (const { event } of await openRecorded<StudyEvent>(ports.keys as KeyRing, chunk, archiveUpcasters)) {
      const { data, personal } = event as InstancesStored;
      for (const pack of data.packs ?? []) packs.add(pack);
      if (personal === undefined) isDestroyed = true;
      for (const { sha256 } of personal?.instances ?? []) digests.add(sha256);
    }
    yield* proven(ports, seal, chunk);
  }
  const streams = [...BESIDE.map((name) => `${name}-${claim}`), ...[...packs].map(packStream)];
  for (const stream of streams)
    for await (const chunk of chunksOf(ports.log.read(stream))) yield* proven(ports, seal, chunk);
  const instances = [...digests].sort();
  yield { instances, root: studyRoot(instances), key: isDestroyed ? 'destroyed' : 'there' };
}

function head(claim: string, seal: SealedLog, stamps: readonly SealStamp[]): EvidenceLine {
  const chain = stamps.map(({ path, token }) => ({
    path: path.map((list) => list.map((hash) => Buffer.from(hash, 'hex'))),
    token: Buffer.from(token, 'base64'),
  }));
  const record = chain.length === 0 ? null : evidenceRecord(chain).toString('base64');
  const lines = stamps.map(({ path, token }) => ({ path, token }));
  return { evidence: { version: 1, claim, seal, stamps: lines, record } };
}

async function* proven(
  { pool }: EvidencePorts,
  seal: SealedLog,
  chunk: readonly Recorded[],
): AsyncGenerator<EvidenceLine> {
  const leaves = await leavesOf(
    pool,
    chunk.map(({ id }) => id),
  );
  const indexes = new Map(leaves.map(({ event, index }) => [event, index]));
  for (const event of chunk) {
    const index = indexes.get(event.id) ?? seal.size;
    const path = index < seal.size ? await inclusionPath(pool, index, seal.size) : undefined;
    const proof = path && { index, path: path.map((hash) => hash.toString('hex')) };
    yield { event: provenEvent(event), proof: proof ?? null };
  }
}

async function* chunksOf(events: AsyncIterable<Recorded>): AsyncGenerator<readonly Recorded[]> {
  let chunk: Recorded[] = [];
  for await (const event of events) {
    chunk.push(event);
    if (chunk.length < CHUNK_EVENTS_MAX) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
