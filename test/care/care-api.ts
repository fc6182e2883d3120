import { opaqueIds } from '#index/opaque-ids';
import { ensureFindable } from '#index/postgres/ensure-findable';
import type { DemoClaims } from '#platform/demo-issuer';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

/** What a request was answered with; `json` is undefined when it was nothing. */
export type Answered = Readonly<{
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
  json: any;
  type: string | null;
}>;

/** Somebody who asks; a body goes as JSON unless it is text already. */
export type Person = Readonly<{
  get: (path: string) => Promise<Answered>;
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;
  delete: (path: string, headers?: Record<string, string>) => Promise<Answered>;
}>;

/** The edge with three hospitals, and a clock that can be turned on. */
export type CareApi = Readonly<{
  api: TestApi;
  query: (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  /** `patient`: the value of an identifier of authority NAT. */
  person: (claims: Partial<DemoClaims>) => Promise<Person>;
  doctor: (hospital: string, subject?: string) => Promise<Person>;
  dpo: (hospital: string) => Promise<Person>;
  agency: () => Promise<Person>;
  patient: (value: string) => Promise<Person>;
  /** Gives a patient a study in a hospital; answers with its claim. */
  study: (hospital: string, value: string, uid: string) => Promise<string>;
  pass: (hours: number) => void;
  close: () => Promise<void>;
}>;

export const NAT = 'NAT';
export const identifier = (value: string) => ({ authority: NAT, value });
export const HOSPITALS = ['HOSP-A', 'HOSP-B', 'HOSP-C'] as const;

const HOUR_MS = 3_600_000;
/* The same for each run, so that what is drawn by a digest is the same too. */
const LOOKUP_KEY = Buffer.alloc(32, 7);

export async function careApi(): Promise<CareApi> {
  const database: TestDatabase = await testDatabase();
  const { pool } = database;
  await ensureFindable(pool);
  let passedMs = 0;
  const ids = opaqueIds(LOOKUP_KEY);
  const api = await testApi(pool, { ids, wallMs: () => Date.now() + passedMs });
  await onboard(pool, ...HOSPITALS);
  const person = async (claims: Partial<DemoClaims>) => personWith(api, await api.sign(claims));
  const query: CareApi['query'] = async (sql, values = []) =>
    (await pool.query(sql, [...values])).rows;
  return {
    api,
    query,
    person,
    doctor: (organisation, subject = 'doctor') =>
      person({ organisation, subject, roles: ['physician'], mfa: true }),
    dpo: (organisation) => person({ organisation, subject: 'dpo', roles: ['dpo'] }),
    agency: () => person({ organisation: 'AGENCY', subject: 'agency', roles: ['agency'] }),
    patient: (value) =>
      person({
        organisation: 'AGENCY',
        subject: `patient ${value}`,
        roles: ['patient'],
        patient: `${NAT}:${value}`,
      }),
    study: async (hospital, value, uid) => {
      const claim = api.ports.ids.claim(hospital, uid);
      await query(
        `insert into study_access (claim, hospital, patient, person, study_uid) values ($1, $2, $3, $3, $4)`,
        [claim, hospital, api.ports.ids.patient(NAT, value), uid],
      );
      return claim;
    },
    pass: (hours) => {
      passedMs += hours * HOUR_MS;
    },
    close: async () => {
      await api.close();
      await database.close();
    },
  };
}

function personWith({ url }: TestApi, token: string): Person {
  const ask = async (path: string, init: RequestInit): Promise<Answered> => {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const answer = await fetch(url + path, { ...init, headers });
    const text = await answer.text();
    const json = text === '' ? undefined : JSON.parse(text);
    return { status: answer.status, json, type: answer.headers.get('content-type') };
  };
  return {
    get: (path) => ask(path, {}),
    post: (path, body = {}, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    delete: (path, headers = {}) => ask(path, { method: 'DELETE', headers }),
  };
}
