import { createSecretKey } from 'node:crypto';
import { type KeyRing, type KeyState, type Random, SECRET_BYTES } from '../key-ring.js';

/** The key ring of tests and simulations: the same contract as postgres, no durability. */
export function memoryKeyRing(random: Random): KeyRing {
  const keys = new Map<string, KeyState>();
  const make = (id: string): KeyState => {
    const key = { id, secret: createSecretKey(random(SECRET_BYTES)) };
    keys.set(id, key);
    return key;
  };
  return {
    ensure: async (keyIds) => new Map(keyIds.map((id) => [id, keys.get(id) ?? make(id)])),
    find: async (keyIds) =>
      new Map(
        keyIds.flatMap((id) => {
          const key = keys.get(id);
          return key === undefined ? [] : [[id, key] as const];
        }),
      ),
    destroy: async (keyId) => {
      keys.set(keyId, 'destroyed');
    },
  };
}
