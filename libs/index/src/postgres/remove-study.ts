import type { PoolClient } from 'pg';
import { confidentialityStream } from '#archive/care-events';
import { studyStream } from '#archive/catalogue';
import { manifestStream } from '#archive/manifest-events';
import { findableSchema } from './findable-schema.js';
import { type ForgetPatient, forgetPatient } from './forget-patient.js';

/** Tables outside the findable projection whose rows go with their study. A test holds them against all tables that name a claim. */
export const ROWS_OF_STUDY = [
  'reservations',
  'study_exams',
  'manifests',
  'manifest_contents',
  'settle_queue',
  'pixel_digests',
  'pixel_studies',
] as const;

/** `study`: the keyed hash of its UID. `versions`: of the findable projection that are written. */
export type RemovedStudy = Readonly<{
  claim: string;
  hospital: string;
  batch: string;
  study: string;
  versions: readonly number[];
  jobs: readonly string[];
  disposedAt: string;
}>;

/**
 * Removes every row of a study, in the transaction that appends `DispositionExecuted`, under the study's lock. What is left of it are opaque ids:
 * the tombstone, and in `study_access` what access is decided by, so that who could have seen it is told that it is gone.
 */
export async function removeStudy(
  client: PoolClient,
  forget: ForgetPatient,
  removed: RemovedStudy,
): Promise<void> {
  const { claim, versions, jobs } = removed;
  for (const version of versions) await removeFindable(client, version, claim);
  for (const table of ROWS_OF_STUDY)
    await client.query(`delete from ${table} where claim = $1`, [claim]);
  await client.query('delete from pixel_copies where claim = $1 or other = $1', [claim]);
  await client.query('delete from snapshots where stream = any ($1)', [
    [studyStream(claim), manifestStream(claim), confidentialityStream(claim)],
  ]);
  await client.query(
    'delete from ingest_jobs where id = any ($1::uuid[]) and completed_at is not null',
    [jobs],
  );
  await closeStudy(client, removed);
  await forgetPatient(client, forget, claim);
}

/** All rows of a version that are of the study, in whichever of its tables; where packs lie is needed until they are removed. */
const removeFindable = async (client: PoolClient, version: number, claim: string) => {
  for (const table of await findableRowsOfStudy(client, findableSchema(version)))
    await client.query(`delete from ${table} where claim = $1`, [claim]);
};

/** The tables of a version whose rows are of one study each. */
export async function findableRowsOfStudy(
  client: PoolClient,
  schema: string,
): Promise<readonly string[]> {
  const { rows } = await client.query(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' and a.attname = 'claim' and c.relname <> 'packs'`,
    [schema],
  );
  return rows.map(({ name }) => `${schema}.${name}`);
}

const closeStudy = async (
  client: PoolClient,
  { claim, hospital, batch, study, disposedAt }: RemovedStudy,
): Promise<void> => {
  await client.query(
    `update study_access set state = 'disposed', study_uid = '', study_date = '', study_time = '' where claim = $1`,
    [claim],
  );
  await client.query(
    `insert into tombstones (claim, hospital, study, batch, disposed_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [claim, hospital, study, batch, disposedAt],
  );
};
