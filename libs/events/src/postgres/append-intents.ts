import type { Pool, PoolClient } from 'pg';
import type { AppendIntent, OpenIntents } from '../append-intent.js';
import type { Append } from '../event-store.js';

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

/** Intents that are open in table `log_intents`. */
export const openIntents = (pool: Pool): OpenIntents<PoolClient> => ({
  list: async () => {
    const { rows } = await pool.query<{ id: string; claims: string[] }>({
      name: 'intents-open',
      text: 'select id::text, claims from log_intents order by intended_at, id',
    });
    return rows;
  },
  adopt: async (client, id) => {
    const { rows } = await client.query<{ ours: boolean }>({
      name: 'intent-adopt',
      text: `select pg_try_advisory_xact_lock(${keyOf('$1::text')}) as ours`,
      values: [id],
    });
    return rows[0]?.ours === true;
  },
  read: async (client, id) => {
    const { rows } = await client.query<{ appends: string }>({
      name: 'intent-read',
      text: 'select appends from log_intents where id = $1',
      values: [id],
    });
    return rows[0] && (JSON.parse(rows[0].appends) as Append[]);
  },
  end: deleteIntent,
});
