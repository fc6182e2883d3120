import type { Pool, PoolClient } from 'pg';
import { intakeStream } from '#archive/catalogue';
import { AppendConflict } from '#events/append-conflict';
import type { KeyRing } from '#events/key-ring';
import { classified, examRowsAfter } from '#index/exam-row';
import type { FindableChange } from '#index/findable-change';
import { lockForAppend } from '#index/lock-for-append';
import type { OpaqueIds } from '#index/opaque-ids';
import { visibilityOf } from '#index/project-findable';
import { ProjectionDropped } from '#index/projection-dropped';
import type { TermsOf } from '#index/terms-of';
import { flight } from '../flight.js';
import { assertWhole, keepBodies } from '../handed/keep-handed.js';
import { sealFacts, streamsToRead } from './append-facts.js';
import { commitReceipts } from './commit-receipts.js';
import type { DecidedPart } from './decide-slice.js';
import {
  type ExtractPack,
  type Fact,
  landedFacts,
  packFacts,
  storedFacts,
  type WrittenExtract,
} from './facts-of-slice.js';
import type { StoredGroup } from './group-stored.js';
import { intakeFacts, NOTHING_TOLD, type Told, toldBy } from './intake-facts.js';
import type { Job, Outcome } from './job.js';
import { accessRowsOf, newStudies, patientsHold, patientsIn } from './patients-of-slice.js';
import { insertQuarantine } from './quarantine-rows.js';
import type { ReadPart } from './read-part.js';
import type { RejectionFact } from './rejection-facts.js';
import { reserve } from './reservations.js';
import { countSentAgain } from './sent-again.js';
import type { Slice } from './slices.js';
import { keepClaim } from './take-jobs.js';
import { unusedPacks } from './unused-packs.js';
import type { RecordedTimes, Within } from './within.js';
import { NO_ROWS, writeRejecting, writeRows } from './write-rows.js';

/** All that a slice makes true at once. */
export type SliceCommit = Readonly<{
  slice: Slice;
  decided: readonly DecidedPart[];
  extracts: readonly WrittenExtract[];
  extractPack: ExtractPack | undefined;
  /** What is rejected, and rejected no more. */
  rejections: readonly RejectionFact[];
  finished: readonly Readonly<{ job: Job; outcomes: readonly Outcome[] }>[];
}>;

export type CommitTo = Readonly<{
  /** A pool whose clients may pipeline: statements that need no answer of each other are sent at once. */
  commitPool: Pool;
  ids: OpaqueIds;
  keys: KeyRing;
  within: (client: PoolClient) => Within;
  termsOf: TermsOf;
  /** The versions of the findable projection that were written last: rows are read on the strength of it, and it is checked under the lock. */
  written: { versions: readonly number[] };
}>;

/**
 * Facts, findable rows, reservations and receipts in one transaction (design D14), in two flights of statements.
 * 'conflict': someone else stored one of the instances, or appended to one of the streams, or switched the projection since the slice
 * was decided, or one of the instances names another human than its study; nothing is written.
 */
export async function commitSlice(
  to: CommitTo,
  commit: SliceCommit,
): Promise<'committed' | 'conflict'> {
  const client = await to.commitPool.connect();
  try {
    const done = await write(client, to, commit).catch(conflictOf(to));
    if (done === 'conflict') await client.query('rollback');
    client.release();
    return done;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** A version of the projection may have been dropped since it was last written: then its tables are gone. */
const conflictOf =
  ({ written }: CommitTo) =>
  (error: unknown): 'conflict' => {
    if (error instanceof ProjectionDropped) written.versions = [];
    else if (!(error instanceof AppendConflict)) throw error;
    return 'conflict';
  };

const write = async (
  client: PoolClient,
  to: CommitTo,
  commit: SliceCommit,
): Promise<'committed' | 'conflict'> => {
  assertWhole(commit.slice.continues);
  const groups = commit.extracts.map(({ group }) => group);
  const claims = claimsOf(commit);
  const secrets = await to.keys.find(claims);
  const stores = to.within(client);
  const small = smallPackOf(commit);
  const looked = await look(client, to, { commit, stores, groups, claims, small });
  if (looked === 'conflict') return 'conflict';
  const { versions, found, before, created, heads, exams } = looked;
  const facts = factsOf(commit, await toldBefore(stores, heads), created);
  const { appends, versions: factVersions } = sealFacts(facts, heads, secrets);
  const change = changeOf(commit, factVersions);
  const append = { appends, claims, small, repeat: commit.slice.repeat };
  const known = new Set([...created, ...exams.map(({ claim }) => claim)]);
  /* A study from before that has no row yet is filled whole, or it would be classified by its last series alone. */
  const told = change.stored.filter(({ claim }) => known.has(claim));
  const classes = await classified(examRowsAfter(exams, told), to.termsOf);
  const times = await stores.appendBefore(append);
  if (times === 'conflict') return 'conflict';
  const rows = { versions, found, change, access: accessRowsOf(groups, before, created) };
  const isWritten = await writeRejecting(stores, rows);
  await flight(client, () => [
    ...stores.appendAlong(append),
    ...(isWritten ? [] : writeRows(stores, rows)),
    stores.writeExams(classes),
    writeBeside(client, commit, { facts, times }),
    client.query('commit').then(refuseRollback),
  ]);
  return 'committed';
};

type Looking = Readonly<{
  commit: SliceCommit;
  stores: Within;
  groups: readonly StoredGroup[];
  claims: readonly string[];
  small: ReturnType<typeof smallPackOf>;
}>;

/** The first flight: takes the locks and reservations, and reads what the second one's rows and facts follow on. */
const look = async (
  client: PoolClient,
  { ids, written }: CommitTo,
  { commit, stores, groups, claims, small }: Looking,
) => {
  const parts = groups.flatMap((group) => group.parts);
  const patients = patientsIn(parts);
  const expected = written.versions;
  const [, versions, reserved, asked, found, known, exams] = await flight(client, () => [
    client.query('begin'),
    lockForAppend(client, claims, patients),
    reserve(client, ids, parts),
    stores.versions(streamsToRead(factsOf(commit, NOTHING_TOLD))),
    Promise.all(expected.map((version) => stores.readFindable(version, touchedBy(commit)))),
    stores.readAccess(claims, patients),
    stores.readExams(claims),
    stores.prepare(small),
  ]);
  written.versions = versions;
  if (!reserved || known.disposed.size > 0 || `${expected}` !== `${versions}`) return 'conflict';
  const before = found[0] ?? NO_ROWS;
  const created = newStudies(groups, before);
  if (!patientsHold(groups, known, created)) return 'conflict';
  return { versions, found, before, created, exams, heads: stores.headsOf(asked, before) };
};

/** The studies of a slice; of one whose instances are only restored nothing else is written. */
const claimsOf = ({ extracts, rejections }: SliceCommit): readonly string[] => [
  ...new Set([
    ...extracts.map(({ group }) => group.claim),
    ...rejections.map(({ event }) => event.data.claim),
  ]),
];

const touchedBy = ({ extracts, rejections }: SliceCommit) => [
  ...extracts.map(({ group }) => group),
  ...rejections.map(({ event }) => ({ claim: event.data.claim, series: '' })),
];

/** PostgreSQL answers a commit of a failed transaction with a rollback, and no error. */
const refuseRollback = ({ command }: Readonly<{ command: string }>) => {
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
};

/** What the log tells already of parts of these streams; one that exists belongs to a job that was begun before. */
const toldBefore = async (stores: Within, heads: ReadonlyMap<string, number>): Promise<Told> => {
  const told = new Set<string>();
  for (const [stream, version] of heads)
    if (version > 0 && isIntakeStream(stream))
      for await (const recorded of stores.read(stream))
        for (const part of toldBy(recorded)) told.add(part);
  return told;
};

const isIntakeStream = (stream: string) => stream.startsWith(intakeStream(''));

const factsOf = (
  commit: SliceCommit,
  told: Told,
  created?: ReadonlySet<string>,
): readonly Fact[] => [
  ...landedFacts(commit.slice.opens),
  ...extractPackFacts(commit),
  ...intakeFacts(commit.decided, told),
  ...storedFacts(commit.extracts, commit.extractPack, created),
  ...commit.rejections,
];

const smallPackOf = ({ extractPack }: SliceCommit) =>
  extractPack?.body && { key: extractPack.key, body: extractPack.body };

type FactsAndTimes = Readonly<{ facts: readonly Fact[]; times: RecordedTimes }>;

/** What the slice writes beside facts and findable rows. */
const writeBeside = (
  client: PoolClient,
  commit: SliceCommit,
  { facts, times }: FactsAndTimes,
): Promise<unknown> =>
  Promise.all([
    insertQuarantine(client, facts, times),
    touchSettleQueue(client, commit.extracts),
    keepClaim(
      client,
      commit.slice.continues.map(({ id }) => id),
    ),
    retireUnused(client, commit.finished),
    keepBodies(client, commit.slice.opens),
    commitReceipts(client, commit.finished),
    countSentAgain(client, commit.finished),
  ]);

const extractPackFacts = ({ extractPack, extracts }: SliceCommit) => {
  const job = extracts[0]?.group.parts[0]?.job;
  return extractPack === undefined || job === undefined
    ? []
    : packFacts(job, extractPack, 'extract');
};

const changeOf = (commit: SliceCommit, versions: ReadonlyMap<string, number>): FindableChange => ({
  packs: [...landedFacts(commit.slice.opens), ...extractPackFacts(commit)].map(
    ({ event }) => event.data,
  ),
  stored: storedFacts(commit.extracts, commit.extractPack).map(({ id, event: { data } }, index) => {
    const parts: readonly ReadPart[] = commit.extracts[index]?.group.parts ?? [];
    return {
      ...data,
      version: versions.get(id) ?? 0,
      facts: parts.map(({ fact }) => fact),
      headers: parts.map(({ header }) => header),
    };
  }),
  visibility: commit.rejections.flatMap(
    ({ id, event }) => visibilityOf(event, versions.get(id) ?? 0) ?? [],
  ),
});

/** A pack of a finished job that brought nothing new is let go, unless a part of it is kept aside. */
const retireUnused = async (client: PoolClient, finished: SliceCommit['finished']) => {
  const packs = finished.flatMap(unusedPacks);
  if (packs.length === 0) return;
  await client.query({
    name: 'retire-unused',
    text: `insert into retire_queue (pack, due_at) select pack, now() + make_interval(secs => 60)
      from unnest($1::text[]) as pack on conflict do nothing`,
    values: [packs],
  });
};

const touchSettleQueue = async (client: PoolClient, extracts: readonly WrittenExtract[]) => {
  if (extracts.length === 0) return;
  const groups = new Map(extracts.map(({ group }) => [group.claim, group.hospital]));
  await client.query({
    name: 'touch-settle-queue',
    text: `insert into settle_queue (claim, hospital) select * from unnest($1::text[], $2::text[])
      on conflict (claim) do update set touched_at = now()`,
    values: [[...groups.keys()], [...groups.values()]],
  });
};
