import type { PoolClient } from 'pg';
import { raiseRegistry } from './raise-registry.js';
import { BUILT, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = ['id', 'issuer', 'actor', 'before', 'revoked_at'];

/** Tokens that count for nothing. Nothing of it is sealed: no key matters. */
export const revocationsTable: TableProjection = {
  table: 'revocations',
  key: 'id',
  columns,
  times: ['before', 'revoked_at'],
  types: ['TokensRevoked', 'RevocationLifted'],
  replay: (client, facts) => applyFacts(client, BUILT, facts),
};

/** What the stream of a revocation says, in its row; every edge hears of it. */
export async function projectRevocation(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  await applyFacts(client, 'revocations', facts);
  await raiseRegistry(client);
}

async function applyFacts(
  client: PoolClient,
  table: string,
  facts: readonly OpenedFact[],
): Promise<void> {
  for (const { event, recorded } of facts) {
    if (event.type === 'RevocationLifted')
      await client.query(`delete from ${table} where id = $1`, [event.data.revocation]);
    if (event.type !== 'TokensRevoked') continue;
    const { revocation, issuer, actor, before } = event.data;
    await client.query(
      `insert into ${table} (${columns}) values ($1, $2, $3, $4, $5) on conflict (id) do update
       set before = excluded.before, revoked_at = excluded.revoked_at`,
      [revocation, issuer, actor ?? '', before ?? 'infinity', recorded.recordedAt],
    );
  }
}
