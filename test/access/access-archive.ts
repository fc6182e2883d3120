import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, QueryConfig } from 'pg';
import type { AccessRecord } from '#archive/access/access-facts';
import type { DemoClaims } from '#platform/demo-issuer';
import { onboard, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { actorOf } from '../../apps/archive-api/src/caller/caller.js';
import {
  holdSeries,
  type Sample,
  sampleFile,
} from '../../apps/archive-api/src/stored-files.testing.js';
import { testDatabase } from '../support/postgres.js';

export const HOSPITALS = ['HOSP-A', 'HOSP-B', 'HOSP-C'] as const;
export type Hospital = (typeof HOSPITALS)[number];

/** Hospitals A and C are in a group. */
const GROUP = 'GROUP';
const IN_GROUP: readonly string[] = ['HOSP-A', 'HOSP-C'];
export const groupOf = (hospital: string): string => (IN_GROUP.includes(hospital) ? GROUP : '');

/** As the edge names the holder of a demo token. */
export const actorNamed = (subject: string): string =>
  actorOf({ issuer: 'urn:arkim:demo-issuer', subject });

/** What an answer says, whole. */
export type Answered = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}>;

/** Who asks: what the token says. */
export type Who = Partial<DemoClaims>;

const LONGER_THAN_KEPT_MS = 60_000;

/** The edge over HTTP with three hospitals; what it records and which statements requests run is kept for the test to see. */
export async function accessArchive() {
  const database = await testDatabase();
  await onboard(database.pool, ...HOSPITALS);
  const grouped = `update hospitals set hospital_group = $1 where hospital = any($2)`;
  await database.pool.query(grouped, [GROUP, IN_GROUP]);
  const records: AccessRecord[] = [];
  const statements: string[] = [];
  const inRequest = new AsyncLocalStorage<true>();
  const note = (name: string) => inRequest.getStore() && statements.push(name);
  let nowMs = Date.now();
  const api = await testApi(watched(database.pool, note), {
    recordAccess: async (record) => {
      records.push(record);
    },
    nowMs: () => nowMs,
  });
  /* What runs by the clock belongs to no request. */
  api.app.getHttpServer().prependListener('request', () => inRequest.enterWith(true));
  const ask = async (path: string, who: Who, init: RequestInit = {}): Promise<Answered> => {
    const headers = { authorization: `Bearer ${await api.sign(who)}`, ...(init.headers as object) };
    const answer = await fetch(api.url + path, { redirect: 'manual', ...init, headers });
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    };
  };
  return {
    api,
    pool: database.pool,
    records,
    statements,
    ask,
    /** What was looked up before is not trusted any more. */
    later: (ms = LONGER_THAN_KEPT_MS) => {
      nowMs += ms;
    },
    hold: async (hospital: Hospital, path: string): Promise<Sample> => {
      const [held] = await holdSeries(api.ports, hospital, await sampleFile(path));
      if (held === undefined) throw new Error('nothing was held');
      return held;
    },
    close: async () => {
      await api.close();
      await database.close();
    },
  };
}

export type AccessArchive = Awaited<ReturnType<typeof accessArchive>>;

/** The same pool; the names, or else texts, of its statements are noted. */
const watched = (pool: Pool, note: (name: string) => unknown): Pool =>
  new Proxy(pool, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      if (name !== 'query') return value.bind(target);
      return (statement: string | QueryConfig, ...rest: unknown[]) => {
        note(nameOf(statement));
        return (value as (...given: unknown[]) => unknown).call(target, statement, ...rest);
      };
    },
  });

const nameOf = (statement: string | QueryConfig): string =>
  typeof statement === 'string' ? statement : (statement.name ?? statement.text);
