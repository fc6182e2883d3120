import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorFault } from './operator-fault.js';
import { createSecretFile, syncFolder } from './secrets/secret-file.js';

/** Versions of the master key that lie in files of the data folder. */
export type MasterKeyFiles = Readonly<{
  kind: 'file';
  /** 32 bytes; undefined: there is no such version. Throws OperatorFault. */
  read: (version: number) => Promise<Buffer | undefined>;
  /** One that is there already stays. */
  make: (version: number) => Promise<void>;
  /** Bytes of a backup; a version that is there already stays. */
  put: (version: number, bytes: Buffer | undefined) => Promise<void>;
  destroy: (version: number) => Promise<void>;
}>;

const KEY_BYTES = 32;

/** `keys/master.key` is the first version, `keys/master-<n>.key` the n-th. */
export function masterKeyFiles(dataFolder: string): MasterKeyFiles {
  const folder = join(dataFolder, 'keys');
  const nameOf = (version: number) => (version === 1 ? 'master.key' : `master-${version}.key`);
  return {
    kind: 'file',
    read: (version) => readKeyFile(join(folder, nameOf(version))),
    make: (version) => createSecretFile(folder, nameOf(version), KEY_BYTES),
    put: async (version, bytes) => {
      if (bytes !== undefined) await createSecretFile(folder, nameOf(version), bytes);
    },
    destroy: async (version) => {
      await wipe(join(folder, nameOf(version)));
      await syncFolder(folder);
    },
  };
}

/** A key of 32 bytes; undefined when there is no such file. Throws OperatorFault. */
export async function readKeyFile(file: string): Promise<Buffer | undefined> {
  const key = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new OperatorFault(`the key ${file} can't be read: ${error.code}`, { cause: error });
  });
  if (key && key.length !== KEY_BYTES)
    throw new OperatorFault(`the key ${file} has ${key.length} bytes instead of ${KEY_BYTES}`);
  return key;
}

/* Its bytes are overwritten where the disk lets them be; disks that write elsewhere keep them until they need the room. */
async function wipe(file: string): Promise<void> {
  const opened = await open(file, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (opened === undefined) return;
  try {
    await opened.write(Buffer.alloc(KEY_BYTES), 0, KEY_BYTES, 0);
    await opened.sync();
  } finally {
    await opened.close();
  }
  await rm(file);
}
