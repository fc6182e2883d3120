import type { Random } from './key-ring.js';
import { type MasterKey, type MasterKeyKeeper, MasterKeyUnavailable } from './master-key.js';
import type { Pkcs11Settings } from './pkcs11-settings.js';
import { type ReadMasterKey, sealingMasterKey } from './sealing-master-key.js';

/** Files of the data folder that hold versions of the master key. */
export type MasterKeyFiles = MasterKeyKeeper & Readonly<{ read: ReadMasterKey }>;

/** Where versions of the master key lie: as files, and in a device when one is named. New ones are made in the device then. */
export type MasterKeyPlaces = Readonly<{
  files: MasterKeyFiles;
  pkcs11?: Pkcs11Settings | undefined;
}>;

/** A master key with who makes and destroys its versions. */
export type OpenedMasterKey = Readonly<{
  masterKey: MasterKey;
  keeper: MasterKeyKeeper;
  close: () => Promise<void>;
}>;

/** Opens the master key; a device is asked for nothing until a version is needed that no file has. */
export function openMasterKey({ files, pkcs11 }: MasterKeyPlaces, random: Random): OpenedMasterKey {
  const ofFiles = sealingMasterKey(files.read, random);
  if (pkcs11 === undefined)
    return { masterKey: ofFiles, keeper: files, close: async () => undefined };
  let opening: Promise<Device> | undefined;
  const device = () => {
    opening ??= openDevice(pkcs11, random).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const keyOf = async (version: number): Promise<MasterKey> =>
    (await files.read(version)) === undefined ? device() : ofFiles;
  return {
    masterKey: {
      wrap: async (version, secrets) => (await keyOf(version)).wrap(version, secrets),
      unwrap: async (version, wrapped) => (await keyOf(version)).unwrap(version, wrapped),
    },
    keeper: {
      kind: 'pkcs11',
      make: async (version) => (await device()).make(version),
      destroy: async (version) => {
        await files.destroy(version);
        await (await device()).destroy(version);
      },
    },
    close: async () => (await opening)?.close(),
  };
}

type Device = Awaited<ReturnType<typeof openDevice>>;

/* Only who needs it loads what calls it. */
async function openDevice(settings: Pkcs11Settings, random: Random) {
  try {
    const { pkcs11MasterKey } = await import('./pkcs11/pkcs11-master-key.js');
    return pkcs11MasterKey(settings, random);
  } catch (cause) {
    throw new MasterKeyUnavailable('the PKCS #11 module can’t be loaded', { cause });
  }
}
