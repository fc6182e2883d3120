import type { Event } from '#events/event';

/**
 * The seals of the access records of one day (UTC) are chained: `root` is the Merkle root over their digests, `previous` the digest of the day
 * before, `digest` that of all this. Digests in hex.
 */
export type DaySealed = Event<
  'DaySealed',
  {
    day: string;
    number: number;
    previous: string;
    firstSeal: number;
    lastSeal: number;
    records: number;
    root: string;
    digest: string;
  }
>;

export type EvidenceEvent = DaySealed;

export const evidenceStream = (day: string) => `evidence-${day}`;
