import type { PoolClient } from 'pg';
import { BUILT, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = ['id', 'organisation', 'address', 'after', 'subscribed_at'];

/** Who is told of changes over HTTP; how far they were told is no fact and stays. Nothing of it is sealed: no key matters. */
export const webhooksTable: TableProjection = {
  table: 'webhooks',
  key: 'id',
  columns,
  times: ['subscribed_at'],
  types: ['WebhookSubscribed', 'WebhookCancelled'],
  replay: (client, facts) => applyFacts(client, BUILT, facts),
};

/** What the stream of a subscription says, in its row. */
export const projectWebhook = (client: PoolClient, facts: readonly OpenedFact[]): Promise<void> =>
  applyFacts(client, 'webhooks', facts);

async function applyFacts(
  client: PoolClient,
  table: string,
  facts: readonly OpenedFact[],
): Promise<void> {
  for (const { event, recorded } of facts) {
    if (event.type === 'WebhookCancelled')
      await client.query(`delete from ${table} where id = $1`, [event.data.subscription]);
    if (event.type !== 'WebhookSubscribed') continue;
    const { subscription, organisation, address, after } = event.data;
    await client.query(
      `insert into ${table} (${columns}) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
      [subscription, organisation, address, after, recorded.recordedAt],
    );
  }
}
