import type { Lane } from '#storage/ingest-job';

/** A part of a Store request as the edge left it: its place in one of the request's packs, or why the edge could not keep it. */
export type JobPart =
  | Readonly<{ part: number; pack: number; offset: number; bytes: number; sha256: string }>
  | Readonly<{ part: number; refused: 'too-large' }>;

/** A Store request, durable and waiting to become facts. */
export type Job = Readonly<{
  id: string;
  hospital: string;
  actor: string;
  /** Study UID in the path of the request. */
  study: string | undefined;
  packs: readonly Readonly<{ pack: string; key: string; bytes: number }>[];
  parts: readonly JobPart[];
  attempts: number;
  /** Which queue it waited in: imports give way to stores (design D14). */
  lane: Lane;
}>;

/** What became of one part; the receipt of a job has one for each. */
export type Outcome = Readonly<{
  part: number;
  outcome: 'stored' | 'same' | 'refused' | 'quarantined';
  sopClass?: string;
  instance?: string;
  study?: string;
  series?: string;
  /** DICOM failure reason (PS3.18 Annex I.2.2), when it isn't kept. */
  reason?: number;
  why?: string;
}>;
