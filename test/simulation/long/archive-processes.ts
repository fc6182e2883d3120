import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { postgresLog } from '#events/postgres/postgres-log';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { openDemoIssuer } from '#platform/demo-issuer';
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '#platform/embedded-postgres';
import { masterKeyFiles } from '#platform/master-key-files';
import { migrate } from '#platform/migrate';
import { createPool } from '#platform/postgres-pool';
import { ensureSecrets } from '#platform/secrets';
import { bindToPlan, testLog } from '../../support/log.js';

/** The programs of an archive without their supervisor, so that a test may kill them as fast as it likes. */
export const PROGRAMS = ['archive-api', 'ingest-worker', 'ingest-worker', 'retention-worker'];

const RESTART_MS = 100;
const GONE_POLL_MS = 10;
const POLLS_MAX = 600;
const POLL_ANSWER_MS_MAX = 5_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};

/** Starts PostgreSQL and the programs on a new data folder. */
export async function archiveProcesses() {
  const dataFolder = await mkdtemp(join(tmpdir(), 'arkim-kills-'));
  const postgresFolder = join(dataFolder, 'postgres');
  const port = await freePort();
  const { url } = await startEmbeddedPostgres({ folder: postgresFolder });
  await migrate(url, 'infra/postgres');
  const pool = createPool({ url, name: 'simulation', onIdleError: () => undefined });
  await ensureFindable(pool);
  await ensureSecrets(dataFolder, pool);
  await masterKeyFiles(dataFolder).make(1);
  const beside = await testLog();
  await bindToPlan(pool, beside);
  const kurrent = beside && 'url' in beside.plan ? beside.plan : undefined;
  await pool.query(
    `insert into hospitals (hospital, name, onboarded_at) values ('HOSP-A', 'Hospital A', now())`,
  );
  await pool.query(`insert into platform_state (key, value) values ('demo', 'stored')`);
  const env = {
    ...process.env,
    PORT: String(port),
    ARKIM_DATA: dataFolder,
    ARKIM_DEMO: '1',
    ARKIM_LOG: 'fatal',
    ARKIM_POSTGRES_URL: url,
    ARKIM_SETTLE_QUIET_MS: '2000',
    ARKIM_KURRENTDB_URL: kurrent?.url,
    ARKIM_KURRENTDB_PREFIX: kurrent?.prefix,
  };
  const running = new Map<number, ChildProcess>();
  let closing = false;
  const start = (index: number) => {
    const file = `dist/apps/${PROGRAMS[index]}/src/main.js`;
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    const child = spawn(process.execPath, [file], { env, stdio: [...stdio] });
    running.set(index, child);
    child.once('exit', () => {
      if (!closing && running.get(index) === child) setTimeout(() => start(index), RESTART_MS);
    });
  };
  PROGRAMS.forEach((_, index) => {
    start(index);
  });
  const origin = `http://127.0.0.1:${port}`;
  const issuer = await openDemoIssuer(dataFolder);
  const token = await issuer.sign({
    organisation: 'HOSP-A',
    roles: ['modality', 'radiologist'],
    subject: 'simulation',
    issuedAtS: Math.floor(Date.now() / 1000),
    lifetimeS: 7200,
  });
  return {
    dataFolder,
    pool,
    log: beside?.log ?? postgresLog(pool),
    origin,
    token,
    /** Kills a program with SIGKILL; like any that ends, it is started again. */
    kill: (index: number) => {
      running.get(index)?.kill('SIGKILL');
    },
    /** Kills the edge and waits until it answers again. */
    killEdge: async () => {
      running.get(0)?.kill('SIGKILL');
      for (let poll = 0; poll < POLLS_MAX; poll++) {
        await delay(RESTART_MS);
        if (await isLive(origin)) return;
      }
      throw new Error('the edge did not come up again');
    },
    /** Kills one serving process of PostgreSQL: it throws out everybody, recovers and goes on. */
    killBackend: async () => {
      const postmaster = await postmasterPid(postgresFolder);
      const [backend] = childrenOf(postmaster, 'arkim');
      if (backend !== undefined) killIfThere(backend);
    },
    /** Kills PostgreSQL's first process; its children follow it; then starts the server again. */
    killPostgres: async () => {
      const postmaster = await postmasterPid(postgresFolder);
      process.kill(postmaster, 'SIGKILL');
      await gone(postmaster);
      await startEmbeddedPostgres({ folder: postgresFolder });
    },
    close: async () => {
      closing = true;
      for (const child of running.values()) child.kill('SIGKILL');
      await pool.end();
      await beside?.close();
      await stopEmbeddedPostgres(postgresFolder);
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

export type ArchiveProcesses = Awaited<ReturnType<typeof archiveProcesses>>;

const isLive = (origin: string): Promise<boolean> =>
  fetch(`${origin}/health/live`, { signal: AbortSignal.timeout(POLL_ANSWER_MS_MAX) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** One that ended by itself since it was listed is as dead. */
const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

/** Until then whoever starts PostgreSQL takes it for one that runs, and talks to it. */
const gone = async (pid: number): Promise<void> => {
  for (let poll = 0; poll < POLLS_MAX; poll++) {
    if (!isThere(pid)) return;
    await delay(GONE_POLL_MS);
  }
  throw new Error('the killed process did not go');
};

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
};

const postmasterPid = async (folder: string): Promise<number> =>
  Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);

/** Processes whose parent is `parent` and whose title names one of our connections. */
const childrenOf = (parent: number, name: string): readonly number[] =>
  execFileSync('ps', ['-eo', 'pid,ppid,args'], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => Number(match?.[2]) === parent && match?.[3]?.includes(name))
    .map((match) => Number(match?.[1]));
