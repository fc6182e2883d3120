import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import pg from 'pg';
import { vi } from 'vitest';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { databaseUrl } from '../support/postgres.js';

/** What a command answered. */
export type Answered = Readonly<{ code: number; lines: readonly string[] }>;

/** A data folder of its own with a key pair of OpenSSL for backups; `arkim` works on the database of `url`. */
export async function restoringOperator() {
  const root = await mkdtemp(join(tmpdir(), 'arkim-keys-'));
  const [identity, recipient] = [join(root, 'private.pem'), join(root, 'public.pem')];
  const openssl = (...args: readonly string[]) => promisify(execFile)('openssl', args);
  await openssl('genpkey', '-algorithm', 'X25519', '-out', identity);
  await openssl('pkey', '-in', identity, '-pubout', '-out', recipient);
  const ledgerFile = join(root, 'apart', 'destroyed.ledger');
  const backups = join(root, 'backups');
  await mkdir(backups);
  return {
    root,
    identity,
    recipient,
    ledgerFile,
    backups,
    openssl,
    /** From now on `arkim` works on this database, with this folder of data. */
    at: (url: string, dataFolder: string) => {
      vi.stubEnv('ARKIM_DATA', dataFolder);
      vi.stubEnv('ARKIM_POSTGRES_URL', url);
      vi.stubEnv('ARKIM_KEY_LEDGER', ledgerFile);
    },
    arkim: async (name: string, ...args: readonly string[]): Promise<Answered> => {
      const lines: string[] = [];
      const command = await commands[name]?.();
      if (command === undefined) throw new Error(`there is no command ${name}`);
      const terminal = { answer: (line: string) => lines.push(line), progress: () => undefined };
      return { code: await command.run(args, terminal), lines };
    },
    leave: async () => {
      vi.unstubAllEnvs();
      await rm(root, { recursive: true });
    },
  };
}

/** The database as it stands now, under another name: what a backup of it holds. */
export async function copyDatabase(url: string): Promise<string> {
  const name = new URL(url).pathname.slice(1);
  const client = new pg.Client({ connectionString: databaseUrl(url, 'postgres') });
  await client.connect();
  try {
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [name],
    );
    await client.query(`create database ${name}_copy template ${name}`);
    return databaseUrl(url, `${name}_copy`);
  } finally {
    await client.end();
  }
}

export async function dropDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(url, 'postgres') });
  await client.connect();
  try {
    await client.query(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
  } finally {
    await client.end();
  }
}

/** Tables of the database in which one of these texts stands, in clear or as bytes; each with the text. */
export async function whereItStands(
  pool: Pool,
  texts: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await pool.query(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const found: string[] = [];
  for (const { name } of rows)
    for (const text of texts) {
      const hex = Buffer.from(text).toString('hex');
      const sql = `select from ${name} t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0 limit 1`;
      if ((await pool.query(sql, [text, hex])).rowCount) found.push(`${name}: ${text}`);
    }
  return found;
}
