import type { Pool } from 'pg';
import type { Held } from '#archive/intake/decide-intake';
import type { Findable } from '#index/findable';
import { type KnownPatients, NOBODY_KNOWN } from '#index/known-patients';
import type { ObjectStore } from '#storage/object-store';
import { type CommitTo, commitSlice, type SliceCommit } from './commit-slice.js';
import { decideSlice } from './decide-slice.js';
import { groupStored } from './group-stored.js';
import type { Job, Outcome } from './job.js';
import { outcomeOf } from './outcomes.js';
import { isOther, namesSeveral, patientsIn } from './patients-of-slice.js';
import { type ReadPart, readPart, type Source, type UnreadPart, unreadPart } from './read-part.js';
import { type ReadSlice, readSlices } from './read-slices.js';
import { rejectionFacts } from './rejection-facts.js';
import { keysOfNotes, noteFault, type RejectedPorts, withRejected } from './rejections.js';
import { readReservations, reservationKey } from './reservations.js';
import { sameDataSet } from './same-data-set.js';
import { type Slice, slices } from './slices.js';
import { type ExtractTarget, StudyDisposed, writeExtracts } from './write-extracts.js';

const DECISIONS_MAX = 5;
/** A slice of so few parts is first decided as if nothing of it were held: that is nearly always so, and a wrong guess costs little. The reservations decide in any case. */
const FRESH_PARTS_MAX = 32;
const NOTHING: ReadonlyMap<string, Held> = new Map();

export type Ingest = Source &
  CommitTo &
  ExtractTarget &
  RejectedPorts &
  Readonly<{
    pool: Pool;
    store: ObjectStore;
    findable: Findable;
    /** Before a slice in conflict is decided again: gives rows what the log has of these studies and of dead workers' slices. */
    putRight: (claims: readonly string[]) => Promise<void>;
    /** Whose these studies are and whom these patients are; studies from before that was written down are filled first. */
    knownPatients: (
      claims: readonly string[],
      patients: readonly string[],
    ) => Promise<KnownPatients>;
  }>;

/** `keepAside`: the jobs have failed too often; their parts are quarantined unread, so that nothing is lost and nothing loops. */
export type BatchOptions = Readonly<{ keepAside: boolean }>;

/** Makes facts of jobs, slice by slice; a job's receipt is written with its last slice. Resolves to what became of each job's parts. */
export async function ingestBatch(
  ingest: Ingest,
  jobs: readonly Job[],
  options: BatchOptions = { keepAside: false },
): Promise<ReadonlyMap<Job, readonly Outcome[]>> {
  const outcomes = new Map<Job, Outcome[]>(jobs.map((job) => [job, []]));
  for (const slice of slices(jobs))
    for await (const one of options.keepAside ? unread(slice) : read(ingest, slice))
      await ingestSlice(ingest, one, outcomes);
  return outcomes;
}

const unread = (slice: Slice): readonly ReadSlice[] => [
  { slice, reads: slice.parts.map(unreadPart) },
];

const read = (ingest: Ingest, slice: Slice): AsyncIterable<ReadSlice> =>
  readSlices(slice, ({ job, part }) => readPart(ingest, job, part));

const ingestSlice = async (
  ingest: Ingest,
  { slice, reads }: ReadSlice,
  outcomes: Map<Job, Outcome[]>,
) => {
  for (let decision = 1; decision <= DECISIONS_MAX; decision++) {
    const fresh = decision === 1 && isLikelyFresh(slice, reads);
    const held = fresh ? NOTHING : await heldOf(ingest, reads);
    const known = fresh ? NOBODY_KNOWN : await patientsOf(ingest, reads);
    const commit = await tryCommit(ingest, slice, { reads, held, known, outcomes });
    if (commit === undefined) continue;
    for (const { read, ...rest } of commit.decided)
      outcomes.get(read.job)?.push(outcomeOf({ read, ...rest }));
    return;
  }
  throw new Error(`a slice was still in conflict after ${DECISIONS_MAX} decisions`);
};

/** What was committed; undefined when the slice has to be decided again. */
const tryCommit = async (
  ingest: Ingest,
  slice: Slice,
  seen: Reads,
): Promise<SliceCommit | undefined> => {
  const commit = await decideAndWrite(ingest, slice, seen).catch(undecidedIfDisposed);
  if (commit === undefined) return undefined;
  if ((await commitSlice(ingest, commit)) === 'committed') return commit;
  await ingest.putRight([...new Set(commit.extracts.map(({ group }) => group.claim))]);
  return undefined;
};

const isLikelyFresh = (slice: Slice, reads: ReadSlice['reads']) =>
  !slice.repeat &&
  reads.length <= FRESH_PARTS_MAX &&
  !namesSeveral(readable(reads)) &&
  readable(reads).every(({ note }) => note === undefined);

const readable = (reads: ReadSlice['reads']): readonly ReadPart[] =>
  reads.filter((read) => 'arrival' in read);

const patientsOf = ({ knownPatients }: Ingest, reads: ReadSlice['reads']) => {
  const parts = readable(reads);
  const claims = new Set(parts.map(({ arrival }) => arrival.claim));
  return knownPatients([...claims], patientsIn(parts));
};

/** A slice that was taken for fresh has a study that was disposed of: it is decided again, with all that is known. */
const undecidedIfDisposed = (error: unknown): undefined => {
  if (!(error instanceof StudyDisposed)) throw error;
};

const heldOf = async (ingest: Ingest, reads: readonly (ReadPart | UnreadPart)[]) => {
  const parts = readable(reads);
  const own = parts.map((part) => reservationKey(ingest.ids, part));
  const keys = new Set([...own, ...keysOfNotes(ingest, parts)]);
  return withRejected(ingest, await readReservations(ingest.pool, [...keys]), parts);
};

type Reads = Readonly<{
  reads: readonly (ReadPart | UnreadPart)[];
  held: ReadonlyMap<string, Held>;
  known: KnownPatients;
  outcomes: ReadonlyMap<Job, readonly Outcome[]>;
}>;

const decideAndWrite = async (
  ingest: Ingest,
  slice: Slice,
  { reads, held, known, outcomes }: Reads,
): Promise<SliceCommit> => {
  const decided = await decideSlice(reads, {
    held,
    keyOf: (part) => reservationKey(ingest.ids, part),
    sameDataSet: (part, first) => sameDataSet(ingest, part, first),
    isOther: (part, first) => isOther(known, part, first),
    isDisposed: ({ arrival }) => known.disposed.has(arrival.claim),
    noteFaultOf: (part) => noteFault(ingest, held, part),
  });
  const { extracts, extractPack } = await writeExtracts(ingest, groupStored(decided));
  const finished = slice.finishes.map((job) => ({
    job,
    outcomes: [
      ...(outcomes.get(job) ?? []),
      ...decided.filter(({ read }) => read.job === job).map(outcomeOf),
    ],
  }));
  const rejections = rejectionFacts(ingest.ids, decided);
  return { slice, decided, extracts, extractPack, rejections, finished };
};
