import type { BatchRefusal } from '#archive/disposition/decide-batch';
import type { Capacity } from '#archive/disposition-events';

/** Who does something, and under which id: the same id again does it once. */
export type DispositionOrder = Readonly<{ id: string; actor: string }>;

/** A study that nothing keeps any more. `dueOn`: YYYY-MM-DD. */
export type Candidate = Readonly<{
  claim: string;
  policy: string;
  policyVersion: string;
  rule: string;
  dueOn: string;
}>;

export type Approval = Readonly<{ capacity: Capacity; approver: string; at: string }>;
export type BatchPhase = 'proposed' | 'approved' | 'stopped';

/** A batch as it stands; `executeAfter` is null while an approval is missing. */
export type Batch = Readonly<{
  batch: string;
  phase: BatchPhase;
  jurisdiction: string;
  visaNeeded: boolean;
  graceDays: number;
  proposedBy: string;
  proposedAt: Date;
  approvals: readonly Approval[];
  executeAfter: Date | null;
  studies: number;
  certified: boolean;
}>;

/** How far the disposal of a study has come, and what it waits for or was stopped by. */
export type BatchStudy = Omit<Candidate, 'dueOn'> & Readonly<{ step: string; why: string }>;

type Outcome<T> = (Readonly<{ ok: true }> & T) | Readonly<{ ok: false; refusal: BatchRefusal }>;

/** What people decide of disposals: of one hospital's studies at a time. */
export type DispositionDesk = Readonly<{
  /** Studies that are due, not held and in no batch, the longest due first. */
  candidates: (hospital: string, limit: number) => Promise<readonly Candidate[]>;
  /** Of these claims, or of all, as many as one batch holds. */
  propose: (
    order: DispositionOrder,
    hospital: string,
    claims: readonly string[] | undefined,
  ) => Promise<Outcome<{ batch: string; studies: number }>>;
  approve: (
    order: DispositionOrder,
    hospital: string,
    approval: Readonly<{ batch: string; capacity: Capacity }>,
  ) => Promise<Outcome<object>>;
  stop: (order: DispositionOrder, hospital: string, batch: string) => Promise<Outcome<object>>;
  /** The last that were proposed first; behind `after`, a batch. */
  list: (
    hospital: string,
    page: Readonly<{ after: string | undefined; limit: number }>,
  ) => Promise<readonly Batch[]>;
  read: (
    hospital: string,
    batch: string,
  ) => Promise<Readonly<{ batch: Batch; studies: readonly BatchStudy[] }> | undefined>;
  certificate: (
    hospital: string,
    batch: string,
  ) => Promise<Readonly<{ document: string; pdf: Buffer }> | undefined>;
}>;

/** Studies of one batch: its proposal stays under the bound of an event. */
export const BATCH_STUDIES_MAX = 500;
