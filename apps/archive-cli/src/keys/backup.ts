import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { type BackedUpMaster, backupFrames } from '#events/postgres/key-backup';
import { recipientOf, sealFrames } from '#events/sealed-frames';
import { readConfig } from '#platform/config';
import { masterKeyFiles } from '#platform/master-key-files';
import { readSecrets } from '#platform/secrets';
import type { Terminal } from '../command.js';
import { deleteOld, writeBackup } from './backup-files.js';
import { tellFaults } from './tell-faults.js';
import { withMasterKey } from './with-master-key.js';

/** `to`: a folder; `recipient`: a file with the public key that the backup is sealed for. */
export type BackupOrder = Readonly<{ to: string; recipient: string; keepDays: number }>;

/** Writes all keys, sealed for the recipient, and deletes backups that are older than wanted. */
export const backup = ({ to, recipient, keepDays }: BackupOrder, terminal: Terminal) =>
  tellFaults(() =>
    withMasterKey(async (pool) => {
      const madeAt = new Date();
      const key = recipientOf(await readFile(recipient, 'utf8'));
      const path = await writeBackup(to, madeAt, sealFrames(key, framesOf(pool, madeAt)));
      terminal.answer(path);
      const deleted = await deleteOld(to, madeAt, keepDays);
      if (deleted > 0) terminal.progress(`${deleted} older than ${keepDays} days deleted`);
      return 0;
    }),
  );

function framesOf(pool: Pool, madeAt: Date): AsyncIterable<Buffer> {
  const { dataFolder } = readConfig();
  const files = masterKeyFiles(dataFolder);
  const withBytes = async (master: BackedUpMaster): Promise<BackedUpMaster> => {
    const bytes = await files.read(master.version);
    return { ...master, bytes: bytes?.toString('base64') ?? null };
  };
  return backupFrames(pool, async (masters) => {
    const { lookupKey, derivationKey } = await readSecrets(dataFolder);
    return {
      made: madeAt.toISOString(),
      secrets: {
        lookupKey: lookupKey.toString('base64'),
        derivationKey: derivationKey.toString('base64'),
      },
      masters: await Promise.all(masters.map(withBytes)),
    };
  });
}
