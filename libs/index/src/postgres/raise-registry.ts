import type { PoolClient } from 'pg';

/** Tells every edge, within a second or two of the commit, that what it keeps in memory of hospitals, revocations and policy has changed. */
export async function raiseRegistry(client: PoolClient): Promise<void> {
  await client.query('update registry_state set version = version + 1');
}
