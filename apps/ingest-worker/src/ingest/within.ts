import type { Recorded } from '#events/event';
import type { Append } from '#events/event-store';
import type { AccessRow } from '#index/access-row';
import type { ExamColumns, ExamRow } from '#index/exam-row';
import type { FindableChange, StoredFacts, Visibility } from '#index/findable-change';
import type { Rows } from '#index/findable-rows';
import type { KnownPatients } from '#index/known-patients';

type Touched = Pick<StoredFacts, 'claim' | 'series'>;

/** An extract pack that is short enough for the database. */
export type SmallPack = Readonly<{ key: string; body: Buffer }>;

/** When facts were recorded, by the ids of their events, where the transaction's own clock doesn't say. */
export type RecordedTimes = ReadonlyMap<string, string>;

/** What a slice is about to append. */
export type SliceAppend = Readonly<{
  appends: readonly Append[];
  /** The studies that are locked for it. */
  claims: readonly string[];
  small: SmallPack | undefined;
  /** One of its jobs was taken before: some of it may be recorded already. */
  repeat: boolean;
}>;

/**
 * The stores as they work inside one open transaction; bound to their adapters in the composition root. Facts go into the log with the
 * transaction itself, or, when the log lies elsewhere, right before it commits (ADR 16).
 */
export type Within = Readonly<{
  /** First flight, behind the locks and the reservations. Throws AppendConflict when something has to be put right first. */
  prepare: (small: SmallPack | undefined) => Promise<void>;
  /** Current version of each stream as far as the log must be asked; 0 for one that does not exist. */
  versions: (streams: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** The versions that facts follow on, of what `versions` found and of the rows that the log must not be ahead of. */
  headsOf: (versions: ReadonlyMap<string, number>, rows: Rows) => ReadonlyMap<string, number>;
  /** The events of one stream in order. */
  read: (stream: string) => AsyncIterable<Recorded>;
  /** Between the flights: what can't be sent along with the commit. */
  appendBefore: (append: SliceAppend) => Promise<RecordedTimes | 'conflict'>;
  /** Statements of the second flight; one of them throws AppendConflict on a conflict, and fails the transaction. */
  appendAlong: (append: SliceAppend) => readonly Promise<void>[];
  readFindable: (version: number, touched: readonly Touched[]) => Promise<Rows>;
  writeFindable: (version: number, change: FindableChange, before: Rows) => Promise<void>;
  /** Behind the findable rows: what may be seen of them. */
  applyVisibility: (version: number, facts: readonly Visibility[]) => Promise<void>;
  /** Behind these and the rows of access: how access is decided to these studies, by what may be seen of them in that version. */
  writeStates: (version: number, claims: readonly string[]) => Promise<void>;
  /** First flight, behind the locks: whose the studies are, and whom the patients are. */
  readAccess: (claims: readonly string[], patients: readonly string[]) => Promise<KnownPatients>;
  writeAccess: (rows: readonly AccessRow[]) => Promise<void>;
  /** First flight, behind the locks: what is known of the exams of these studies. */
  readExams: (claims: readonly string[]) => Promise<readonly ExamRow[]>;
  writeExams: (rows: readonly ExamColumns[]) => Promise<void>;
}>;
