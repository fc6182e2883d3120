import type { Pool } from 'pg';
import { type InstancesStored, packStream, studyStream } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Event, Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';
import type { KeyRing } from '#events/key-ring';
import { openRecorded } from '#events/sealed-events';
import { provenEvent } from '../event-leaf.js';
import type { EvidenceLine } from '../evidence-lines.js';
import type { SealedLog } from '../log-head.js';
import { type SealStamp, sealRecord } from '../seal-stamp.js';
import { studyRoot } from '../study-root.js';
import { lastSeal, stampsOfDay } from './log-seals.js';
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
  const holdings = openHoldings();
  for await (const chunk of chunksOf(ports.log.read(studyStream(claim)))) {
    for (const { event } of await openRecorded(ports.keys, chunk, archiveUpcasters))
      if (isStored(event)) holdings.take(event);
    yield* proven(ports, seal, chunk);
  }
  const beside = BESIDE.map((name) => `${name}-${claim}`);
  for (const stream of [...beside, ...holdings.packs().map(packStream)])
    for await (const chunk of chunksOf(ports.log.read(stream))) yield* proven(ports, seal, chunk);
  yield holdings.instances();
}

const isStored = (event: Event): event is InstancesStored => event.type === 'InstancesStored';

/** What the facts of a study say that it holds. */
function openHoldings() {
  const packs = new Set<string>();
  const digests = new Set<string>();
  let isDestroyed = false;
  return {
    take: ({ data, personal }: InstancesStored) => {
      for (const pack of data.packs) packs.add(pack);
      for (const { sha256 } of personal?.instances ?? []) digests.add(sha256);
      if (personal === undefined) isDestroyed = true;
    },
    packs: () => [...packs],
    instances: (): EvidenceLine => {
      const instances = [...digests].sort();
      const key = isDestroyed ? 'destroyed' : 'there';
      return { instances, root: studyRoot(instances), key };
    },
  };
}

function head(claim: string, seal: SealedLog, stamps: readonly SealStamp[]): EvidenceLine {
  const record = sealRecord(stamps);
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
