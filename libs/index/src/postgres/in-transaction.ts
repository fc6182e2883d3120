import type { PoolClient } from 'pg';

/** Commits what `work` did with the client, or undoes it when it throws. */
export async function inTransaction(
  client: PoolClient,
  work: () => Promise<unknown>,
): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
