import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { syslogFrame } from '../syslog-frame.js';
import { AUDIT_START, type AuditPlace, recordsAfter } from './audit-rows.js';

/** Records that are told together. */
const TOLD_TOGETHER_MAX = 500;
const NAME = 'syslog';

const PLACE = `select last_xid::text as "lastXid", last_position::text as "lastPosition" from audit_exports where name = $1`;
const MOVE = `insert into audit_exports (name, last_xid, last_position) values ($1, $2::xid8, $3)
  on conflict (name) do update set last_xid = excluded.last_xid, last_position = excluded.last_position
  where (audit_exports.last_xid, audit_exports.last_position) < (excluded.last_xid, excluded.last_position)`;

export type TellPorts = Readonly<{
  pool: Pool;
  /** Resolves when all of them were taken. */
  send: (frames: readonly Buffer[]) => Promise<void>;
}>;

/** Tells the records behind the last one that was told, in their order, and remembers how far that was: each at least once. Resolves to how many there were. */
export async function tellNext({ pool, send }: TellPorts): Promise<number> {
  const [place = AUDIT_START] = (await pool.query<AuditPlace>(PLACE, [NAME])).rows;
  const records = await recordsAfter(pool, place, TOLD_TOGETHER_MAX);
  const end = records.at(-1);
  if (end === undefined) return 0;
  const host = hostname();
  await send(records.map((record) => syslogFrame(record, host)));
  await pool.query(MOVE, [NAME, end.xid, end.position]);
  return records.length;
}
