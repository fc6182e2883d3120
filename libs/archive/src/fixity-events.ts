import type { Event } from '#events/event';

/** What re-reading a pack found. missing: there is no such object; trailer: its end can't be read; bytes: content has another digest. */
export type FixityDamage = 'missing' | 'trailer' | 'bytes';

/** Content whose bytes are others now: SHA-256 in hex as its fact says, and as it was read ('' when the object ends before). */
export type DamagedContent = Readonly<{ sha256: string; found: string }>;

/**
 * Packs from `first` to `last`, in the order of their ids, were read again, every byte, and held against the digests of their facts. Batches count from 1
 * within a round, rounds from 1; `isLast` ends the round: by then everything was read that was there at `roundStartedAt`.
 */
export type FixityBatchVerified = Event<
  'FixityBatchVerified',
  {
    batch: string;
    round: number;
    number: number;
    first: string;
    last: string;
    packs: number;
    bytes: number;
    damaged: number;
    isLast: boolean;
    roundStartedAt: string;
  }
>;

/** Bytes of a study aren't what was received. `count`: how much content is damaged; `contents` are the first of it. */
export type FixityFailed = Event<
  'FixityFailed',
  {
    claim: string;
    hospital: string;
    pack: string;
    key: string;
    kind: 'landing' | 'extract' | 'settled';
    damage: FixityDamage;
    count: number;
    contents: readonly DamagedContent[];
  }
>;

/** They are again: from the second copy, or because what was wrong was not the bytes but the way to them. */
export type FixityHealed = Event<
  'FixityHealed',
  { claim: string; pack: string; by: 'second-copy' | 'read-again' }
>;

export type FixityBatchEvent = FixityBatchVerified;
export type FixityEvent = FixityFailed | FixityHealed;

/** Damaged content that one fact lists. */
export const DAMAGED_CONTENTS_MAX = 100;

/** `batch` is `<round>-<number>`. */
export const fixityBatchStream = (batch: string) => `fixity-batch-${batch}`;
export const fixityStream = (claim: string) => `fixity-${claim}`;
