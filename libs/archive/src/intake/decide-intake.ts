import { isUid } from '#dicom/uid';

/** What names an instance; taken from its data set, '' where absent. */
export type Identity = Readonly<{
  study: string;
  series: string;
  instance: string;
  sopClass: string;
  transferSyntax: string;
}>;

/** What the hospital already holds under this SOP Instance UID. `sameDataSet` is known only after a comparison of the data sets. */
export type Held = Readonly<{
  claim: string;
  series: string;
  sha256: string;
  sameDataSet?: boolean;
  /** It was rejected, and this becomes of it when it is sent again. */
  rejected?: SentAgain | undefined;
}>;

/** What becomes of a rejected instance that is sent again, by the settings of its hospital. */
export type SentAgain = 'reject' | 'restore' | 'ignore';
export const SENT_AGAIN_UNLESS_SET: SentAgain = 'reject';

/** Why an instance isn't taken, each a stable code: shown to operators and mapped to a DICOM failure reason at the edge. */
export type WhyNot =
  | 'unreadable'
  | 'no-uid'
  | 'bad-uid'
  | 'other-study'
  | 'too-large'
  | 'not-built'
  | 'unsupported-pixels'
  | 'conflict'
  | 'other-patient'
  | 'disposed'
  | 'note-unclear'
  | 'note-other-study'
  | 'note-too-large'
  | 'rejected'
  | 'processing';

/**
 * store: new here. restore: identical, and rejected no more from now on. same: identical, success without a new fact. compare: the digests differ, so the data sets must be compared before deciding.
 * refuse: nothing is kept. quarantine: the bytes are kept until a person decides.
 */
export type IntakeDecision =
  | Readonly<{ outcome: 'store' | 'restore' | 'same' | 'compare' }>
  | Readonly<{ outcome: 'refuse' | 'quarantine'; why: WhyNot }>;

export type Arrival = Readonly<{
  identity: Identity;
  claim: string;
  series: string;
  sha256: string;
  /** Study UID in the path of the request, when there was one (PS3.18 §10.5.1). */
  pathStudy: string | undefined;
  /** It is a rejection note that can't be followed. */
  noteFault?: NoteFault | undefined;
}>;

type NoteFault = Extract<WhyNot, `note-${string}`>;

/**
 * Design D6: bytes stored under a UID never change, and never "latest wins". `otherPatient`: the instance names another human than its study
 * (`isOtherPatient`), so that a study never becomes two people's.
 */
export function decideIntake(
  arrival: Arrival,
  held: Held | undefined,
  otherPatient = false,
): IntakeDecision {
  const whyNot = unfit(arrival);
  if (whyNot !== undefined) return whyNot;
  if (held === undefined)
    return otherPatient ? { outcome: 'quarantine', why: 'other-patient' } : { outcome: 'store' };
  const elsewhere = held.claim !== arrival.claim || held.series !== arrival.series;
  if (elsewhere) return { outcome: 'quarantine', why: 'conflict' };
  if (held.sha256 === arrival.sha256 || held.sameDataSet === true) return sameAgain(held);
  if (held.sameDataSet === undefined) return { outcome: 'compare' };
  return { outcome: 'quarantine', why: 'conflict' };
}

const sameAgain = ({ rejected }: Held): IntakeDecision => {
  if (rejected === 'reject') return { outcome: 'refuse', why: 'rejected' };
  return { outcome: rejected === 'restore' ? 'restore' : 'same' };
};

const unfit = ({ identity, pathStudy, noteFault }: Arrival): IntakeDecision | undefined => {
  const uids = [identity.study, identity.series, identity.instance, identity.sopClass];
  if (uids.includes('')) return { outcome: 'quarantine', why: 'no-uid' };
  if (![...uids, identity.transferSyntax].every(isUid))
    return { outcome: 'refuse', why: 'bad-uid' };
  if (pathStudy !== undefined && pathStudy !== identity.study)
    return { outcome: 'refuse', why: 'other-study' };
  if (noteFault !== undefined) return { outcome: 'refuse', why: noteFault };
  return undefined;
};
