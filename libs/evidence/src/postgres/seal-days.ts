import type { PoolClient } from 'pg';
import {
  type DayHead,
  dayDigest,
  dayRoot,
  NOTHING_BEFORE,
  type SealedDay,
} from '../audit-chain.js';

/** Days that one call seals. */
const DAYS_MAX = 31;

type OpenDay = Readonly<{
  day: string;
  firstSeal: string;
  lastSeal: string;
  records: string;
  digests: readonly string[];
}>;

const DAY = `(sealed_at at time zone 'utc')::date`;

/** Days that are over, whose seals stand in no day yet. */
const OPEN_DAYS = `select to_char(${DAY}, 'YYYY-MM-DD') as day, min(number) as "firstSeal", max(number) as "lastSeal",
    sum(cardinality(ids)) as records, array_agg(encode(digest, 'hex') order by number) as digests
  from audit_seals where number > coalesce((select max(last_seal) from audit_days), 0)
    and ${DAY} < (clock_timestamp() at time zone 'utc')::date
  group by 1 order by 1 limit ${DAYS_MAX}`;

const LAST = `select number, encode(digest, 'hex') as digest from audit_days order by number desc limit 1`;

const WRITE = `insert into audit_days (day, number, previous, first_seal, last_seal, records, root, digest)
  values ($1, $2, decode($3, 'hex'), $4, $5, $6, decode($7, 'hex'), decode($8, 'hex'))`;

/** Chains the days that are over, within the client's transaction; whoever calls holds the lock. */
export async function sealDays(client: PoolClient): Promise<readonly SealedDay[]> {
  const open = (await client.query<OpenDay>(OPEN_DAYS)).rows;
  const [last] = (await client.query<{ number: string; digest: string }>(LAST)).rows;
  let before = { number: Number(last?.number ?? 0), digest: last?.digest ?? NOTHING_BEFORE };
  const days: SealedDay[] = [];
  for (const each of open) {
    const sealed = sealDay(each, before);
    await client.query(WRITE, [
      ...[sealed.day, sealed.number, sealed.previous, sealed.firstSeal, sealed.lastSeal],
      ...[sealed.records, sealed.root, sealed.digest],
    ]);
    days.push(sealed);
    before = sealed;
  }
  return days;
}

function sealDay(
  { day, firstSeal, lastSeal, records, digests }: OpenDay,
  before: Readonly<{ number: number; digest: string }>,
): SealedDay {
  const head: DayHead = {
    day,
    number: before.number + 1,
    previous: before.digest,
    firstSeal: Number(firstSeal),
    lastSeal: Number(lastSeal),
    records: Number(records),
    root: dayRoot(digests),
  };
  return { ...head, digest: dayDigest(head) };
}
