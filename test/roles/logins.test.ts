import { readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { lastEventTypes } from '#events/postgres/last-event-types';
import { createFindable } from '#index/postgres/findable-schema';
import { readConfig } from '#platform/config';
import { type Program, ROLE_OF_PROGRAM } from '#platform/database-roles';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '#platform/embedded-postgres';
import { migrate } from '#platform/migrate';
import { prepareDatabase } from '../../apps/archive-standalone/src/archive-standalone.module.js';
import { programUrl, withoutLogins } from '../../apps/archive-standalone/src/program-url.js';
import { startOwnServer } from '../support/own-server.js';
import { loggedIn, ROLES, urlAs } from './roles.js';

const MIGRATIONS = 'infra/postgres';
const FROM_ROLES_ON = readdirSync(MIGRATIONS)
  .filter((name) => name.endsWith('.sql') && name >= '0003-roles.sql')
  .sort();
const DATABASE = 'pacs';
const PROGRAMS = Object.keys(ROLE_OF_PROGRAM) as Program[];

let folder: string;
/** The superuser, in the database that the server has from the start. */
let administrator: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-roles-'));
  const server = { folder: join(folder, 'postgres'), settings: { fsync: 'off' } };
  const programs = inject('postgresPrograms');
  const { url } = await (programs === undefined
    ? startEmbeddedPostgres(server)
    : startOwnServer({ ...server, programs }));
  administrator = url;
});
/* Roles are the server's: each test begins with none. */
afterEach(async () => {
  await administer(`drop database if exists ${DATABASE} with (force)`);
  for (const role of ['owner', ...ROLES]) await administer(`drop role if exists ${role}`);
});
afterAll(async () => {
  await stopEmbeddedPostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true });
});

const asUserOf = <T>(url: string, work: (pool: Pool) => Promise<T>) =>
  loggedIn(url, new URL(url).username, work);

const administer = (sql: string) => asUserOf(administrator, (pool) => pool.query(sql));

/** A database as one gets it from an administrator: its owner has only these rights. */
async function databaseOf(rights: 'createrole' | 'nocreaterole' | 'superuser'): Promise<string> {
  await administer(`create role owner login ${rights}`);
  await administer(`create database ${DATABASE} owner owner`);
  const url = new URL(urlAs(administrator, 'owner'));
  url.pathname = `/${DATABASE}`;
  return url.href;
}

/** The login of a program whose supervisor has these settings. */
const urlOf = (program: Program, settings: Readonly<Record<string, string>>) =>
  programUrl(readConfig(settings), settings['ARKIM_POSTGRES_URL'] ?? '', program);

const whoIs = (url: string) =>
  asUserOf(url, async (pool) => {
    const { rows } = await pool.query('select current_user as now, session_user as login');
    return rows[0];
  });

const madeRoles = async () => {
  const { rows } = await administer(
    `select rolname from pg_roles where rolname like 'arkim\\_%' order by 1`,
  );
  return rows.map(({ rolname }) => rolname);
};

/** What a refused migration tells an administrator to run. */
async function adviceOf(url: string): Promise<string> {
  const refusal = await migrate(url, MIGRATIONS).catch((error: Error) => error.message);
  expect(refusal).toMatch(
    /^the migration 0003-roles.sql failed: the user owner may not make the roles of the archive/,
  );
  return /run: (.*)$/.exec(String(refusal))?.[1] ?? '';
}

test('an owner who may not make roles is told what an administrator has to run, and that is enough', async () => {
  const url = await databaseOf('nocreaterole');
  const advice = await adviceOf(url);
  expect(await madeRoles()).toEqual([]);
  await administer(advice);
  expect(await migrate(url, MIGRATIONS)).toEqual(FROM_ROLES_ON);
  expect(await madeRoles()).toEqual([...ROLES].sort());
});
test('where another archive has the roles, an administrator has only to grant them', async () => {
  for (const role of ROLES) await administer(`create role ${role} login`);
  const url = await databaseOf('nocreaterole');
  const advice = await adviceOf(url);
  expect(advice).toBe(`grant ${ROLES.join(', ')} to owner;`);
  await administer(advice);
  expect(await migrate(url, MIGRATIONS)).toEqual(FROM_ROLES_ON);
});
test('an owner who may make roles makes them, and the programs take them up with its login', async () => {
  const url = await databaseOf('createrole');
  await migrate(url, MIGRATIONS);
  for (const program of PROGRAMS)
    expect(await whoIs(urlOf(program, { ARKIM_POSTGRES_URL: url }))).toEqual({
      now: ROLE_OF_PROGRAM[program],
      login: 'owner',
    });
});
test('options that the URL of a server has stay beside the role', async () => {
  const url = await databaseOf('createrole');
  await migrate(url, MIGRATIONS);
  const own = urlOf('archive-api', {
    ARKIM_POSTGRES_URL: `${url}&options=-c%20work_mem%3D3MB`,
  });
  const { rows } = await asUserOf(own, (pool) => pool.query('show work_mem'));
  expect(rows).toEqual([{ work_mem: '3MB' }]);
  expect(await whoIs(own)).toMatchObject({ now: 'arkim_api' });
});
test('a program that has a login of its own uses that one', async () => {
  const url = await databaseOf('createrole');
  await migrate(url, MIGRATIONS);
  const login = urlAs(url, 'arkim_ingest');
  const settings = { ARKIM_POSTGRES_URL: url, ARKIM_POSTGRES_URL_INGEST: login };
  expect(urlOf('ingest-worker', settings)).toBe(login);
  expect(await whoIs(urlOf('archive-api', settings))).toMatchObject({ login: 'owner' });
});
test('a program inherits nobody’s login', () => {
  const logins = {
    ARKIM_POSTGRES_URL: 'x',
    ARKIM_POSTGRES_URL_API: 'y',
    ARKIM_POSTGRES_URL_INGEST_FILE: '/z',
    ARKIM_POSTGRES_REPLICA_URL: 'r',
  };
  expect(withoutLogins({ PORT: '1', ...logins })).toEqual({ PORT: '1' });
});

/** Makes the database of an archive as it was before there were roles, with a pack and a segment that names it. */
async function makeOldArchive(owner: string): Promise<void> {
  const old = join(folder, 'old');
  await mkdir(old);
  for (const name of ['0001-events.sql', '0002-ingest.sql'])
    await copyFile(join(MIGRATIONS, name), join(old, name));
  await migrate(owner, old);
  const findable = createFindable(1).replace(/gin\s+\(hospital, /g, 'gin (');
  const withoutGrants = findable.replace("select grant_findable('findable_1');", '');
  expect(withoutGrants).not.toBe(findable);
  await asUserOf(owner, (pool) =>
    pool.query(`${withoutGrants}
      insert into projections (name, active) values ('findable', 1);
      insert into findable_1.segments values ('series', 1, 'claim', 1, '{old}', '{}', '[]');
      insert into events (stream, version, id, type, schema, data, metadata)
        values ('pack-old', 1, gen_random_uuid(), 'PackLanded', 1, '{}', '{}');`),
  );
}

test('an archive that was made before there were roles starts with them, and starts again', async () => {
  const owner = await databaseOf('superuser');
  await makeOldArchive(owner);
  const database = {
    url: owner,
    migrationsFolder: MIGRATIONS,
    dataFolder: join(folder, 'data'),
    keys: { ledgerFile: join(folder, 'destroyed.ledger'), pkcs11: undefined },
  };
  await prepareDatabase(database);
  await prepareDatabase(database);
  for (const program of PROGRAMS) {
    const url = programUrl(readConfig({}), owner, program);
    const role = ROLE_OF_PROGRAM[program];
    expect(await whoIs(url)).toEqual({ now: role, login: role });
    const { rows } = await asUserOf(url, (pool) =>
      pool.query('select claim from findable_1.segments'),
    );
    expect(rows).toEqual([{ claim: 'claim' }]);
  }
  const types = await loggedIn(owner, 'arkim_retention', (pool) =>
    lastEventTypes(pool, ['pack-old']),
  );
  expect(types).toEqual(new Map([['pack-old', 'PackLanded']]));
});
