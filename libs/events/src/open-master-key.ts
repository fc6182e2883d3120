import type { Random } from './key-ring.js';
import type { MasterKey, MasterKeyKeeper } from './master-key.js';
import { type ReadMasterKey, sealingMasterKey } from './sealing-master-key.js';

/** Where versions of the master key lie. */
export type MasterKeyPlaces = Readonly<{
  files: MasterKeyKeeper & Readonly<{ read: ReadMasterKey }>;
}>;

/** A master key with who makes and destroys its versions. */
export type OpenedMasterKey = Readonly<{ masterKey: MasterKey; keeper: MasterKeyKeeper }>;

/** Opens the master key; its versions are read when they are needed. */
export const openMasterKey = ({ files }: MasterKeyPlaces, random: Random): OpenedMasterKey => ({
  masterKey: sealingMasterKey(files.read, random),
  keeper: files,
});
