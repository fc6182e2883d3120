import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createLog } from '#platform/log';
import { wakeUp } from '#platform/wake-up';
import { openFileObjectStore } from '#storage/filesystem/file-object-store';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { archiveCore, TEST_SECRETS } from '../support/archive-core.js';
import { stubLog } from '../support/log.js';

/** An archive on files whose worker runs, and somebody who gives commands of `arkim` beside it. */
export async function importingArchive() {
  const folder = await mkdtemp(join(tmpdir(), 'arkim-import-'));
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys/master.key'), TEST_SECRETS.masterKey);
  await writeFile(join(folder, 'keys/lookup.key'), TEST_SECRETS.lookupKey);
  const faults: unknown[] = [];
  const root = join(folder, 'objects');
  const store = await openFileObjectStore({ root, report: (fault) => faults.push(fault) });
  const archive = await archiveCore(store);
  vi.stubEnv('ARKIM_DATA', folder);
  vi.stubEnv('ARKIM_POSTGRES_URL', archive.url);
  stubLog(archive.logPlan);
  const stop = new AbortController();
  const { ingest, pool } = archive;
  const log = createLog({ name: 'import test', level: 'fatal' });
  const { sleep } = wakeUp(stop.signal);
  const work = { ingest, pool, log, awaitWork: sleep, pause: sleep };
  let loop: Promise<void> | undefined;
  return {
    archive,
    faults,
    /** A folder of the operator's. */
    newFolder: () => mkdtemp(join(folder, 'files-')),
    startWorker: () => {
      loop = runIngest(work, stop.signal);
    },
    arkim: async (name: string, ...args: readonly string[]) => {
      const lines: string[] = [];
      const command = await commands[name]?.();
      const terminal = { answer: (line: string) => lines.push(line), progress: () => undefined };
      return { code: await command?.run(args, terminal), lines };
    },
    close: async () => {
      stop.abort();
      await loop;
      vi.unstubAllEnvs();
      await archive.close();
      store.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type ImportingArchive = Awaited<ReturnType<typeof importingArchive>>;
