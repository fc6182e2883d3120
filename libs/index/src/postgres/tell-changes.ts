import type { Pool, PoolClient } from 'pg';
import { accessPolicy } from '#archive/access/access-policy';
import { studyStream } from '#archive/catalogue';
import type { Checkpoint, Recorded } from '#events/event';
import type { Log } from '#events/log';
import { AGENCY_LOOKS, type Looker } from '../seen-studies.js';
import { decideChanges, type LookedAt } from '../study-changes.js';
import { type Touched, touchedBy } from '../touched-studies.js';
import { readPolicy } from './access-policies.js';
import {
  beginningOppositions,
  claimsOf,
  claimsToSweep,
  type Progress,
  readProgress,
  seenStudies,
  toldStudies,
  writeProgress,
  writeTold,
} from './told-studies.js';

/** `isBeside`: the log isn't in the pool's database. `wallMs`: milliseconds since 1970. */
export type TellPorts = Readonly<{
  pool: Pool;
  log: Pick<Log, 'after' | 'versions'>;
  isBeside: boolean;
  wallMs: () => number;
}>;

/** `sweep`: to look at the next studies of the round of all, when the log has nothing new. */
export type TellRound = Readonly<{ sweep: boolean }>;

/** What one round did. `isBusy`: there is more to do at once. */
export type Told = Readonly<{ events: number; changes: number; isBusy: boolean }>;

/** Events of one round. */
const EVENTS_MAX = 500;
/** Studies that are looked at again in one round. */
const SWEPT_MAX = 500;
/** Facts of a log elsewhere are there before their rows: they are given this long. */
const ROWS_FOLLOW_MS = 2_000;
const LOCK = 'changes-told';
const NONE: Told = { events: 0, changes: 0, isBusy: false };

/**
 * Follows the log a little further and tells what became of studies, in one transaction; at the head of the log it looks at the next studies of the
 * round of all. One teller works at a time, so the order of what is told is the order in which it can be read (design D16).
 */
export async function tellChanges(ports: TellPorts, round: TellRound): Promise<Told> {
  const client = await ports.pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query(
      `select pg_try_advisory_xact_lock(hashtext('${LOCK}')) as locked`,
    );
    const told = rows[0]?.locked === true ? await tellNext(ports, client, round) : NONE;
    await client.query('commit');
    client.release();
    return told;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function tellNext(ports: TellPorts, client: PoolClient, { sweep }: TellRound): Promise<Told> {
  const progress = await readProgress(client, ports.isBeside ? 'kurrentdb' : 'postgresql');
  const events = await nextEvents(ports, client, progress);
  const now = new Date(ports.wallMs()).toISOString();
  const touched = touchedBy(events);
  const followed = await lookedByFacts(client, touched, { from: progress.lookedAt, now });
  const isSweep = events.length === 0 && (sweep || progress.isSweepAsked);
  const swept = isSweep ? await lookedAgain(client, progress, now) : undefined;
  if (events.length === 0 && followed.length === 0 && swept === undefined) return NONE;
  const looked = [...followed, ...(swept ?? [])];
  const looker = {
    subject: AGENCY_LOOKS,
    policy: (await readPolicy(client)) ?? accessPolicy,
    at: now,
  };
  const sequence = await tellOf(ports, client, { looked, looker, sequence: progress.sequence });
  const { sweptTo, isSweepAsked } = sweepOf(progress, touched, swept);
  const checkpoint = events.at(-1)?.checkpoint ?? progress.checkpoint;
  await writeProgress(client, {
    ...{ engine: progress.engine, checkpoint, sequence, sweptTo, isSweepAsked },
    lookedAt: now,
  });
  const isBusy = events.length > 0 || isSweepAsked;
  return { events: events.length, changes: sequence - progress.sequence, isBusy };
}

/** Those whose rows are there already: what is being appended is left for later, and all behind it. */
async function nextEvents(
  { log, isBeside, wallMs }: TellPorts,
  client: PoolClient,
  { checkpoint }: Progress,
): Promise<readonly Recorded[]> {
  const page = await log.after(checkpoint as Checkpoint | undefined, EVENTS_MAX);
  if (!isBeside || page.length === 0) return page;
  const { rows } = await client.query('select unnest(streams) as stream from log_intents');
  const open = new Set(rows.map(({ stream }) => String(stream)));
  const youngest = new Date(wallMs() - ROWS_FOLLOW_MS).toISOString();
  const end = page.findIndex(({ stream, recordedAt }) => open.has(stream) || recordedAt > youngest);
  return end < 0 ? page : page.slice(0, end);
}

async function lookedByFacts(
  client: PoolClient,
  touched: Touched,
  { from, now }: Readonly<{ from: string; now: string }>,
): Promise<readonly LookedAt[]> {
  const begun = await beginningOppositions(client, from, now);
  const patients = [...touched.patients, ...begun];
  const claims = await claimsOf(client, { ...touched, patients });
  return claims.map((claim) => {
    const own = touched.claims.get(claim);
    return { claim, version: own?.version ?? 0, at: own?.at ?? (touched.patientsAt || now) };
  });
}

/** The next studies of the round of all. */
const lookedAgain = async (
  client: PoolClient,
  { sweptTo }: Progress,
  now: string,
): Promise<readonly LookedAt[]> => {
  const claims = await claimsToSweep(client, sweptTo, SWEPT_MAX);
  return claims.map((claim) => ({ claim, version: 0, at: now }));
};

type Telling = Readonly<{ looked: readonly LookedAt[]; looker: Looker; sequence: number }>;

/** Resolves to the last sequence then. */
async function tellOf(
  { log }: TellPorts,
  client: PoolClient,
  { looked, looker, sequence }: Telling,
): Promise<number> {
  if (looked.length === 0) return sequence;
  const claims = looked.map(({ claim }) => claim);
  const seen = await seenStudies(client, claims, looker);
  const told = await toldStudies(client, claims);
  const fresh = [...seen.keys()].filter((claim) => told.get(claim)?.withdrawn !== false);
  const heads = fresh.length === 0 ? undefined : await log.versions(fresh.map(studyStream));
  /* Of a study that is told anew, all that its stream says is told with it. */
  const whole = looked.map((one) => ({
    ...one,
    version: Math.max(one.version, heads?.get(studyStream(one.claim)) ?? 0),
  }));
  const decided = decideChanges(whole, seen, told);
  await writeTold(client, decided, sequence);
  return sequence + decided.changes.length;
}

/** Where the round of all studies goes on. */
function sweepOf(
  { sweptTo, isSweepAsked }: Progress,
  { isPolicy }: Touched,
  swept: readonly Readonly<{ claim: string }>[] | undefined,
): Pick<Progress, 'sweptTo' | 'isSweepAsked'> {
  if (isPolicy) return { sweptTo: '', isSweepAsked: true };
  if (swept === undefined) return { sweptTo, isSweepAsked };
  const isEnd = swept.length < SWEPT_MAX;
  return {
    sweptTo: isEnd ? '' : (swept.at(-1)?.claim ?? ''),
    isSweepAsked: isSweepAsked && !isEnd,
  };
}
