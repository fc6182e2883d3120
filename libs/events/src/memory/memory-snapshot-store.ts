import type { Snapshot, SnapshotStore } from '../snapshot-store.js';

/** The snapshot store of tests and simulations. */
export function memorySnapshotStore(): SnapshotStore {
  const kept = new Map<string, Snapshot>();
  const slot = ({ stream, fold }: Pick<Snapshot, 'stream' | 'fold'>) => `${fold} ${stream}`;
  return {
    find: async ({ fold, foldVersion }, streams) =>
      new Map(
        streams.flatMap((stream) => {
          const snapshot = kept.get(slot({ stream, fold }));
          return snapshot?.foldVersion === foldVersion ? [[stream, snapshot] as const] : [];
        }),
      ),
    save: async (snapshots) => {
      for (const snapshot of snapshots)
        if (isNewer(snapshot, kept.get(slot(snapshot)))) kept.set(slot(snapshot), snapshot);
    },
  };
}

const isNewer = (snapshot: Snapshot, old: Snapshot | undefined) =>
  old === undefined ||
  snapshot.foldVersion > old.foldVersion ||
  (snapshot.foldVersion === old.foldVersion && snapshot.version > old.version);
