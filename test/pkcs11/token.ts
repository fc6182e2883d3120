import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
];
const PIN = '48151623';

/** A token of its own in SoftHSM. The module reads its settings once per process. Throws when SoftHSM or OpenSC is missing. */
export async function softToken() {
  const module = MODULES.find(existsSync);
  if (module === undefined) throw new Error('SoftHSM is not installed: package softhsm2');
  const folder = await mkdtemp(join(tmpdir(), 'arkim-token-'));
  await mkdir(join(folder, 'tokens'));
  const settings = join(folder, 'softhsm2.conf');
  await writeFile(
    settings,
    `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`,
  );
  process.env['SOFTHSM2_CONF'] = settings;
  const run = promisify(execFile);
  await run('softhsm2-util', [
    ...['--init-token', '--free', '--label', 'arkim test'],
    ...['--pin', PIN, '--so-pin', '62342108'],
  ]);
  return {
    folder,
    settings: { module, token: 'arkim test', pin: PIN },
    /** What OpenSC says of the keys of the token. */
    listKeys: async (): Promise<string> => {
      const { stdout } = await run('pkcs11-tool', [
        ...['--module', module, '--token-label', 'arkim test', '--login', '--pin', PIN],
        ...['--list-objects', '--type', 'secrkey'],
      ]);
      return stdout;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
