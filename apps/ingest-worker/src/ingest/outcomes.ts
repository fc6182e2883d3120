import type { WhyNot } from '#archive/intake/decide-intake';
import { FailureReason } from '#dicomweb/failure-reason';
import type { DecidedPart } from './decide-slice.js';
import type { Outcome } from './job.js';

/** The DICOM failure reason for each of our codes (PS3.18 Annex I.2.2); stands in the conformance statement. */
export const REASON_OF: Readonly<Record<WhyNot, number>> = {
  unreadable: FailureReason.CannotUnderstand,
  'no-uid': FailureReason.CannotUnderstand,
  'bad-uid': FailureReason.CannotUnderstand,
  'other-study': FailureReason.DataSetDoesNotMatch,
  'too-large': FailureReason.OutOfResources,
  'not-built': FailureReason.CannotUnderstand,
  'unsupported-pixels': FailureReason.TransferSyntaxNotSupported,
  conflict: FailureReason.DuplicateSopInstance,
  'other-patient': FailureReason.DataSetDoesNotMatch,
  disposed: FailureReason.NotAuthorized,
  'note-unclear': FailureReason.DataSetDoesNotMatch,
  'note-other-study': FailureReason.DataSetDoesNotMatch,
  'note-too-large': FailureReason.OutOfResources,
  rejected: FailureReason.NotAuthorized,
  processing: FailureReason.ProcessingFailure,
};

/** What the receipt says of a decided part. */
export function outcomeOf({ read, decision }: DecidedPart): Outcome {
  const named =
    'arrival' in read
      ? {
          sopClass: read.arrival.identity.sopClass,
          instance: read.arrival.identity.instance,
          study: read.arrival.identity.study,
          series: read.arrival.identity.series,
        }
      : read.known;
  switch (decision.outcome) {
    case 'store':
      return { part: read.part, outcome: 'stored', ...named };
    case 'same':
    case 'restore':
      return { part: read.part, outcome: 'same', ...named };
    case 'refuse':
      return { ...refusal(read.part, decision.why), outcome: 'refused', ...named };
    case 'quarantine':
      return { ...refusal(read.part, decision.why), outcome: 'quarantined', ...named };
    case 'compare':
      throw new Error('a decision was left open');
    default:
      return decision satisfies never;
  }
}

const refusal = (part: number, why: WhyNot) => ({ part, reason: REASON_OF[why], why });
