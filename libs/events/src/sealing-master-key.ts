import { createSecretKey, type KeyObject } from 'node:crypto';
import { NONCE_BYTES, openContent, sealContent } from './content-seal.js';
import { type Random, SECRET_BYTES } from './key-ring.js';
import { type MasterKey, MasterKeyMissing } from './master-key.js';

/** The bytes of a version; undefined: there is no such version here. */
export type ReadMasterKey = (version: number) => Promise<Uint8Array | undefined>;

/** A master key whose bytes are held by this process: AES-256-GCM with the label as associated data. */
export function sealingMasterKey(read: ReadMasterKey, random: Random): MasterKey {
  const held = new Map<number, KeyObject>();
  const keyOf = async (version: number): Promise<KeyObject> => {
    const known = held.get(version);
    if (known) return known;
    const bytes = await read(version);
    if (bytes === undefined) throw new MasterKeyMissing(version);
    const key = createSecretKey(checked(bytes));
    held.set(version, key);
    return key;
  };
  return {
    wrap: async (version, secrets) => {
      const key = await keyOf(version);
      return secrets.map(({ label, bytes }) => sealContent(key, label, bytes, random(NONCE_BYTES)));
    },
    unwrap: async (version, wrapped) => {
      const key = await keyOf(version);
      return wrapped.map(({ label, bytes }) => openContent(key, label, bytes));
    },
  };
}

/** A master key of one version, the first. */
export function oneMasterKey(bytes: Uint8Array, random: Random): MasterKey {
  const only = checked(bytes);
  return sealingMasterKey(async (version) => (version === 1 ? only : undefined), random);
}

function checked(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== SECRET_BYTES) throw new Error(`a master key has ${SECRET_BYTES} bytes`);
  return bytes;
}
