import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OperatorFault } from '../operator-fault.js';

/** One forward step of the schema; `name` is its file name. */
export type Migration = Readonly<{ name: string; sha256: string; sql: string }>;

const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;
const LOCK_FILE = 'migrations.sha256';

/** The folder's migrations in order; throws when one differs from its line in `migrations.sha256`. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const committed = await readLock(folder);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const name of names) {
    if (!FILE_NAME.test(name)) throw new OperatorFault(`${name} is not named like 0001-events.sql`);
    const sql = await readFile(join(folder, name), 'utf8');
    const sha256 = createHash('sha256').update(sql).digest('hex');
    if ((committed.get(name) ?? sha256) !== sha256)
      throw new OperatorFault(
        `the migration ${name} was committed and has changed: add a new one instead`,
      );
    migrations.push({ name, sha256, sql });
  }
  return migrations;
}

/* Lines of `sha256sum`: digest, two blanks, path. No file means that nothing is committed yet. */
async function readLock(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, LOCK_FILE), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    },
  );
  const lines = text.split('\n').filter(Boolean);
  return new Map(lines.map((line) => [basename(line.slice(66)), line.slice(0, 64)]));
}
