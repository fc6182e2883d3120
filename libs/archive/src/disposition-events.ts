import type { Event } from '#events/event';

/** In which capacity somebody approves: who keeps the records, a doctor, and the archives authority where the law wants its visa. */
export type Capacity = 'records' | 'medical' | 'archives-visa';

/** A study that is due, and by what: the rule of which version of which policy. */
export type DueStudy = Readonly<{
  claim: string;
  policy: string;
  policyVersion: string;
  rule: string;
}>;

/** When the study was due (YYYY-MM-DD), and what that was computed from. */
export type DueInputs = Readonly<{ claim: string; dueOn: string; inputs: unknown }>;

/**
 * These studies of one hospital are to be disposed of together, when everybody who must has approved and `graceDays` have passed since. Sealed under
 * the key of the batch: dates, which may tell a birthday.
 */
export type DispositionProposed = Event<
  'DispositionProposed',
  {
    batch: string;
    hospital: string;
    jurisdiction: string;
    visaNeeded: boolean;
    graceDays: number;
    studies: readonly DueStudy[];
  },
  { studies: readonly DueInputs[] }
>;

/** One of those who must has approved. `executeAfter`: with the last of them, the moment when grace is over (ISO 8601); '' before. */
export type DispositionApproved = Event<
  'DispositionApproved',
  { batch: string; hospital: string; capacity: Capacity; approver: string; executeAfter: string }
>;

/** Why a disposal ended before it was done. */
export type StopReason = 'withdrawn' | 'held' | 'not-due' | 'batch-stopped';

/** Nothing more of the batch is disposed of; on the stream of one study (`claim` is not ''): that one isn't. */
export type DispositionStopped = Event<
  'DispositionStopped',
  { batch: string; hospital: string; claim: string; reason: StopReason }
>;

/** Grace is over and nothing stood against it: the study is made ready, its bytes are brought into packs of their own. */
export type DispositionStarted = Event<
  'DispositionStarted',
  { batch: string; hospital: string; claim: string }
>;

/**
 * The study is gone: its rows and its key with this fact, its bytes after it (design D1). `study` is a keyed hash of its UID and of nothing else;
 * `root` the hash of the list of its objects (RFC 9162 over their SHA-256, in ascending order), in hex; `rejection` the code of the rejection
 * note that this stands for (DCM 113039, Data Retention Policy Expired).
 */
export type DispositionExecuted = Event<
  'DispositionExecuted',
  DueStudy & {
    batch: string;
    hospital: string;
    study: string;
    objects: number;
    bytes: number;
    root: string;
    rejection: '113039';
  }
>;

/** The certificate of a batch is written: SHA-256 of its two forms, and of the public key that it was signed with, in hex. */
export type DispositionCertified = Event<
  'DispositionCertified',
  { batch: string; hospital: string; document: string; pdf: string; key: string }
>;

export type DispositionEvent =
  | DispositionProposed
  | DispositionApproved
  | DispositionStopped
  | DispositionStarted
  | DispositionExecuted
  | DispositionCertified;

/** What people decide, of many studies; also the key under which a proposal's inputs are sealed, which is destroyed with the last of its studies. */
export const batchStream = (batch: string) => `disposition-batch-${batch}`;
/** What becomes of one study. */
export const dispositionStream = (claim: string) => `disposition-${claim}`;
