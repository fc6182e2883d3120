import type { PoolClient } from 'pg';
import { quarantineRows } from '#index/quarantine-row';
import type { Fact } from './facts-of-slice.js';
import type { RecordedTimes } from './within.js';

/** Lists the parts that these facts keep aside, from when they were recorded on: the rows are what a rebuild makes of them. */
export async function insertQuarantine(
  client: PoolClient,
  facts: readonly Fact[],
  times: RecordedTimes,
): Promise<void> {
  const rows = facts.flatMap(({ id, event }) =>
    event.type === 'InstancesQuarantined'
      ? quarantineRows(event.data).map((row) => ({ ...row, quarantined_at: times.get(id) }))
      : [],
  );
  if (rows.length === 0) return;
  await client.query({
    name: 'insert-quarantine',
    text: `insert into quarantine (id, hospital, job, part, pack, sha256, byte_offset, bytes, reason, why, quarantined_at)
      select id, hospital, job, part, pack, sha256, byte_offset, bytes, reason, why, coalesce(quarantined_at, now())
      from json_populate_recordset(null::quarantine, $1) on conflict do nothing`,
    values: [JSON.stringify(rows)],
  });
}
