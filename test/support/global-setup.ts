import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { stopEmbeddedPostgres } from '../../libs/platform/src/embedded-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of this run's PostgreSQL; the first test that needs a database starts it. */
    postgresFolder: string;
  }
}

const PREFIX = 'arkim-test-';

/** Gives every run a PostgreSQL folder of its own, and afterwards takes the server and the folder away. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  project.provide('postgresFolder', join(folder, 'postgres'));
  return () => remove(folder);
}

/* What killed runs left behind: a folder whose run is gone. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const run = /^arkim-test-(\d+)-/.exec(name)?.[1];
    if (run && !existsSync(`/proc/${run}`) && existsSync('/proc/1'))
      await remove(join(tmpdir(), name));
  }
}

async function remove(folder: string): Promise<void> {
  await stopEmbeddedPostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}
