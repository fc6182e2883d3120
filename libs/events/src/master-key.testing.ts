import { randomBytes } from 'node:crypto';
import type { MasterKeyKeeper } from './master-key.js';
import { sealingMasterKey } from './sealing-master-key.js';

/** A master key whose versions lie in a map; `held` may be changed as somebody would change files. */
export function heldMasterKey() {
  const held = new Map<number, Buffer>();
  const keeper: MasterKeyKeeper = {
    kind: 'file',
    make: async (version) => {
      if (!held.has(version)) held.set(version, randomBytes(32));
    },
    destroy: async (version) => {
      held.delete(version);
    },
  };
  /** As another process opens it. */
  const open = () => sealingMasterKey(async (version) => held.get(version), randomBytes);
  return { held, keeper, open, masterKey: open(), random: randomBytes };
}
