import type { PoolClient } from 'pg';
import { quarantineRows } from '#index/quarantine-row';
import type { Fact } from './facts-of-slice.js';

/** Lists the parts that these facts keep aside: the rows are what a rebuild makes of them. */
export async function insertQuarantine(client: PoolClient, facts: readonly Fact[]): Promise<void> {
  const rows = facts.flatMap(({ event }) =>
    event.type === 'InstancesQuarantined' ? quarantineRows(event.data) : [],
  );
  if (rows.length === 0) return;
  await client.query({
    name: 'insert-quarantine',
    text: `insert into quarantine (id, hospital, job, part, pack, sha256, byte_offset, bytes, reason, why)
      select id, hospital, job, part, pack, sha256, byte_offset, bytes, reason, why
      from json_populate_recordset(null::quarantine, $1) on conflict do nothing`,
    values: [JSON.stringify(rows)],
  });
}
