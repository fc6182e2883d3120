import type { KeyObject } from 'node:crypto';

/** A data key: 32 random bytes that neither print nor turn into JSON. */
export type SealingKey = Readonly<{ id: string; secret: KeyObject }>;
/** A destroyed key never comes back: what it sealed is gone. */
export type KeyState = SealingKey | 'destroyed';

/** Random bytes, unpredictable: `randomBytes` of node:crypto; seeded in simulations. */
export type Random = (bytes: number) => Buffer;

/** The data keys, one per study or patient (design D12). Adapters: postgres, memory. Contract: key-ring.contract.ts. */
export interface KeyRing {
  /** Every id's key, made and kept where there was none; 'destroyed' stays destroyed. */
  ensure(keyIds: readonly string[]): Promise<ReadonlyMap<string, KeyState>>;
  /** The keys that there are; an id that was never made is left out. */
  find(keyIds: readonly string[]): Promise<ReadonlyMap<string, KeyState>>;
  /** Irrevocable, at once here, within KEY_CACHE_MS in other processes. An id that was never made can't be made afterwards. */
  destroy(keyId: string): Promise<void>;
}

/** How long a process may go on using a key that another has destroyed. */
export const KEY_CACHE_MS = 5_000;
/** The most ids of one call. */
export const KEY_IDS_MAX = 10_000;
/** Length of a data key and of the master key in bytes. */
export const SECRET_BYTES = 32;
