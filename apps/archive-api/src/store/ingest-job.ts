import { createHash } from 'node:crypto';

/** A landing pack of a job: its id, object key and length in bytes. */
export type JobPack = Readonly<{ pack: string; key: string; bytes: number }>;

/** A part as it lies in `packs[pack]`, or why nothing of it was kept. `part` counts from 0. */
export type JobPart =
  | Readonly<{ part: number; pack: number; offset: number; bytes: number; sha256: string }>
  | Readonly<{ part: number; refused: 'too-large' }>;

/** What one Store request brought, durable in its packs. `study` is the UID in its path. */
export type IngestJob = Readonly<{
  id: string;
  hospital: string;
  actor: string;
  study: string | null;
  packs: readonly JobPack[];
  parts: readonly JobPart[];
}>;

/** Names what was asked, so that the same request sent again joins the first (design D15): hospital, path, and the digests in their order. */
export function requestDigest({
  hospital,
  study,
  parts,
}: Pick<IngestJob, 'hospital' | 'study' | 'parts'>): Buffer {
  const hash = createHash('sha256').update(`${hospital}\0${study ?? ''}\0`);
  for (const part of parts) hash.update('refused' in part ? 'too-large\0' : `${part.sha256}\0`);
  return hash.digest();
}
