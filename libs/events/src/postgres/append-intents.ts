import type { Pool, PoolClient } from 'pg';
import type { Append } from '../event-store.js';

/**
 * An append to a log that doesn't commit with this database, written down before (ADR 16). `claims`: the studies whose locks it needs.
 * It may be appended by anybody who finds it, any number of times: its event ids make a repeat no new fact.
 */
export type AppendIntent = Readonly<{
  id: string;
  claims: readonly string[];
  appends: readonly Append[];
}>;

const keyOf = (id: string) => `hashtextextended(${id}, 0)`;

/** Marks the intent as its owner's for as long as the client's transaction lives; before it is written, so that nobody takes it for a dead one's. */
export async function ownIntent(client: PoolClient, id: string): Promise<void> {
  await client.query({
    name: 'intent-own',
    text: `select pg_advisory_xact_lock(${keyOf('$1::text')})`,
    values: [id],
  });
}

/** Writes the intent; it counts once it is committed. */
export async function insertIntent(
  db: Pool | PoolClient,
  { id, claims, appends }: AppendIntent,
): Promise<void> {
  const streams = [...new Set(appends.map(({ stream }) => stream))];
  await db.query({
    name: 'intent-insert',
    text: 'insert into log_intents (id, claims, streams, appends) values ($1, $2, $3, $4)',
    values: [id, claims, streams, JSON.stringify(appends)],
  });
}

/** Takes an intent away whose append was recorded and applied, or was refused for good. */
export async function deleteIntent(db: Pool | PoolClient, id: string): Promise<void> {
  await db.query({
    name: 'intent-delete',
    text: 'delete from log_intents where id = $1',
    values: [id],
  });
}

/** Whether a dead process has left an intent. It sees those of who died while earlier statements of the client's transaction waited. */
export async function hasDeadIntents(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query({
    name: 'intents-dead',
    text: `select id from log_intents where pg_try_advisory_xact_lock_shared(${keyOf('id::text')})`,
  });
  return rows.length > 0;
}

/** Ids and claims of all that are open, the oldest first. */
export async function openIntents(
  pool: Pool,
): Promise<readonly Readonly<{ id: string; claims: readonly string[] }>[]> {
  const { rows } = await pool.query<{ id: string; claims: string[] }>({
    name: 'intents-open',
    text: 'select id::text, claims from log_intents order by intended_at, id',
  });
  return rows;
}

/** Makes a dead one's intent ours for the client's transaction; false while its owner lives. */
export async function adoptIntent(client: PoolClient, id: string): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>({
    name: 'intent-adopt',
    text: `select pg_try_advisory_xact_lock(${keyOf('$1::text')}) as ours`,
    values: [id],
  });
  return rows[0]?.ours === true;
}

/** The appends of an intent that is ours; undefined when it has been taken away. */
export async function readIntent(
  client: PoolClient,
  id: string,
): Promise<readonly Append[] | undefined> {
  const { rows } = await client.query<{ appends: string }>({
    name: 'intent-read',
    text: 'select appends from log_intents where id = $1',
    values: [id],
  });
  return rows[0] && (JSON.parse(rows[0].appends) as Append[]);
}
