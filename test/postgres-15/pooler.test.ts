import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepBounds } from '#platform/database-access';
import { until } from '../bootstrap/npm-start.js';
import { ctSlice, part10 } from '../support/part10.js';
import { askAs, type ExternalServer, externalServer } from './external-server.js';
import { startPooler } from './pooler.js';
import { type StartedArchive, startArchive, storeRequest } from './started-archive.js';

const STUDIES = 30;

/* Four sessions of the server serve some fifty of the programs in transaction mode: no two statements can count on the same one. */
describe.each(['transaction', 'session'] as const)('behind pgbouncer in %s mode', (mode) => {
  let server: ExternalServer;
  let pooler: Awaited<ReturnType<typeof startPooler>>;
  let archive: StartedArchive;
  beforeAll(async () => {
    server = await externalServer();
    pooler = await startPooler(server, mode);
    archive = await startArchive(server.folder, {
      ARKIM_POSTGRES_URL: server.urlOf('owner'),
      ARKIM_POSTGRES_URL_API: server.urlOf('arkim_api'),
      ARKIM_POSTGRES_URL_INGEST: server.urlOf('arkim_ingest'),
      ARKIM_POSTGRES_URL_RETENTION: server.urlOf('arkim_retention'),
      ARKIM_POSTGRES_POOLER_URL: pooler.address,
      ARKIM_SETTLE_QUIET_MS: '500',
    });
    await archive.untilReady();
  });
  afterAll(async () => {
    await archive.stop();
    pooler.stop();
    await server.close();
  });

  /** Stores an instance of a new study; resolves to how many the search for it finds. */
  const storeAndFind = async (study: string): Promise<number> => {
    const file = part10(ctSlice({ study, series: `${study}.1`, instance: `${study}.1.1` }));
    expect((await archive.ask('/studies', storeRequest(file))).status).toBe(200);
    const answer = await archive.ask(`/studies?StudyInstanceUID=${study}`);
    const metadata = await archive.ask(`/studies/${study}/metadata`);
    expect(await metadata.json()).toHaveLength(1);
    return ((await answer.json()) as unknown[]).length;
  };

  test('the demonstration is stored and found', async () =>
    expect(await (await archive.ask('/studies')).json()).toHaveLength(4));
  test('many stores, searches and retrieves at once each do what they should', async () => {
    const studies = Array.from({ length: STUDIES }, (_, at) => `1.2.${mode.length}.${at}`);
    expect(await Promise.all(studies.map(storeAndFind))).toEqual(Array(STUDIES).fill(1));
    expect(archive.output()).not.toContain('prepared statement');
    expect(archive.output()).not.toMatch(/"level":"(error|fatal)"/);
  });
  test('quiet studies are settled', () =>
    until(async () => {
      const rows = await server.ask(
        `select count(*)::int as settled from events where type = 'PackSettled'`,
      );
      return Number(rows[0]?.['settled']) > 1;
    }));
  test('what hears a channel has a session of its own, past the pooler', async () => {
    const hearing = await server.ask(`select usename as login, query from pg_stat_activity
      where query like 'listen %' order by 1`);
    expect(hearing).toEqual([
      { login: 'arkim_api', query: 'listen receipts' },
      { login: 'arkim_ingest', query: 'listen ingest' },
    ]);
  });
  test('the bounds of each login are the server’s, also when many of its programs start at once', async () => {
    const starting = Array.from({ length: 8 }, () => keepBounds(server.urlOf('arkim_api')));
    await Promise.all(starting);
    const bounds = async (login: 'arkim_api' | 'arkim_ingest' | 'arkim_retention') => {
      const [row] = await askAs(
        server.urlOf(login),
        `select current_setting('statement_timeout') as statement,
          current_setting('idle_in_transaction_session_timeout') as idle, current_setting('lock_timeout') as lock`,
      );
      return row;
    };
    const common = { statement: '1min', idle: '30s' };
    expect(await bounds('arkim_api')).toEqual({ ...common, lock: '0' });
    expect(await bounds('arkim_ingest')).toEqual({ ...common, lock: '10s' });
    expect(await bounds('arkim_retention')).toEqual({ ...common, lock: '0' });
  });
  test('a pooler that was killed is come back to', async () => {
    await pooler.restart();
    await until(async () => (await archive.ask('/studies?limit=1')).status === 200);
    expect(await storeAndFind('1.2.99')).toBe(1);
  });
});
