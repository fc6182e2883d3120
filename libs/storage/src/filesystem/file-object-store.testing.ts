import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FileObjectStore, openFileObjectStore } from './file-object-store.js';

/** A store in a folder of its own, which `close` removes; every reported fault is kept. */
export async function temporaryFileStore(handlesMax = 8, readNowBytesMax = 0) {
  const base = await mkdtemp(join(tmpdir(), 'arkim-objects-'));
  await chmod(base, 0o755);
  const root = join(base, 'objects');
  const faults: unknown[] = [];
  const open = (): Promise<FileObjectStore> =>
    openFileObjectStore({
      root,
      handlesMax,
      readNowBytesMax,
      report: (fault) => faults.push(fault),
    });
  const store = await open();
  const close = async () => {
    store.close();
    await rm(base, { recursive: true, force: true });
  };
  return { root, store, faults, open, close, residue: () => filesIn(join(root, '.temporary')) };
}

/** Names of everything in a folder. */
export const filesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).sort();

/** Runs our TypeScript as it is: Node strips the types, this maps the `.js` of an import to the `.ts` beside it. */
const SOURCES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve: (specifier, context, next) => next(
    /^\\.{1,2}\\/.*\\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')
      ? specifier.replace(/js$/, 'ts') : specifier, context) });
`)}`;

const CHILD = fileURLToPath(new URL('./storing-process.testing.ts', import.meta.url));

/** A process of its own that stores into `root`: see storing-process.testing.ts for what it does and prints. `limit` is a line for the shell that starts it. */
export function storingProcess(root: string, work: string, limit = ':') {
  const node = [process.execPath, '--no-warnings', '--experimental-transform-types'];
  const command = [...node, '--import', SOURCES, CHILD, root, work];
  return spawn('sh', ['-c', `${limit}; exec "$@"`, 'sh', ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
