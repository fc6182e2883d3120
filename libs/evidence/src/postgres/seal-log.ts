import type { PoolClient } from 'pg';
import { logStream } from '#archive/log-events';
import type { Checkpoint } from '#events/event';
import { PAGE_EVENTS_MAX } from '#events/event-store';
import type { Log } from '#events/log';
import { NOTHING_BEFORE } from '../audit-chain.js';
import { dayFactId } from '../day-fact.js';
import { eventLeaf, provenEvent } from '../event-leaf.js';
import { headDigest, type LogHead, type SealedLog } from '../log-head.js';
import { type HashedSubtree, merkleFrontier } from '../merkle-frontier.js';
import { keepSeal, lastSeal } from './log-seals.js';
import { NODE_LEVEL_MIN, readFrontier, readRoot } from './log-tree.js';

type LastLeaf = Readonly<{ index: string; stream: string; version: number; event: string }>;
type LogReader = Pick<Log, 'after' | 'read' | 'versions'>;

const LAST =
  'select index, stream, version, event from evidence_leaves order by index desc limit 1';

const ADD_LEAVES = `insert into evidence_leaves (index, leaf, event, stream, version)
  select $1::bigint + place - 1, decode(leaf, 'hex'), event, stream, version
  from unnest($2::text[], $3::uuid[], $4::text[], $5::int[]) with ordinality as added (leaf, event, stream, version, place)`;
const ADD_NODES = `insert into evidence_nodes (level, index, hash)
  select level, index, decode(hash, 'hex') from unnest($1::int[], $2::bigint[], $3::text[]) as made (level, index, hash)`;

/** Takes the next events of the log into the tree, a page at most, within the client's transaction; whoever calls holds the lock. Resolves to how many; 0 at the head. */
export async function takeLeaves(client: PoolClient, log: LogReader): Promise<number> {
  const [last] = (await client.query<LastLeaf>(LAST)).rows;
  const page = await log.after(await placeOf(log, last), PAGE_EVENTS_MAX);
  if (page.length === 0) return 0;
  const size = last === undefined ? 0 : Number(last.index) + 1;
  const frontier = merkleFrontier(await readFrontier(client, size));
  const leaves = page.map((event) => eventLeaf(provenEvent(event)));
  const made = leaves.flatMap((leaf) => frontier.add(leaf));
  await client.query(ADD_LEAVES, [
    size,
    leaves.map((leaf) => leaf.toString('hex')),
    page.map(({ id }) => id),
    page.map(({ stream }) => stream),
    page.map(({ version }) => version),
  ]);
  await keepNodes(client, made);
  for (const event of page) await keepSeal(client, event);
  return page.length;
}

async function keepNodes(client: PoolClient, made: readonly HashedSubtree[]): Promise<void> {
  const kept = made.filter(({ level }) => level >= NODE_LEVEL_MIN);
  if (kept.length === 0) return;
  await client.query(ADD_NODES, [
    kept.map(({ level }) => level),
    kept.map(({ index }) => index),
    kept.map(({ hash }) => hash.toString('hex')),
  ]);
}

/** Where the log goes on; found by the event itself, so that a log that was moved to another engine is followed on. */
async function placeOf(
  log: LogReader,
  last: LastLeaf | undefined,
): Promise<Checkpoint | undefined> {
  if (last === undefined) return undefined;
  for await (const { id, checkpoint } of log.read(last.stream, last.version - 1)) {
    if (id === last.event) return checkpoint;
    break;
  }
  throw new Error('the event that the tree of the log ends with is not in the log');
}

const TODAY = `select to_char((clock_timestamp() at time zone 'utc')::date - 1, 'YYYY-MM-DD') as yesterday,
  to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`;

/* Access records of days that are over and stand in no day yet; and the last day that they stand in. */
const AUDIT_DAYS = `select to_char(max(day), 'YYYY-MM-DD') as last, exists (select from audit_seals
      where (sealed_at at time zone 'utc')::date <= $1 and number > coalesce((select max(last_seal) from audit_days), 0)) as open
  from audit_days where day <= $1`;
const IS_TAKEN = 'select from evidence_leaves where event = $1';

/** What the log is to be sealed with for the days that are over; undefined: they are, or not all of it is in the tree yet. To be asked when no event waits. */
export async function nextHead(client: PoolClient, log: LogReader): Promise<SealedLog | undefined> {
  const { yesterday, now } = (await client.query<{ yesterday: string; now: string }>(TODAY))
    .rows[0] as { yesterday: string; now: string };
  const before = await lastSeal(client);
  if (before !== undefined && before.day >= yesterday) return undefined;
  const [last] = (await client.query<LastLeaf>(LAST)).rows;
  if (last === undefined || !(await isAuditIn(client, yesterday))) return undefined;
  const waiting = await log.versions(streamsBetween(before, yesterday));
  if ([...waiting.values()].some((version) => version > 0)) return undefined;
  const size = Number(last.index) + 1;
  const head: LogHead = {
    day: yesterday,
    number: (before?.number ?? 0) + 1,
    previous: before?.digest ?? NOTHING_BEFORE,
    size,
    root: (await readRoot(client, size)).toString('hex'),
    sealedAt: now,
  };
  return { ...head, digest: headDigest(head) };
}

/** Whether the access records up to a day are sealed as days, and the fact of the last of these is in the tree. */
async function isAuditIn(client: PoolClient, day: string): Promise<boolean> {
  const { rows } = await client.query<{ last: string | null; open: boolean }>(AUDIT_DAYS, [day]);
  const { last = null, open = false } = rows[0] ?? {};
  if (open) return false;
  return last === null || (await client.query(IS_TAKEN, [dayFactId(last)])).rowCount === 1;
}

/** Days after the newest seal in the tree whose seal may be in the log already. */
const DAYS_LOOKED_MAX = 366;

/** Where seals may be that were appended and wait to be taken into the tree: the next one follows on them. */
function streamsBetween(before: SealedLog | undefined, day: string): readonly string[] {
  const streams: string[] = [];
  const at = new Date(`${day}T00:00:00Z`);
  while (streams.length < DAYS_LOOKED_MAX) {
    const each = at.toISOString().slice(0, 10);
    if (before !== undefined && each <= before.day) break;
    streams.push(logStream(each));
    at.setUTCDate(at.getUTCDate() - 1);
  }
  return streams;
}
