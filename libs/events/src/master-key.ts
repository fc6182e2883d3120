/** A data key, bare or wrapped; it opens under the same label only. */
export type Labelled = Readonly<{ label: string; bytes: Uint8Array }>;

/**
 * What wraps data keys (design D12), in versions that count from 1; which of them wraps new keys is said by table
 * `master_keys`. A version that is made while the archive runs is known to every process without a restart. Adapters:
 * sealingMasterKey (its bytes are held here), pkcs11 (they never leave the device).
 */
export interface MasterKey {
  /** In the order given. Throws MasterKeyMissing. */
  wrap(version: number, secrets: readonly Labelled[]): Promise<readonly Buffer[]>;
  /** In the order given. Throws MasterKeyMissing, and SealBroken when one doesn't open. */
  unwrap(version: number, wrapped: readonly Labelled[]): Promise<readonly Buffer[]>;
}

/** Where versions are made and destroyed. */
export interface MasterKeyKeeper {
  readonly kind: 'file' | 'pkcs11';
  /** Makes the version; one that is there already stays. */
  make(version: number): Promise<void>;
  /** Irrevocable; nothing when it isn't there. */
  destroy(version: number): Promise<void>;
}

/** What keeps the master key can't be used: its module isn't there, it doesn't let us in, or it fails. */
export class MasterKeyUnavailable extends Error {}

/** A version of the master key isn't where it is kept: destroyed, lost, or another archive's. */
export class MasterKeyMissing extends Error {
  constructor(readonly version: number) {
    super(`version ${version} of the master key isn't there`);
  }
}
