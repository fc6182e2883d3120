import type { Sealed } from './event.js';

/** The folded state of a stream at a version, sealed whole. `foldVersion` counts the versions of the fold from 1. */
export type Snapshot = Readonly<{
  stream: string;
  fold: string;
  foldVersion: number;
  version: number;
  sealed: Sealed;
}>;
/** Which fold, in which version: a snapshot of another version is as good as none. */
export type FoldName = Readonly<{ fold: string; foldVersion: number }>;

/** A cache of long streams, disposable at any time. Adapters: postgres, memory. Contract: snapshot-store.contract.ts. */
export interface SnapshotStore {
  /** The newest of each stream that has one of this very fold version. */
  find(name: FoldName, streams: readonly string[]): Promise<ReadonlyMap<string, Snapshot>>;
  /** Keeps one per stream and fold: the one of the highest fold version, and of these the newest. */
  save(snapshots: readonly Snapshot[]): Promise<void>;
}
