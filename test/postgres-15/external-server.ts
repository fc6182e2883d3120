import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { startOwnServer } from '../support/own-server.js';

/** Who logs in to the database of an archive on a server of one's own, each with this password. */
export const LOGINS = [
  'owner',
  'arkim_api',
  'arkim_ingest',
  'arkim_retention',
  'arkim_operator',
] as const;
export const PASSWORD = 'correct horse';
const DATABASE = 'pacs';

/** A server as an administrator gives it to an archive: on TCP with passwords, its owner may make neither roles nor databases. */
export async function externalServer(
  settings: (
    folder: string,
    host: string,
  ) => Promise<Readonly<Record<string, string>>> = async () => ({}),
) {
  const folder = await mkdtemp(join(tmpdir(), 'arkim-own-'));
  /* All of 127/8 is this machine: servers of tests that run at once don't meet. */
  const host = `127.${randomInt(1, 250)}.${randomInt(1, 250)}.${randomInt(1, 250)}`;
  const server = await startOwnServer({
    programs: programs(),
    folder: join(folder, 'data'),
    settings: { fsync: 'off', listen_addresses: host, ...(await settings(folder, host)) },
  });
  await administer(server.url, [
    ...LOGINS.map((login) => `create role ${login} login password '${PASSWORD}'`),
    `grant ${LOGINS.slice(1).join(', ')} to owner`,
    `create database ${DATABASE} owner owner`,
  ]);
  const urlOf = (login: (typeof LOGINS)[number]) =>
    `postgresql://${login}:${encodeURIComponent(PASSWORD)}@${host}:5432/${DATABASE}`;
  return {
    folder,
    host,
    server,
    /** A TCP URL, with the password in it. */
    urlOf,
    /** As the superuser, in the archive's database. */
    ask: (sql: string) => askAs(server.url.replace(/\/arkim\?/, `/${DATABASE}?`), sql),
    close: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type ExternalServer = Awaited<ReturnType<typeof externalServer>>;

/** The folder of the programs that this suite runs on. */
export function programs(): string {
  const folder = inject('postgresPrograms');
  if (folder === undefined) throw new Error('this suite starts its servers itself');
  return folder;
}

async function administer(url: string, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await askAs(url, statement);
}

/** The rows of one statement on a connection of its own. */
export async function askAs(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
