import { createHash } from 'node:crypto';
import type { Landed } from './landing-pack.js';
import type { SmallPack } from './small-landing.js';

/** A landing pack of a job: its id, object key and length in bytes. */
export type JobPack = Readonly<{ pack: string; key: string; bytes: number }>;

/**
 * Why nothing of a part was kept. not-built: metadata and bulk data didn't make a file. unsupported-pixels: there is no
 * transfer syntax for the media type of its pixels.
 */
export type PartRefusal = 'too-large' | 'not-built' | 'unsupported-pixels';

/** A part as it lies in `packs[pack]`, or why nothing of it was kept, and which instance it was if that is known. `part` counts from 0. */
export type JobPart =
  | Readonly<{ part: number; pack: number; offset: number; bytes: number; sha256: string }>
  | Readonly<{ part: number; refused: PartRefusal; sopClass?: string; instance?: string }>;

/** What one Store request brought, durable in its packs. `study` is the UID in its path; `bodies` are those of its packs that commit with the job (ADR 18). */
export type IngestJob = Readonly<{
  id: string;
  hospital: string;
  actor: string;
  study: string | null;
  packs: readonly JobPack[];
  parts: readonly JobPart[];
  bodies?: readonly SmallPack[];
}>;

/** `joined`: the same request had been accepted before, `id` is that job's. */
export type Enqueued = Readonly<{ id: string; joined: boolean }>;
/**
 * What the sender is told first. `acceptance`: that the job is durable. `receipt`: what became of it; the job is durable with its
 * receipt then, because commits become durable in their order, and needs no flush of its own.
 */
export type Told = 'acceptance' | 'receipt';
/** Resolves when the job is committed; unless the sender is only told its receipt, when it is durable. */
export type Enqueue = (job: IngestJob, told?: Told) => Promise<Enqueued>;

/** Which queue a job waits in: imports give way to stores (design D14). */
export type Lane = 'store' | 'import';

/** The job of a request that has landed: each of its parts in their order. */
export function ingestJobOf(
  request: Pick<IngestJob, 'id' | 'hospital' | 'actor' | 'study'>,
  { packs, refusedParts }: Landed,
): IngestJob {
  const parts: JobPart[] = packs.flatMap(({ entries }, pack) =>
    entries.map(({ part, offset, bytes, sha256 }) => ({ part, pack, offset, bytes, sha256 })),
  );
  for (const { part, reason } of refusedParts) parts.push({ part, refused: reason });
  return {
    ...request,
    packs: packs.map(({ pack, key, bytes }) => ({ pack, key, bytes })),
    parts: parts.sort((a, b) => a.part - b.part),
  };
}

/** Names what was asked, so that the same request sent again joins the first (design D15): hospital, path, and the digests in their order. */
export function requestDigest({
  hospital,
  study,
  parts,
}: Pick<IngestJob, 'hospital' | 'study' | 'parts'>): Buffer {
  const hash = createHash('sha256').update(`${hospital}\0${study ?? ''}\0`);
  for (const part of parts) hash.update(`${'refused' in part ? refusalOf(part) : part.sha256}\0`);
  return hash.digest();
}

const refusalOf = ({ refused, instance }: Extract<JobPart, { refused: PartRefusal }>): string =>
  instance === undefined ? refused : `${refused} ${instance}`;
