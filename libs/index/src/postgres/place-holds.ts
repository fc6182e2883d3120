import type { Pool, PoolClient } from 'pg';
import { type HoldScope, holdStream } from '#archive/hold-events';
import type { Log } from '#events/log';
import { SWITCH_LOCK } from '../switch-lock.js';
import { appendCaseDone, appendPlacements } from './append-placements.js';
import { deletePlacements, insertPlacements } from './replay-placements.js';

/** `logWithin`: the log as the client's transaction appends to it. */
export type PlacePorts = Readonly<{ pool: Pool; logWithin: (client: PoolClient) => Log }>;

/** What one step did. `isBusy`: there is more to do at once. */
export type HoldsPlaced = Readonly<{ placed: number; released: number; isBusy: boolean }>;

const STUDIES_PER_STEP_MAX = 500;
const LOCK = 'holds-placed';
const NONE: HoldsPlaced = { placed: 0, released: 0, isBusy: false };

/**
 * Brings cases to their studies, one step at a time, each in a transaction: first to studies that came into the scope of a case by themselves, then
 * to those of a case that was opened, or released, or whose person changed. One worker works at a time; one that dies leaves the step undone.
 */
export async function placeHolds(ports: PlacePorts): Promise<HoldsPlaced> {
  /* Whatever runs now may have looked for cases before this one was there; behind it, nothing has. */
  await ports.pool.query('update hold_work set fence = pg_current_xact_id() where fence is null');
  const client = await ports.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query(
      `select pg_try_advisory_xact_lock(hashtext('${LOCK}')) as locked`,
    );
    const done = rows[0]?.locked === true ? await placeNext(ports, client) : NONE;
    await client.query('commit');
    client.release();
    return done;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function placeNext(ports: PlacePorts, client: PoolClient): Promise<HoldsPlaced> {
  await client.query('select pg_advisory_xact_lock_shared(hashtext($1))', [SWITCH_LOCK]);
  const queued = await nextQueued(client);
  if (queued !== undefined) return placeQueued(ports, client, queued);
  const work = await nextWork(client);
  return work === undefined ? NONE : placeWork(ports, client, work);
}

type Queued = Readonly<{ hold: string; claims: readonly string[] }>;

async function nextQueued(client: PoolClient): Promise<Queued | undefined> {
  const { rows } = await client.query(
    `select hold, claim from hold_queue where hold = (select min(hold) from hold_queue) order by claim limit $1`,
    [STUDIES_PER_STEP_MAX],
  );
  const [first] = rows;
  return first && { hold: first.hold, claims: rows.map(({ claim }) => String(claim)) };
}

async function placeQueued(
  ports: PlacePorts,
  client: PoolClient,
  { hold, claims }: Queued,
): Promise<HoldsPlaced> {
  await lockCase(client, hold);
  const placed = await place(ports, client, { hold, claims });
  await client.query('delete from hold_queue where hold = $1 and claim = any ($2)', [hold, claims]);
  return { placed, released: 0, isBusy: true };
}

/** A case to be carried out; `isOver`: it was released, `isDone`: that it was carried out has been told. */
type Work = Readonly<{
  hold: string;
  scope: HoldScope;
  reached: string;
  changes: string;
  isOver: boolean;
  isDone: boolean;
}>;

/** Those that were begun wait for new ones: a large case doesn't keep others from being placed. */
async function nextWork(client: PoolClient): Promise<Work | undefined> {
  const { rows } = await client.query(
    `select w.hold from hold_work w join legal_holds h using (hold)
     where w.fence < pg_snapshot_xmin(pg_current_snapshot()) order by w.reached <> '', w.hold limit 1`,
  );
  if (rows[0] === undefined) return undefined;
  const { hold } = rows[0];
  await lockCase(client, hold);
  const found = await client.query(
    `select w.hold, h.scope, w.reached, w.changes::text, h.status = 'released' as "isOver",
       case when h.status = 'released' then h.ended_at else h.confirmed_at end is not null as "isDone"
     from hold_work w join legal_holds h using (hold) where w.hold = $1 and w.fence is not null`,
    [hold],
  );
  return found.rows[0];
}

/* Commands on a case wait for this, and this for them. */
const lockCase = (client: PoolClient, hold: string) =>
  client.query('select pg_advisory_xact_lock(hashtextextended($1, 16))', [holdStream(hold)]);

async function placeWork(ports: PlacePorts, client: PoolClient, work: Work): Promise<HoldsPlaced> {
  const { hold, changes } = work;
  const claims = await nextClaims(client, work);
  const last = claims.at(-1);
  if (last === undefined) {
    if (!work.isDone) await appendCaseDone(ports.logWithin(client), client, work);
    await client.query('delete from hold_work where hold = $1 and changes = $2', [hold, changes]);
    return { ...NONE, isBusy: true };
  }
  const step = { hold, claims };
  const placed = work.isOver ? 0 : await place(ports, client, step);
  const released = work.isOver ? await lift(ports, client, step) : 0;
  await client.query('update hold_work set reached = $3 where hold = $1 and changes = $2', [
    ...[hold, changes, last],
  ]);
  return { placed, released, isBusy: true };
}

/* Which of them are in its scope is asked when they are placed: of a query, all studies are looked through. */
const CANDIDATES = {
  study:
    'select claim from study_access where claim = (select claim from legal_holds where hold = $1)',
  patient: `select claim from study_access where person = (select coalesce(p.person, h.patient)
    from legal_holds h left join patient_ids p on p.patient = h.patient where h.hold = $1)`,
  query: 'select claim from study_access where $1::text is not null',
} as const;

/* Studies that come in behind this place are queued by themselves. */
async function nextClaims(
  client: PoolClient,
  { hold, scope, reached, isOver }: Work,
): Promise<readonly string[]> {
  const candidates = isOver ? 'select claim from study_holds where hold = $1' : CANDIDATES[scope];
  const { rows } = await client.query(
    `${candidates} and claim > $2 order by claim limit ${STUDIES_PER_STEP_MAX}`,
    [hold, reached],
  );
  return rows.map(({ claim }) => String(claim));
}

/** Those that are still in the scope of the case, while it stands. */
async function place(
  { logWithin }: PlacePorts,
  client: PoolClient,
  { hold, claims }: Queued,
): Promise<number> {
  const { rows } = await client.query(
    `select w.claim, w.hospital, w.hold from holds_wanted w where w.hold = $1 and w.claim = any ($2)
       and not exists (select from study_holds s where s.hold = w.hold and s.claim = w.claim) order by w.claim`,
    [hold, claims],
  );
  await appendPlacements(logWithin(client), client, 'LegalHoldPlaced', rows);
  await insertPlacements(client, 'study_holds', rows);
  return rows.length;
}

async function lift(
  { logWithin }: PlacePorts,
  client: PoolClient,
  { hold, claims }: Queued,
): Promise<number> {
  const { rows } = await client.query(
    'select claim, hospital, hold from study_holds where hold = $1 and claim = any ($2) order by claim',
    [hold, claims],
  );
  await appendPlacements(logWithin(client), client, 'LegalHoldReleased', rows);
  await deletePlacements(client, 'study_holds', rows);
  return rows.length;
}
