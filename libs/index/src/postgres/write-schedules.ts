import type { Pool, PoolClient } from 'pg';
import type { RetentionTable } from '#retention/retention-policy';
import { SCHEDULE_COLUMNS, scheduleRow } from '../schedule-row.js';
import { inTransaction } from './in-transaction.js';
import { retentionInForce } from './published-retention.js';
import { nextSubjects, type RetentionSubjects, retentionFacts } from './retention-facts.js';

const QUEUED_PER_ROUND_MAX = 500;
const SWEPT_PER_ROUND_MAX = 1_000;
/** While so many wait, no more are put into the queue. */
const WAITING_MAX = 5_000;
/** One worker at a time makes schedules: two could write what they have read in the wrong order. */
const ONE_AT_A_TIME = `select pg_try_advisory_xact_lock(hashtext('retention-schedule')) as mine`;

/** What a round did. `isBusy`: there is more to do at once. */
export type ScheduleRound = Readonly<{ subjects: number; isBusy: boolean }>;

const NOTHING: ScheduleRound = { subjects: 0, isBusy: false };

/**
 * Makes the schedules of what waits in the queue, by the policies in force, in one transaction with taking it from there: who dies halfway has done
 * nothing. What was touched meanwhile stays in the queue. When policies or jurisdictions have changed, all studies come into the queue, by and by.
 */
export async function writeSchedules(pool: Pool): Promise<ScheduleRound> {
  const client = await pool.connect();
  try {
    let round = NOTHING;
    await inTransaction(client, async () => {
      round = await writeQueued(client);
    });
    client.release();
    return round;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function writeQueued(client: PoolClient): Promise<ScheduleRound> {
  if ((await client.query(ONE_AT_A_TIME)).rows[0]?.mine !== true) return NOTHING;
  const policies = await retentionInForce(client);
  const isSwept = await queueNext(client, policies);
  const { rows: queued } = await client.query(
    `select person, claim, changes::text from retention_queue order by since, person, claim limit ${QUEUED_PER_ROUND_MAX}`,
  );
  if (queued.length === 0) return { subjects: 0, isBusy: !isSwept };
  const named = queued.map(({ claim }) => String(claim)).filter((claim) => claim !== '');
  const subjects = await subjectsOf(
    client,
    queued.map(({ person }) => String(person)),
    named,
  );
  const written = await putSchedules(client, subjects, policies);
  await client.query(
    'delete from retention_schedule where claim = any ($1) and claim <> all ($2)',
    [named, written],
  );
  await client.query(
    `delete from retention_queue q using json_to_recordset($1) as taken (person text, claim text, changes bigint)
     where q.person = taken.person and q.claim = taken.claim and q.changes = taken.changes`,
    [JSON.stringify(queued)],
  );
  return { subjects: queued.length, isBusy: !isSwept || queued.length === QUEUED_PER_ROUND_MAX };
}

/** Studies go with all others of whoever they are of. */
async function subjectsOf(
  client: PoolClient,
  persons: readonly string[],
  named: readonly string[],
): Promise<RetentionSubjects> {
  const { rows } = await client.query(
    'select claim, person from study_access where claim = any ($1)',
    [named],
  );
  const theirs = rows.map(({ person }) => String(person));
  const all = new Set([...persons, ...theirs].filter((person) => person !== ''));
  const claims = rows.filter(({ person }) => person === '').map(({ claim }) => String(claim));
  return { persons: [...all], claims };
}

/** Writes the schedules of these subjects, where they differ; answers with the studies. */
async function putSchedules(
  client: PoolClient,
  subjects: RetentionSubjects,
  policies: RetentionTable,
): Promise<readonly string[]> {
  const rows = (await retentionFacts(client, subjects)).map((study) =>
    scheduleRow(study, policies),
  );
  const changing = SCHEDULE_COLUMNS.slice(1);
  await client.query(
    `insert into retention_schedule as kept (${SCHEDULE_COLUMNS}, computed_at)
     select ${SCHEDULE_COLUMNS}, now() from json_populate_recordset(null::retention_schedule, $1)
     on conflict (claim) do update set ${changing.map((column) => `${column} = excluded.${column}`)}, computed_at = now()
     where (${changing.map((column) => `kept.${column}`)}) is distinct from (${changing.map((column) => `excluded.${column}`)})`,
    [JSON.stringify(rows)],
  );
  return rows.map(({ claim }) => claim);
}

/** What all schedules hang on beside the facts of a study; when it isn't what it was, each has to be looked at. */
export const BASIS = `select md5($1 || coalesce((select string_agg(hospital || '=' || coalesce(settings ->> 'jurisdiction', ''), ',' order by hospital)
  from hospitals), '')) as basis`;

/** Puts the next studies into the queue, when all have to be looked at and few wait; answers whether all were. */
async function queueNext(client: PoolClient, { version }: RetentionTable): Promise<boolean> {
  const { basis } = (await client.query(BASIS, [version])).rows[0];
  const { rows } = await client.query(
    `select case when basis = $1 then swept_to else '' end as at, (select count(*) from (select from retention_queue limit ${WAITING_MAX}) as q)::int as waiting
     from retention_progress`,
    [basis],
  );
  const { at, waiting } = rows[0];
  if (at === null) return true;
  if (waiting >= WAITING_MAX) return false;
  const { persons, claims, next } = await nextSubjects(client, at, SWEPT_PER_ROUND_MAX);
  await client.query('select queue_schedules($1, $2)', [persons, claims]);
  await client.query('update retention_progress set basis = $1, swept_to = $2', [basis, next]);
  return next === null;
}
