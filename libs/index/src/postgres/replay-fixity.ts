import type { PoolClient } from 'pg';
import { BUILT, type OpenedFact, type TableProjection } from './replay-table.js';

const BATCH_COLUMNS = [
  ...['batch', 'round', 'number', 'first', 'last', 'packs', 'bytes', 'damaged', 'is_last'],
  ...['round_started_at', 'verified_at'],
];
const DAMAGE_COLUMNS = [
  ...['id', 'claim', 'pack', 'hospital', 'key', 'kind', 'damage', 'contents', 'found_at'],
  ...['healed_at', 'healed_by'],
];

/** What was read again, batch by batch. Nothing of it is sealed: no key matters. */
export const fixityBatchesTable: TableProjection = {
  table: 'fixity_batches',
  key: 'batch',
  columns: BATCH_COLUMNS,
  times: ['verified_at'],
  types: ['FixityBatchVerified'],
  replay: (client, facts) => applyBatches(client, BUILT, facts),
};

/** What was found damaged, and healed. */
export const fixityDamageTable: TableProjection = {
  table: 'fixity_damage',
  key: 'id',
  columns: DAMAGE_COLUMNS,
  times: ['found_at', 'healed_at'],
  types: ['FixityFailed', 'FixityHealed'],
  replay: (client, facts) => applyDamage(client, BUILT, facts),
};

/** What the stream of a batch says, in its row. */
export const projectBatch = (client: PoolClient, facts: readonly OpenedFact[]): Promise<void> =>
  applyBatches(client, 'fixity_batches', facts);

/** What the stream of a study says of damage, in its rows. */
export const projectDamage = (client: PoolClient, facts: readonly OpenedFact[]): Promise<void> =>
  applyDamage(client, 'fixity_damage', facts);

async function applyBatches(
  client: PoolClient,
  table: string,
  facts: readonly OpenedFact[],
): Promise<void> {
  for (const { event, recorded } of facts) {
    if (event.type !== 'FixityBatchVerified') continue;
    const { batch, round, number, first, last, packs, bytes, damaged, isLast } = event.data;
    const figures = [batch, round, number, first, last, packs, bytes, damaged, isLast];
    await client.query(
      `insert into ${table} (${BATCH_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (batch) do nothing`,
      [...figures, event.data.roundStartedAt, recorded.recordedAt],
    );
  }
}

async function applyDamage(
  client: PoolClient,
  table: string,
  facts: readonly OpenedFact[],
): Promise<void> {
  for (const { event, recorded } of facts) {
    if (event.type === 'FixityHealed')
      await client.query(
        `update ${table} set healed_at = $2, healed_by = $3 where id = $1 and healed_at is null`,
        [`${event.data.claim}/${event.data.pack}`, recorded.recordedAt, event.data.by],
      );
    if (event.type !== 'FixityFailed') continue;
    const { claim, pack, hospital, key, kind, damage, count } = event.data;
    await client.query(
      `insert into ${table} (${DAMAGE_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null, '')
       on conflict (id) do update set damage = excluded.damage, contents = excluded.contents,
         found_at = excluded.found_at, healed_at = null, healed_by = ''`,
      [`${claim}/${pack}`, claim, pack, hospital, key, kind, damage, count, recorded.recordedAt],
    );
  }
}
