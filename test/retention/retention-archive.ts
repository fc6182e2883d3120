import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { opaqueIds } from '#index/opaque-ids';
import { ensureFindable } from '#index/postgres/ensure-findable';
import { rebuildTable } from '#index/postgres/rebuild-table';
import { retentionTables } from '#index/postgres/replay-retention';
import { retentionScheduleTable } from '#index/postgres/replay-schedules';
import type { TableProjection } from '#index/postgres/replay-table';
import { writeSchedules } from '#index/postgres/write-schedules';
import { type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';

export const AUTHORITY = '1.2.3';
/** The day that it is for the edge. */
export const TODAY = '2026-11-22';

/** Every archive names the same studies and patients alike. */
const LOOKUP_KEY = Buffer.alloc(32, 7);

const PROJECTIONS: Readonly<Record<string, TableProjection>> = {
  ...retentionTables,
  retention_schedule: retentionScheduleTable,
};

export type Asked = Readonly<{
  role: string;
  hospital: string;
  method?: string;
  body?: unknown;
}>;
export type Told = Readonly<{ status: number; json: ReturnType<typeof JSON.parse> }>;

/** An edge over a database, and the worker that makes schedules when it is told to. */
export type RetentionArchive = Readonly<{
  api: TestApi;
  pool: Pool;
  database: TestDatabase;
  ask: (path: string, asked: Asked) => Promise<Told>;
  patient: (value: string) => string;
  claim: (hospital: string, study: string) => string;
  /** A study as ingest writes it; answers with its claim. */
  hold: (study: Held) => Promise<string>;
  /** A stay at a hospital; null: it is open. */
  encounter: (
    patient: string,
    hospital: string,
    days: readonly [string, string | null],
  ) => Promise<void>;
  /** Makes all that waits. */
  work: () => Promise<void>;
  scheduleOf: (claim: string) => Promise<Record<string, unknown> | undefined>;
  /** Rows of a table that are other than the log, or what it was made of, says. */
  differing: (table: string) => Promise<number>;
  close: () => Promise<void>;
}>;

export type Held = Readonly<{
  hospital: string;
  study: string;
  patient: string;
  date: string;
  birth?: string;
  group?: string;
  purposes?: readonly string[];
}>;

export async function retentionArchive(
  jurisdictions: Readonly<Record<string, string>>,
): Promise<RetentionArchive> {
  const database = await testDatabase();
  const { pool } = database;
  await ensureFindable(pool);
  for (const [hospital, jurisdiction] of Object.entries(jurisdictions))
    await pool.query(
      'insert into hospitals (hospital, name, onboarded_at, settings) values ($1, $1, now(), $2)',
      [hospital, JSON.stringify({ jurisdiction })],
    );
  const ids = opaqueIds(LOOKUP_KEY);
  const api = await testApi(pool, { ids, wallMs: () => Date.parse(`${TODAY}T12:00:00Z`) });
  const { keys } = api.ports;
  const patient = (value: string) => ids.patient(AUTHORITY, value);
  const archive: RetentionArchive = {
    ...{ api, pool, database, patient, claim: ids.claim },
    ask: (path, asked) => ask(api, path, asked),
    hold: async (study) => {
      const claim = ids.claim(study.hospital, study.study);
      await hold(pool, { ...study, claim, patient: study.patient && patient(study.patient) });
      return claim;
    },
    encounter: async (value, hospital, [from, until]) => {
      await pool.query(
        `insert into relationships (id, patient, person, organisation, kind, valid_from, valid_until)
         values ($1, $2, coalesce((select person from patient_ids where patient = $2), $2), $3, 'encounter', $4, $5)`,
        [
          randomUUID(),
          patient(value),
          hospital,
          `${from}T10:00:00Z`,
          until === null ? 'infinity' : `${until}T10:00:00Z`,
        ],
      );
    },
    work: async () => {
      for (let busy = true; busy; ) {
        const { subjects, isBusy } = await writeSchedules(pool);
        busy = isBusy || subjects > 0;
      }
    },
    scheduleOf: async (claim) => {
      const { rows } = await pool.query(
        `select state, because, due_on::text as due, policy || '/' || rule as rule, policy_version as version
         from retention_schedule where claim = $1`,
        [claim],
      );
      return rows[0];
    },
    differing: async (table) => {
      const report = await rebuildTable(
        {
          ...{ pool, log: postgresEventStore(pool), keys },
          ...{ progress: () => undefined, repair: false },
        },
        PROJECTIONS[table]!,
      );
      if (report === 'running') throw new Error('another rebuild is under way');
      return report.missing + report.extra + report.changed;
    },
    close: async () => {
      await api.close();
      await database.close();
    },
  };
  return archive;
}

async function ask(
  api: TestApi,
  path: string,
  { role, hospital, body, method = body === undefined ? 'GET' : 'POST' }: Asked,
): Promise<Told> {
  const token = await api.token(role, hospital);
  const answer = await fetch(`${api.url}/governance/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
}

async function hold(
  pool: Pool,
  {
    hospital,
    claim,
    patient,
    date,
    birth = '19500101',
    group,
    purposes = [],
  }: Held & { claim: string },
): Promise<void> {
  if (patient !== '')
    await pool.query(
      `insert into patient_ids (patient, person, authority, value, birth_date) values ($1, $1, $2, $1, $3) on conflict do nothing`,
      [patient, AUTHORITY, birth],
    );
  await pool.query(
    `insert into study_access (claim, hospital, patient, origin, person, study_date, study_uid)
     select $1, $2, $3, $3, coalesce((select person from patient_ids where patient = $3), ''), $4, $1`,
    [claim, hospital, patient, date],
  );
  if (group !== undefined)
    await pool.query(
      `insert into study_exams (claim, hospital, modality_group, regions, coarse, laterality, contrast, purposes, evidence, confidence, words, terms)
       values ($1, $2, $3, '{}', '{}', 'none', 'none', $4, 'none', 0, '{}', 'test')`,
      [claim, hospital, group, purposes],
    );
}
