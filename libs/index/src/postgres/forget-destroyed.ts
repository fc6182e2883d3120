import type { Pool, PoolClient } from 'pg';
import { findableRowsOfStudy, ROWS_OF_STUDY } from './remove-study.js';

const BATCH_CLAIMS_MAX = 500;

/**
 * Removes what a restore brought back of studies whose keys were destroyed again: rows that tell of them in clear. Before anything
 * is served, by the owner of the tables. Resolves to how many studies; what dies in between is done by the next start.
 */
export async function forgetDestroyed(pool: Pool): Promise<number> {
  const client = await pool.connect();
  try {
    const schemas = await findableSchemas(client);
    let forgotten = 0;
    for (;;) {
      const claims = await nextClaims(client);
      if (claims.length === 0) return forgotten;
      await client.query('begin');
      await forget(client, schemas, claims);
      await client.query('commit');
      forgotten += claims.length;
    }
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

async function nextClaims(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ claim: string }>(
    `select key_id as claim from key_destructions where again_at is not null
     order by key_id limit ${BATCH_CLAIMS_MAX}`,
  );
  return rows.map(({ claim }) => claim);
}

async function findableSchemas(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname ~ '^findable_[0-9]+$'`,
  );
  return rows.map(({ name }) => name);
}

async function forget(
  client: PoolClient,
  schemas: readonly string[],
  claims: readonly string[],
): Promise<void> {
  await forgetReceipts(client, claims);
  const findable = await Promise.all(schemas.map((schema) => findableRowsOfStudy(client, schema)));
  for (const table of [...findable.flat(), ...ROWS_OF_STUDY])
    await client.query(`delete from ${table} where claim = any ($1)`, [claims]);
  await client.query('delete from pixel_copies where claim = any ($1) or other = any ($1)', [
    claims,
  ]);
  await client.query(
    `update study_access set state = 'disposed', study_uid = '', study_date = '', study_time = '' where claim = any ($1)`,
    [claims],
  );
  await client.query('delete from snapshots where sealed_key = any ($1)', [claims]);
  await forgetPatients(client, claims);
  await client.query('update key_destructions set again_at = null where key_id = any ($1)', [
    claims,
  ]);
}

/* A receipt names what its request brought by UIDs; nobody asks for one that old. */
async function forgetReceipts(client: PoolClient, claims: readonly string[]): Promise<void> {
  await client.query(
    `delete from ingest_jobs j using study_access s
     where s.claim = any ($1) and s.study_uid <> '' and j.hospital = s.hospital and j.completed_at is not null
       and strpos(j.receipt, '"study":' || to_json(s.study_uid)::text) > 0`,
    [claims],
  );
}

/* Whom these studies alone name goes; of others goes what these studies said, until `arkim rebuild patient_ids` reads what the rest say. */
async function forgetPatients(client: PoolClient, claims: readonly string[]): Promise<void> {
  await client.query(
    `with gone as (
       delete from patient_ids p where stated_by = any ($1) and version = 0
         and not exists (select from study_access s where s.patient = p.patient and s.state <> 'disposed')
       returning patient),
     said as (
       update patient_ids p set family_folded = '', given_folded = '', birth_date = '', sex = '', demographics = '{}', other_names = '{}'
       where stated_by = any ($1) and version = 0
         and exists (select from study_access s where s.patient = p.patient and s.state <> 'disposed')
       returning patient)
     update person_flags set birth_date = '' where patient in (select patient from gone union select patient from said)`,
    [claims],
  );
}
