import type { Content, PackEntry, PackKind } from '#archive/catalogue';
import type { RejectionCode, SeriesInstances } from '#archive/rejection-events';
import type { HeaderJson } from './header-json.js';
import type { InstanceFact } from './instance-fact.js';

/** A pack that has become durable. */
export type LandedPack = Readonly<{
  pack: string;
  kind: PackKind;
  key: string;
  chunk: number;
  /** The study whose own pack it is; '' for a pack of one request or batch. */
  claim?: string;
  entries: readonly PackEntry[];
}>;

/** Instances of one series that a fact stored, with their headers in the fact's order. */
export type StoredFacts = Readonly<{
  claim: string;
  hospital: string;
  series: string;
  /** Version of the study stream that the fact has. */
  version: number;
  packs: readonly string[];
  extract: Content;
  bytes: number;
  facts: readonly InstanceFact[];
  headers: readonly HeaderJson[];
}>;

/**
 * A fact of the study's stream about what may be seen of it. `note`: the rejection note, which nobody sees either. Revoked is a rejection by its id, or,
 * where that is '', whatever was said of these instances.
 */
export type Visibility = Readonly<{
  claim: string;
  hospital: string;
  /** Version of the study stream that the fact has. */
  version: number;
  rejection: string;
  series: readonly SeriesInstances[];
}> &
  (
    | Readonly<{
        kind: 'rejected';
        code: RejectionCode;
        note: Readonly<{ series: string; instance: string }>;
      }>
    | Readonly<{ kind: 'revoked' }>
  );

/** What one batch of facts does to the findable rows. Facts of one study stand in stream order, `stored` before `visibility`. */
export type FindableChange = Readonly<{
  packs: readonly LandedPack[];
  stored: readonly StoredFacts[];
  visibility?: readonly Visibility[];
}>;

/** A settled pack and the series in it, as `PackSettled` tells. */
export type SettledPack = Readonly<{
  pack: string;
  key: string;
  claim: string;
  series: readonly Readonly<{ series: string; through: number; extract: Content }>[];
  entries: readonly PackEntry[];
}>;
