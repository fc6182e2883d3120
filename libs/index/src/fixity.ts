import type { FixityBatchVerified, FixityFailed, FixityHealed } from '#archive/fixity-events';

/** How far reading everything again has come. Times in ISO 8601. */
export type FixityRound = Readonly<{
  round: number;
  startedAt: string;
  /** Undefined while it goes on. */
  endedAt: string | undefined;
  /** Batches of it, and the last pack that they hold. */
  batches: number;
  through: string;
  packs: number;
  bytes: number;
  damaged: number;
}>;

/** Damage that isn't healed. */
export type OpenDamage = Readonly<{
  claim: string;
  hospital: string;
  pack: string;
  kind: string;
  damage: string;
  contents: number;
  foundAt: string;
}>;

export type FixityFigures = Readonly<{
  /** The round under way, or the last one; undefined: none has begun. */
  round: FixityRound | undefined;
  /** The last round that ended. */
  ended: FixityRound | undefined;
  /** When what was read longest ago was read; in the first round, when that began: nothing of what it hasn't reached was read since. Undefined: none has begun. */
  oldestReadingAt: string | undefined;
  /** Packs found damaged of which some study isn't whole, of all hospitals, and those that were healed. */
  damagedPacks: number;
  healedPacks: number;
}>;

/** What the worker that reads everything again tells and asks. */
export type FixityLedger = Readonly<{
  latest: () => Promise<FixityRound | undefined>;
  tellBatch: (batch: FixityBatchVerified['data']) => Promise<void>;
  tellDamage: (damage: FixityFailed['data']) => Promise<void>;
  tellHealed: (healed: FixityHealed['data']) => Promise<void>;
  /** Studies that this pack is told damaged for. */
  damagedOf: (pack: string) => Promise<readonly string[]>;
}>;
