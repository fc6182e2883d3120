import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { type Config, readConfig } from '#platform/config';
import { logInAs, type Program, ROLE_OF_PROGRAM } from '#platform/database-roles';
import { createLog } from '#platform/log';
import { openPorts } from '../../apps/archive-api/src/archive-api.module.js';
import { createApp } from '../../apps/archive-api/src/create-app.js';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { prepareDatabase } from '../../apps/archive-standalone/src/archive-standalone.module.js';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { openIngestWorker } from '../../apps/ingest-worker/src/ingest-worker.module.js';
import { urlAs } from '../roles/roles.js';
import { ctSlice, part10 } from '../support/part10.js';
import { testDatabase } from '../support/postgres.js';

const PAUSE_MS = 20;

/** A request: where to, at which of the two edges, with what. */
export type Asked = Readonly<{
  token?: string;
  edge?: 0 | 1;
  headers?: Readonly<Record<string, string>>;
}>;

/** Two edges and a worker over one database, each logged in as its role, and an operator who gives commands. */
export async function tenancyArchive(settings: Readonly<Record<string, string>> = {}) {
  const dataFolder = await mkdtemp(join(tmpdir(), 'arkim-tenancy-'));
  const database = await testDatabase();
  await prepareDatabase({
    url: database.url,
    migrationsFolder: 'infra/postgres',
    dataFolder,
    keys: { ledgerFile: join(dataFolder, 'keys/destroyed.ledger'), pkcs11: undefined },
  });
  const config = (program: Program): Config =>
    readConfig({
      ARKIM_DATA: dataFolder,
      ARKIM_POSTGRES_URL: logInAs(database.url, ROLE_OF_PROGRAM[program]),
      ...settings,
    });
  const log = createLog({ name: 'tenancy test', level: 'fatal' });
  const edges = [await openEdge(config('archive-api')), await openEdge(config('archive-api'))];
  const worker = await openIngestWorker(config('ingest-worker'), log);
  const stopping = new AbortController();
  const working = work(worker.ingest, stopping.signal);
  vi.stubEnv('ARKIM_DATA', dataFolder);
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.stubEnv('ARKIM_POSTGRES_URL', urlAs(database.url, 'arkim_operator'));
  const ask = (path: string, { token, edge = 0, headers = {} }: Asked, init: RequestInit = {}) =>
    fetch(`${edges[edge]?.origin}${path}`, {
      ...init,
      headers: {
        accept: 'application/dicom+json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
        ...(init.headers as Record<string, string>),
      },
    });
  return {
    database,
    ask,
    /** The studies that a search shows, or the status of the refusal. */
    studies: async (asked: Asked): Promise<readonly string[] | number> => {
      const answer = await ask('/dicom-web/studies', asked);
      if (answer.status === 204) return [];
      if (answer.status !== 200) return answer.status;
      const rows = (await answer.json()) as Readonly<Record<string, { Value?: string[] }>>[];
      return rows.map((row) => row['0020000D']?.Value?.[0] ?? '').sort();
    },
    store: (study: string, asked: Asked) => ask('/dicom-web/studies', asked, storeOf(study)),
    /** A command of `arkim`; resolves to its answer, rejects with its one line. */
    arkim: async (name: string, ...args: readonly string[]): Promise<string> => {
      const lines: string[] = [];
      const command = await commands[name]?.();
      if (command === undefined) throw new Error(`there is no command ${name}`);
      const terminal = { answer: (line: string) => lines.push(line), progress: () => undefined };
      await command.run(args, terminal);
      return lines.join('\n');
    },
    /** Writes what describes a hospital, and resolves to the path. */
    file: async (described: Readonly<Record<string, unknown>>): Promise<string> => {
      const path = join(dataFolder, `${randomUUID()}.json`);
      await writeFile(path, JSON.stringify(described));
      return path;
    },
    close: async () => {
      vi.unstubAllEnvs();
      for (const edge of edges) await edge.close();
      stopping.abort();
      await working;
      await worker.close();
      await database.close();
      await rm(dataFolder, { recursive: true });
    },
  };
}

export type TenancyArchive = Awaited<ReturnType<typeof tenancyArchive>>;

async function openEdge(config: Config) {
  const opened = await openPorts(config, createLog({ name: 'tenancy test', level: 'fatal' }));
  const app = await createApp(opened.ports);
  await app.listen(0, '127.0.0.1');
  return {
    origin: await app.getUrl(),
    close: async () => {
      await app.close();
      await opened.close();
    },
  };
}

type Ingest = Awaited<ReturnType<typeof openIngestWorker>>['ingest'];

async function work(ingest: Ingest, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const jobs = await takeJobs(ingest.commitPool);
    await (jobs.length > 0 ? ingestBatch(ingest, jobs) : sleep(PAUSE_MS));
  }
}

function storeOf(study: string): RequestInit {
  const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
  const boundary = randomUUID();
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  return {
    method: 'POST',
    headers: {
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: Buffer.concat([
      Buffer.from(head),
      part10(ctSlice(uids)),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}
