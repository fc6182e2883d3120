import { accept, type Decider, type Decision, refuse } from '#events/decider';
import type {
  Capacity,
  DispositionApproved,
  DispositionCertified,
  DispositionProposed,
  DispositionStopped,
} from '../disposition-events.js';

/** `at`: the moment of the approval, as ISO 8601 has it. */
export type BatchCommand =
  | Readonly<{ kind: 'propose'; proposal: DispositionProposed }>
  | Readonly<{ kind: 'approve'; capacity: Capacity; approver: string; at: string }>
  | Readonly<{ kind: 'stop' }>;

/** `unknown`: there is no such batch. `given`: somebody else approved in this capacity. `same-person`: one person approves once. `not-needed`: nobody is asked for this approval. */
export type BatchRefusal =
  | 'nothing-due'
  | 'unknown'
  | 'stopped'
  | 'given'
  | 'same-person'
  | 'not-needed';

type Approval = Readonly<{ capacity: Capacity; approver: string }>;

/** `terms` is undefined until the batch is proposed. */
export type BatchState = Readonly<{
  terms: DispositionProposed['data'] | undefined;
  approvals: readonly Approval[];
  isStopped: boolean;
}>;

export type BatchEvent =
  | DispositionProposed
  | DispositionApproved
  | DispositionStopped
  | DispositionCertified;

type Decided = Decision<BatchEvent, BatchRefusal>;

/** Two people of different roles approve, and a third where the law wants it; any of them may stop it until it is done. */
export const batch: Decider<BatchState, BatchCommand, BatchEvent, BatchRefusal> = {
  initial: { terms: undefined, approvals: [], isStopped: false },
  decide: (command, state) => {
    if (command.kind === 'propose') return propose(command.proposal, state);
    const { terms } = state;
    if (terms === undefined) return refuse('unknown');
    if (command.kind === 'stop') return stop(terms, state);
    return approve(command, terms, state);
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'DispositionProposed':
        return { ...state, terms: event.data };
      case 'DispositionApproved':
        return { ...state, approvals: [...state.approvals, event.data] };
      case 'DispositionStopped':
        return { ...state, isStopped: true };
      case 'DispositionCertified':
        return state;
      default:
        return event satisfies never;
    }
  },
};

/** Who has to approve. */
export const neededApprovals = (visaNeeded: boolean): readonly Capacity[] =>
  visaNeeded ? ['records', 'medical', 'archives-visa'] : ['records', 'medical'];

function propose(proposal: DispositionProposed, { terms }: BatchState): Decided {
  if (terms !== undefined) return accept<BatchEvent>();
  if (proposal.data.studies.length === 0) return refuse('nothing-due');
  return accept(proposal);
}

const stop = (
  { batch: id, hospital }: DispositionProposed['data'],
  { isStopped }: BatchState,
): Decided =>
  isStopped
    ? accept<BatchEvent>()
    : accept({
        type: 'DispositionStopped',
        data: { batch: id, hospital, claim: '', reason: 'withdrawn' },
      });

function approve(
  { capacity, approver, at }: Extract<BatchCommand, { kind: 'approve' }>,
  { batch: id, hospital, visaNeeded, graceDays }: DispositionProposed['data'],
  { approvals, isStopped }: BatchState,
): Decided {
  if (isStopped) return refuse('stopped');
  const needed = neededApprovals(visaNeeded);
  if (!needed.includes(capacity)) return refuse('not-needed');
  const given = approvals.find((approval) => approval.capacity === capacity);
  if (given?.approver === approver) return accept<BatchEvent>();
  if (given !== undefined) return refuse('given');
  if (approvals.some((approval) => approval.approver === approver)) return refuse('same-person');
  const isLast = approvals.length + 1 === needed.length;
  const executeAfter = isLast ? daysAfter(at, graceDays) : '';
  const data = { batch: id, hospital, capacity, approver, executeAfter };
  return accept({ type: 'DispositionApproved', data });
}

const DAY_MS = 86_400_000;

const daysAfter = (at: string, days: number): string =>
  new Date(Date.parse(at) + days * DAY_MS).toISOString();
