import type { JobPack, JobPart, Lane } from '#storage/ingest-job';
import type { SmallPack } from '#storage/small-landing';

export type { JobPart };

/** A Store request, durable and waiting to become facts. */
export type Job = Readonly<{
  id: string;
  hospital: string;
  actor: string;
  /** Study UID in the path of the request. */
  study: string | undefined;
  packs: readonly JobPack[];
  parts: readonly JobPart[];
  attempts: number;
  /** Which queue it waited in: imports give way to stores (design D14). */
  lane: Lane;
  /** What its row needs, when no queue has had it (ADR 20): what names its request, and packs that commit with it. */
  handed?: Readonly<{ digest: Buffer; bodies: readonly SmallPack[] }>;
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
