import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { processesOf } from '../bootstrap/npm-start.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type Certificates, makeCertificates } from './certificates.js';
import { type ExternalServer, externalServer, PASSWORD } from './external-server.js';
import { type StartedArchive, startArchive, storeRequest } from './started-archive.js';

let certificates: Certificates;
let server: ExternalServer;
const started: StartedArchive[] = [];

beforeAll(async () => {
  server = await externalServer(async (folder, host) => {
    certificates = await makeCertificates(join(folder, 'tls'), `IP:${host},DNS:localhost`);
    return { ssl: 'on', ssl_cert_file: certificates.certFile, ssl_key_file: certificates.keyFile };
  });
});
afterEach(async () => {
  for (const archive of started.splice(0)) await archive.stop();
});
afterAll(() => server.close());

type Login = Parameters<ExternalServer['urlOf']>[0];

const tlsUrl = (login: Login, caFile = certificates.caFile) =>
  `${server.urlOf(login)}?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`;

/** The settings whose values stand in files, as an orchestrator mounts secrets. */
async function inFiles(settings: Readonly<Record<string, string>>) {
  const names: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    const file = join(server.folder, name);
    await writeFile(file, `${value}\n`, { mode: 0o600 });
    names[`${name}_FILE`] = file;
  }
  return names;
}

async function start(settings: Readonly<Record<string, string>>): Promise<StartedArchive> {
  const archive = await startArchive(server.folder, settings);
  started.push(archive);
  return archive;
}

const LOGIN_OF_SETTING = {
  ARKIM_POSTGRES_URL: 'owner',
  ARKIM_POSTGRES_URL_API: 'arkim_api',
  ARKIM_POSTGRES_URL_INGEST: 'arkim_ingest',
  ARKIM_POSTGRES_URL_RETENTION: 'arkim_retention',
} as const;
const FILE = part10(ctSlice({ study: '1.2.7', series: '1.2.7.1', instance: '1.2.7.1.1' }));

test('an archive starts on a server of its own over TLS, with its secrets in files and a login for each program', async () => {
  const urls = Object.entries(LOGIN_OF_SETTING).map(([name, login]) => [name, tlsUrl(login)]);
  const archive = await start(await inFiles(Object.fromEntries(urls)));
  await archive.untilReady();
  expect(await (await archive.ask('/studies')).json()).toHaveLength(4);
  expect((await archive.ask('/studies', storeRequest(FILE))).status).toBe(200);
  expect(await (await archive.ask('/studies?StudyInstanceUID=1.2.7')).json()).toHaveLength(1);
  const sessions =
    await server.ask(`select distinct application_name as program, usename as login, ssl
    from pg_stat_activity join pg_stat_ssl using (pid) where datname = 'pacs' and usename <> 'arkim' order by 1`);
  expect(sessions).toEqual([
    { program: 'arkim archive-api', login: 'arkim_api', ssl: true },
    { program: 'arkim archive-api search', login: 'arkim_api', ssl: true },
    { program: 'arkim ingest-worker', login: 'arkim_ingest', ssl: true },
    { program: 'arkim retention-worker', login: 'arkim_retention', ssl: true },
    { program: 'arkim supervisor', login: 'owner', ssl: true },
  ]);
  await expectOwnLoginsOnly(archive);
  expect(archive.output()).not.toContain(encodeURIComponent(PASSWORD));
  expect(await archive.stop()).toBe(0);
});

/** What each program's environment says of logins: its own, given by the supervisor, and no file. */
async function expectOwnLoginsOnly({ pid, data }: StartedArchive): Promise<void> {
  const { api, ingest, retention } = processesOf({ npm: { pid } as never, data });
  const expected = [
    [api, 'arkim_api'],
    [ingest, 'arkim_ingest'],
    [retention, 'arkim_retention'],
  ] as const;
  for (const [child, login] of expected) {
    const environment = (await readFile(`/proc/${child}/environ`, 'utf8')).split('\0');
    expect(environment.filter((entry) => entry.startsWith('ARKIM_POSTGRES'))).toEqual([
      `ARKIM_POSTGRES_URL=${tlsUrl(login)}`,
    ]);
  }
}

const lineOf = ({ output }: StartedArchive) =>
  output()
    .split('\n')
    .filter((line) => line.startsWith('arkim:'));

test('a server whose certificate another CA has signed is refused in one line without the password', async () => {
  const others = await makeCertificates(join(server.folder, 'others'), 'DNS:localhost');
  const archive = await start({ ARKIM_POSTGRES_URL: tlsUrl('owner', others.caFile) });
  expect(await archive.ended).toBe(1);
  expect(lineOf(archive)).toEqual([
    expect.stringMatching(/^arkim: PostgreSQL doesn't let us in: .*certificate/),
  ]);
  expect(archive.output()).not.toContain(encodeURIComponent(PASSWORD));
});
test('a CA file that is not there is told without its path', async () => {
  const archive = await start({ ARKIM_POSTGRES_URL: tlsUrl('owner', '/nowhere/ca.pem') });
  expect(await archive.ended).toBe(1);
  expect(lineOf(archive)).toEqual([
    `arkim: PostgreSQL doesn't let us in: a file that its URL names can't be read (ENOENT)`,
  ]);
});
test('a wrong password is refused in one line without it', async () => {
  const url = tlsUrl('owner').replace(encodeURIComponent(PASSWORD), 'battery-staple');
  const archive = await start({ ARKIM_POSTGRES_URL: url });
  expect(await archive.ended).toBe(1);
  expect(lineOf(archive)).toEqual([expect.stringContaining('password authentication failed')]);
  expect(archive.output()).not.toContain('battery-staple');
});
test('a pooler without logins of the programs is refused in one line', async () => {
  const archive = await start({
    ARKIM_POSTGRES_URL: tlsUrl('owner'),
    ARKIM_POSTGRES_POOLER_URL: 'postgresql://localhost:6432',
  });
  expect(await archive.ended).toBe(1);
  expect(lineOf(archive)).toEqual([
    expect.stringContaining('arkim: ARKIM_POSTGRES_POOLER_URL needs the logins of the programs'),
  ]);
});
