import { NONCE_BYTES } from './content-seal.js';
import type { Random, SealingKey } from './key-ring.js';
import { openSealed, type SealPlace, sealPersonal } from './seal.js';
import type { FoldName, Snapshot } from './snapshot-store.js';

/** How a state becomes JSON and comes back, and after how many events it is worth a new snapshot. */
export type SnapshotRule<S> = FoldName &
  Readonly<{
    everyEvents: number;
    write: (state: S) => unknown;
    read: (written: unknown) => S;
  }>;

/** Seals the state whole: it may hold personal data of any event. */
export function sealSnapshot<S>(
  { stream, version, state }: Readonly<{ stream: string; version: number; state: S }>,
  key: SealingKey,
  rule: SnapshotRule<S>,
  random: Random,
): Snapshot {
  const { fold, foldVersion } = rule;
  const place = snapshotPlace({ stream, version, fold, foldVersion });
  const sealed = sealPersonal(key, place, rule.write(state), random(NONCE_BYTES));
  return { stream, version, fold, foldVersion, sealed };
}

/** The state that a snapshot of this rule's fold version holds. Throws SealBroken. */
export const openSnapshot = <S>(snapshot: Snapshot, key: SealingKey, rule: SnapshotRule<S>): S =>
  rule.read(openSealed(key, snapshotPlace(snapshot), snapshot.sealed));

/* No event type has a colon, so no snapshot can pass for an event. */
const snapshotPlace = (snapshot: Omit<Snapshot, 'sealed'>): SealPlace => ({
  stream: snapshot.stream,
  version: snapshot.version,
  type: `snapshot:${snapshot.fold}:${snapshot.foldVersion}`,
});
