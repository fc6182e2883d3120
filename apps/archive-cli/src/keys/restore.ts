import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { keyLedger } from '#events/key-ledger';
import { openMasterKey } from '#events/open-master-key';
import { type BackupHead, type RestoredKeys, restoreKeys } from '#events/postgres/key-backup';
import { replayDestructions } from '#events/postgres/tell-destructions';
import { BackupBroken, identityOf, openFrames } from '#events/sealed-frames';
import { type Config, readConfig } from '#platform/config';
import { masterKeyFiles } from '#platform/master-key-files';
import { createPool } from '#platform/postgres-pool';
import { restoreSecrets } from '#platform/secrets';
import type { Terminal } from '../command.js';
import { withStoppedArchive } from '../with-stopped-archive.js';
import { tellFaults } from './tell-faults.js';

const STATEMENT_MS_MAX = 3_600_000;

/** `from`: a backup; `identity`: a file with the private key that opens it. */
export type RestoreOrder = Readonly<{ from: string; identity: string }>;

/** Puts back keys that the database or the data folder lacks, then destroys again what the ledger tells. Exit code 1: some stay unreadable. */
export const restore = ({ from, identity }: RestoreOrder, terminal: Terminal) =>
  tellFaults(async () => {
    const config = readConfig();
    const key = identityOf(await readFile(identity, 'utf8'));
    const frames = openFrames(key, createReadStream(from))[Symbol.asyncIterator]();
    const head = headOf((await frames.next()).value);
    const rest = { [Symbol.asyncIterator]: () => frames };
    const done = await withStoppedArchive(config, (url) => putBack(config, url, head, rest));
    terminal.answer(`backup of ${head.made}`);
    terminal.answer(`${done.keys} keys put back, ${done.destroyed} destroyed as the backup tells`);
    terminal.answer(`${done.again} destroyed again as the ledger tells`);
    if (done.unusable > 0)
      terminal.answer(`${done.unusable} left out: their version of the master key is gone`);
    if (done.lost > 0)
      terminal.answer(`${done.lost} keys can't be read: their version of the master key is gone`);
    return done.lost > 0 ? 1 : 0;
  });

async function putBack(
  config: Config,
  url: string,
  head: BackupHead,
  frames: AsyncIterable<Buffer>,
): Promise<RestoredKeys & Readonly<{ again: number }>> {
  const { dataFolder } = config;
  const files = masterKeyFiles(dataFolder);
  const bytesOf = (version: number) => {
    const bytes = head.masters.find((master) => master.version === version)?.bytes;
    return bytes == null ? undefined : Buffer.from(bytes, 'base64');
  };
  const read = async (version: number) => (await files.read(version)) ?? bytesOf(version);
  const { masterKey } = openMasterKey(
    { files: { ...files, read }, pkcs11: config.keys.pkcs11 },
    randomBytes,
  );
  const keep = async (versions: readonly number[]) => {
    for (const version of versions) await files.put(version, bytesOf(version));
  };
  await restoreSecrets(dataFolder, {
    lookupKey: Buffer.from(head.secrets.lookupKey, 'base64'),
    derivationKey: Buffer.from(head.secrets.derivationKey, 'base64'),
  });
  const pool = createPool({ url, name: 'arkim', statementMsMax: STATEMENT_MS_MAX });
  try {
    const restored = await restoreKeys(pool, head, frames, { masterKey, keep });
    const { again } = await replayDestructions(pool, keyLedger(config.keys.ledgerFile));
    return { ...restored, again };
  } finally {
    await pool.end();
  }
}

function headOf(frame: Buffer | undefined): BackupHead {
  const head = JSON.parse(frame?.toString() || 'null');
  if (!head?.secrets || !Array.isArray(head.masters))
    throw new BackupBroken('the backup has no head');
  return head;
}
