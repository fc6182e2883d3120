import type { PoolClient } from 'pg';
import { SCHEDULE_COLUMNS, scheduleRow } from '../schedule-row.js';
import { retentionInForce } from './published-retention.js';
import { BUILT, insertBuilt, type TableProjection } from './replay-table.js';
import { nextSubjects, retentionFacts } from './retention-facts.js';
import { BASIS } from './write-schedules.js';

const SUBJECTS_PER_PAGE = 1_000;

/**
 * When each study may go. No fact says it: it is made of the projections before it, by the policies in force, as the worker makes it. What waits in
 * the worker's queue isn't compared; while not all studies were looked at since policies or jurisdictions have changed, nothing is.
 */
export const retentionScheduleTable: TableProjection = {
  table: 'retention_schedule',
  key: 'claim',
  columns: SCHEDULE_COLUMNS,
  times: [],
  types: [],
  replay: async () => {},
  finish: async (client) => {
    await client.query(`delete from ${BUILT}`);
    const policies = await retentionInForce(client);
    for (let at: string | null = ''; at !== null; ) {
      const page = await nextSubjects(client, at, SUBJECTS_PER_PAGE);
      const rows = (await retentionFacts(client, page)).map((each) => scheduleRow(each, policies));
      await insertBuilt(client, SCHEDULE_COLUMNS, rows);
      at = page.next;
    }
    await leaveWaiting(client, policies.version);
  },
};

/** The row in use stands for what the worker has yet to look at. */
async function leaveWaiting(client: PoolClient, version: string): Promise<void> {
  const { basis } = (await client.query(BASIS, [version])).rows[0];
  const waits = (row: string) => `(
    not exists (select from retention_progress where basis = $1 and swept_to is null)
    or exists (select from retention_queue q where q.claim = ${row}.claim)
    or exists (select from study_access a join retention_queue q on q.person = a.person and a.person <> '' where a.claim = ${row}.claim)
    or exists (select from study_access a join study_access o on o.person = a.person and a.person <> ''
      join retention_queue q on q.claim = o.claim where a.claim = ${row}.claim))`;
  await client.query(`delete from ${BUILT} b where ${waits('b')}`, [basis]);
  await client.query(
    `insert into ${BUILT} (${SCHEDULE_COLUMNS}) select ${SCHEDULE_COLUMNS} from retention_schedule s where ${waits('s')}`,
    [basis],
  );
}
