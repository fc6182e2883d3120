/** A pack that holds bytes of a study, with its key in the object store. */
export type HeldPack = Readonly<{ pack: string; key: string }>;

/** What a study consists of at this moment. */
export type StudyContent = Readonly<{
  /** SHA-256 of its instances, in hex, in ascending order. */
  digests: readonly string[];
  bytes: number;
  packs: readonly HeldPack[];
  /** Requests that brought something of it. */
  jobs: readonly string[];
}>;

/** Why a study may not be disposed of at this moment; `frozen` (a crisis), `rescheduling` (its date may be about to move) and `rebuilding` (a read model is made anew) pass by themselves. */
export type Obstacle =
  | 'held'
  | 'not-due'
  | 'batch-stopped'
  | 'frozen'
  | 'rescheduling'
  | 'rebuilding';
