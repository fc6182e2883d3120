import type { EvidenceLine } from '#evidence/evidence-lines';
import type { SealedLog } from '#evidence/log-head';
import type { EventInLog, LogGrowth } from '#evidence/log-proof';
import type { SealStamp } from '#evidence/seal-stamp';

export const EVIDENCE = Symbol('Evidence');

/** What the routes of evidence are given. */
export type EvidenceDesk = Readonly<{
  seals: (
    before: number,
    limit: number,
  ) => Promise<readonly (SealedLog & Readonly<{ stamps: number; stampedAt: string | null }>)[]>;
  sealOfDay: (day: string) => Promise<SealedLog | undefined>;
  stampsOfDay: (day: string) => Promise<readonly SealStamp[]>;
  growth: (days: readonly [string, string]) => Promise<LogGrowth | undefined>;
  event: (id: string) => Promise<EventInLog | undefined>;
  /** Whether the hospital has, or had, this study. */
  isOf: (hospital: string, claim: string) => Promise<boolean>;
  study: (claim: string) => AsyncIterable<EvidenceLine>;
}>;
