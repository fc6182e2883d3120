import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '#platform/config';
import { logInAs, type Program, ROLE_OF_PROGRAM } from '#platform/database-roles';
import { openDemoIssuer } from '#platform/demo-issuer';
import { createLog, type Log } from '#platform/log';
import { openPorts } from '../../apps/archive-api/src/archive-api.module.js';
import { createApp } from '../../apps/archive-api/src/create-app.js';
import { prepareDatabase } from '../../apps/archive-standalone/src/archive-standalone.module.js';
import { openIngestWorker } from '../../apps/ingest-worker/src/ingest-worker.module.js';
import { openRetentionWorker } from '../../apps/retention-worker/src/retention-worker.module.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

const TOKEN_S = 600;

/** What differs from an archive on a database of this run's server. */
export type UnderRoles = Readonly<{
  database?: TestDatabase;
  log?: Log;
  settings?: Readonly<Record<string, string>>;
}>;

/** The three programs as their composition roots open them, each logged in as its role; nothing runs by itself but the edge. */
export async function archiveUnderRoles(options: UnderRoles = {}) {
  const dataFolder = await mkdtemp(join(tmpdir(), 'arkim-roles-'));
  const database = options.database ?? (await testDatabase());
  await prepareDatabase({
    url: database.url,
    migrationsFolder: 'infra/postgres',
    dataFolder,
    keys: { ledgerFile: join(dataFolder, 'keys/destroyed.ledger'), pkcs11: undefined },
  });
  const issuer = await openDemoIssuer(dataFolder);
  const log = options.log ?? createLog({ name: 'roles test', level: 'fatal' });
  const config = (program: Program): Config =>
    readConfig({
      ARKIM_DATA: dataFolder,
      ARKIM_DEMO: '1',
      ARKIM_POSTGRES_URL: logInAs(database.url, ROLE_OF_PROGRAM[program]),
      ...options.settings,
    });
  const edge = await openPorts(config('archive-api'), log);
  const app = await createApp(edge.ports);
  await app.listen(0, '127.0.0.1');
  const ingest = await openIngestWorker(config('ingest-worker'), log);
  const retention = await openRetentionWorker(config('retention-worker'), log);
  const token = await issuer.sign({
    organisation: 'HOSP-A',
    roles: ['modality', 'radiologist'],
    subject: 'someone',
    issuedAtS: Math.floor(Date.now() / 1000),
    lifetimeS: TOKEN_S,
  });
  const origin = `${await app.getUrl()}/dicom-web`;
  const headers = { authorization: `Bearer ${token}` };
  return {
    database,
    dataFolder,
    edge: edge.ports,
    ingest,
    retention,
    get: (path: string, accept = 'application/dicom+json') =>
      fetch(`${origin}${path}`, { headers: { ...headers, accept } }),
    post: (file: Buffer) => fetch(`${origin}/studies`, multipart(file, headers)),
    close: async () => {
      await app.close();
      await edge.close();
      await ingest.close();
      await retention.close();
      await database.close();
      await rm(dataFolder, { recursive: true });
    },
  };
}

export type ArchiveUnderRoles = Awaited<ReturnType<typeof archiveUnderRoles>>;

function multipart(file: Buffer, headers: Readonly<Record<string, string>>): RequestInit {
  const boundary = randomUUID();
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  const type = `multipart/related; type="application/dicom"; boundary=${boundary}`;
  return {
    method: 'POST',
    headers: { ...headers, accept: 'application/dicom+json', 'content-type': type },
    body: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
