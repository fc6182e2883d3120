import type { Pool, PoolClient } from 'pg';
import type { ReplicaState } from '../replica-gate.js';

/** What a replica must have replayed to hold all that was committed when the primary was asked. */
export type Position = Readonly<{ lsn: string; timeline: string; system: string }>;

const SYSTEM = '(select system_identifier from pg_control_system())::text';

/* Who got an answer to a commit has it below the flushed position; where commits don't wait for their flush, below the inserted one. */
const POSITION = {
  name: 'replica-position',
  text: `select (case when current_setting('synchronous_commit') = 'off' then pg_current_wal_insert_lsn()
      else pg_current_wal_flush_lsn() end)::text as lsn,
    left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as timeline, ${SYSTEM} as system`,
};

/* After a promotion elsewhere positions mean something else: a replica counts once it has a restart point on the new timeline. */
const CHECK = {
  name: 'replica-check',
  text: `select pg_is_in_recovery() as "isFollowing",
    ${SYSTEM} = $3 and $2 = (select lpad(upper(to_hex(timeline_id)), 8, '0') from pg_control_checkpoint()) as "isOurs",
    coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) as "isLevel"`,
};
/** A check reads nothing from disk but one page: a server that takes longer is in no state to serve. */
const CHECK_MS_MAX = 500;

/** Where the primary's log is now. */
export async function readPosition(primary: Pool): Promise<Position> {
  const { rows } = await primary.query<Position>(POSITION);
  if (rows[0] === undefined) throw new Error('the primary did not tell its position');
  return rows[0];
}

/** What the server behind this connection is to a primary at `position`; 'following': it has replayed all up to there. */
export async function checkReplica(
  client: PoolClient,
  { lsn, timeline, system }: Position,
): Promise<Exclude<ReplicaState, 'away'>> {
  const query = { ...CHECK, values: [lsn, timeline, system], query_timeout: CHECK_MS_MAX };
  const { rows } = await client.query(query);
  if (!rows[0]?.isFollowing) return 'promoted';
  if (!rows[0].isOurs) return 'foreign';
  return rows[0].isLevel ? 'following' : 'behind';
}
