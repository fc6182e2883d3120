import type { Pool, PoolClient } from 'pg';

/**
 * Whether a study is under a legal hold: one that is placed, or a standing case that it is in the scope of and that comes to it in a moment. Asks
 * within the client's transaction (read committed), and until that ends no case is opened and the study stays its person's: what is done to a study
 * that isn't held is done before any hold.
 */
export async function isHeld(client: PoolClient, claim: string): Promise<boolean> {
  return (await heldAmong(client, [claim])).has(claim);
}

/** The same of many studies in one go: those that are held. */
export async function heldAmong(
  client: PoolClient,
  claims: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query({
    name: 'held-among',
    text: 'select lock_held($1) as claim',
    values: [claims],
  });
  return new Set(rows.map(({ claim }) => String(claim)));
}

/** The same without a lock, to show or to plan with: before anything is done to a study it has to be asked again. */
export async function seemHeld(
  db: Pool | PoolClient,
  claims: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query({
    name: 'seem-held',
    text: `select claim from study_holds where claim = any ($1) union select claim from holds_wanted where claim = any ($1)`,
    values: [claims],
  });
  return new Set(rows.map(({ claim }) => String(claim)));
}
