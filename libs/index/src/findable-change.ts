import type { Content, PackEntry, PackKind } from '#archive/catalogue';
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

/** What one batch of facts does to the findable rows. Facts of one study stand in stream order. */
export type FindableChange = Readonly<{
  packs: readonly LandedPack[];
  stored: readonly StoredFacts[];
}>;

/** A settled pack and the series in it, as `PackSettled` tells. */
export type SettledPack = Readonly<{
  pack: string;
  key: string;
  claim: string;
  series: readonly Readonly<{ series: string; through: number; extract: Content }>[];
  entries: readonly PackEntry[];
}>;
