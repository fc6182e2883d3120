import type { RecordAccess } from '#archive/access/access-facts';
import { decideAction } from '#archive/access/decide-access';
import type { OpaqueIds } from '#index/opaque-ids';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import { studiesKept } from './receipt-answer.js';

export const RECORD_STORED = Symbol('RecordStored');

/** What writing down who stored what needs. */
export type RecordStoredPorts = Readonly<{
  recordAccess: RecordAccess;
  ids: Pick<OpaqueIds, 'claim'>;
}>;

/** Writes down into which studies a caller stored, before they are told that it is kept. */
export async function recordStored(
  { recordAccess, ids }: RecordStoredPorts,
  caller: Caller,
  receipt: string,
): Promise<void> {
  const subject = accessSubjectOf(caller);
  const { hospital } = caller;
  const { outcome, rule, version, obligations } = decideAction(subject, 'store', hospital);
  const records = studiesKept(receipt).map((study) => ({
    ...{ subject, action: 'store', outcome, rule, policyVersion: version, obligations, hospital },
    claim: ids.claim(hospital, study),
    person: null,
    kind: 'stored',
    personal: { ...personalOf(caller), study },
  }));
  await Promise.all(records.map(recordAccess));
}
