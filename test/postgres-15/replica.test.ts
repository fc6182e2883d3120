import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { checkReplica, readPosition } from '#index/postgres/replica-check';
import { logInAs } from '#platform/database-roles';
import { createLog } from '#platform/log';
import { createPool } from '#platform/postgres-pool';
import { refuseForeignReplica } from '#platform/replica-server';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { runIngest } from '../../apps/ingest-worker/src/run-ingest.js';
import { type ArchiveUnderRoles, archiveUnderRoles } from '../roles/archive-under-roles.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type ReplicatedServer, replicatedServer } from './replicated-server.js';

const HOSPITAL = `insert into hospitals (hospital, name, onboarded_at) values ('HOSP-A', 'A', now())`;
const STORES = 200;
const PAUSE_EVERY = 20;
const POLL = { timeout: 20_000, interval: 20 };

let servers: ReplicatedServer;
let archive: ArchiveUnderRoles;
const told: string[] = [];
const stop = new AbortController();
let working: Promise<void>;

beforeAll(async () => {
  servers = await replicatedServer();
  const write = (line: string) => {
    const { msg } = JSON.parse(line) as { msg: string };
    if (msg.includes('searches read')) told.push(msg);
  };
  archive = await archiveUnderRoles({
    database: servers.database,
    log: createLog({ name: 'replica test', level: 'info', destination: { write } }),
    settings: { ARKIM_POSTGRES_REPLICA_URL: logInAs(servers.replicaUrl, 'arkim_api') },
  });
  await servers.database.pool.query(HOSPITAL);
  const { ingest, pool } = archive.ingest;
  const log = createLog({ name: 'replica test', level: 'fatal' });
  const awaitWork = () => delay(2);
  working = runIngest({ ingest, pool, log, awaitWork, pause: awaitWork }, stop.signal);
});
afterAll(async () => {
  stop.abort();
  await working;
  await archive.close();
  await servers.close();
});

let studies = 0;
/** Stores an instance of a new study; resolves to the study when that was answered. */
async function store(): Promise<string> {
  const study = `1.2.${++studies}`;
  const file = part10(ctSlice({ study, series: `${study}.1`, instance: `${study}.1.1` }));
  expect((await archive.post(file)).status).toBe(200);
  return study;
}

const found = async (path: string) =>
  ((await (await archive.get(path)).json()) as unknown[]).length;

/** A store that was answered is found at once, at each level. */
async function storeAndFind(): Promise<void> {
  const study = await store();
  expect(await found(`/studies?StudyInstanceUID=${study}`)).toBe(1);
  expect(await found(`/studies/${study}/series/${study}.1/instances`)).toBe(1);
}

const reads = () =>
  ({ ...archive.edge.searching?.reads() }) as Record<'primary' | 'replica', number>;

/** Searches until one more has read that server. */
const readsAgain = async (server: 'primary' | 'replica') => {
  const before = reads()[server];
  await expect
    .poll(async () => {
      await storeAndFind();
      return reads()[server];
    }, POLL)
    .toBeGreaterThan(before);
};

test('a search finds what was stored a moment ago, whether the replica follows, lags or catches up', async () => {
  await readsAgain('replica');
  const before = reads();
  for (let stored = 0; stored < STORES; stored++) {
    if (stored % PAUSE_EVERY === PAUSE_EVERY / 2)
      await servers.askReplica('select pg_wal_replay_pause()');
    if (stored % PAUSE_EVERY === 0) await servers.askReplica('select pg_wal_replay_resume()');
    await storeAndFind();
  }
  await servers.askReplica('select pg_wal_replay_resume()');
  await readsAgain('replica');
  expect(reads().replica).toBeGreaterThan(before.replica);
  expect(reads().primary).toBeGreaterThan(before.primary);
  expect(told[0]).toBe('searches read the replica');
  expect(told.length).toBeLessThan(STORES / PAUSE_EVERY);
});
test('searches beside each other share what they ask the primary, and all find what was stored', async () => {
  const study = await store();
  const paths = Array.from({ length: 50 }, () => found(`/studies?StudyInstanceUID=${study}`));
  expect(await Promise.all(paths)).toEqual(Array(50).fill(1));
});
test('while a rebuild switches versions, what was stored is found', async () => {
  vi.stubEnv('ARKIM_DATA', archive.dataFolder);
  vi.stubEnv('ARKIM_POSTGRES_URL', archive.database.url);
  const rebuild = await commands['rebuild']?.();
  const terminal = { answer: () => undefined, progress: () => undefined };
  let isRunning = true;
  const rebuilding = rebuild?.run(['findable'], terminal).finally(() => {
    isRunning = false;
  });
  for (let round = 0; isRunning; round++) {
    await servers.askReplica(`select pg_wal_replay_${round % 2 === 0 ? 'pause' : 'resume'}()`);
    for (let stored = 0; stored < 5; stored++) await storeAndFind();
  }
  expect(await rebuilding).toBe(0);
  vi.unstubAllEnvs();
  await servers.askReplica('select pg_wal_replay_resume()');
  await readsAgain('replica');
});
test('a replica that is killed is missed by no search, and used again when it is back', async () => {
  await readsAgain('replica');
  const searching = Promise.all(
    Array.from({ length: 40 }, async (_, at) => {
      await delay(at * 5);
      return (await archive.get('/studies?limit=1')).status;
    }),
  );
  await servers.killReplica();
  expect(await searching).toEqual(Array(40).fill(200));
  await readsAgain('primary');
  await servers.startReplica();
  await readsAgain('replica');
});
test('positions of another timeline or another system are none of the replica', async () => {
  const replica = createPool({ url: servers.replicaUrl, name: 'arkim test' });
  const client = await replica.connect();
  const position = await readPosition(servers.database.pool);
  expect(['following', 'behind']).toContain(await checkReplica(client, position));
  expect(await checkReplica(client, { ...position, timeline: '00000002' })).toBe('foreign');
  expect(await checkReplica(client, { ...position, system: '1' })).toBe('foreign');
  expect(await checkReplica(client, { ...position, lsn: 'FFFF/0' })).toBe('behind');
  client.release();
  await replica.end();
});
test('a server that follows nobody of ours is refused at the start', async () => {
  const { url } = servers.database;
  await expect(refuseForeignReplica(url, servers.replicaUrl)).resolves.toBeUndefined();
  await expect(refuseForeignReplica(url, String(inject('postgresUrl')))).rejects.toThrow(
    /^ARKIM_POSTGRES_REPLICA_URL names a server that is no replica/,
  );
  const gone = 'postgresql://x@127.0.0.1:1/x';
  await expect(refuseForeignReplica(url, gone)).resolves.toBeUndefined();
});
test('a replica that never answers keeps no search waiting', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const replicaUrl = `postgresql://arkim_api@127.0.0.1:${port}/arkim`;
  const other = await archiveUnderRoles({ settings: { ARKIM_POSTGRES_REPLICA_URL: replicaUrl } });
  await other.database.pool.query(HOSPITAL);
  for (let search = 0; search < 3; search++)
    expect((await other.get('/studies?limit=1')).status).toBe(200);
  /* Each looks at what there is about the searcher first. */
  expect(other.edge.searching?.reads()).toEqual({ primary: 6, replica: 0 });
  await other.close();
  silent.close();
});
test('a replica that is promoted is read no more', async () => {
  await readsAgain('replica');
  await servers.askReplica('select pg_promote()');
  await storeAndFind();
  const before = reads();
  for (let stored = 0; stored < 20; stored++) await storeAndFind();
  expect(reads().replica).toBe(before.replica);
  await expect
    .poll(async () => {
      await storeAndFind();
      return told.at(-1);
    }, POLL)
    .toBe('the replica follows no server: searches read the primary');
});
