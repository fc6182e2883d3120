import type { RecordAccess } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { decideAction } from '#archive/access/decide-access';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import type { Caller } from '../caller/caller.js';
import type { Judged } from './judge-order.js';

export type RecordCheckPorts = Readonly<{
  policyInForce: () => AccessPolicy;
  recordAccess: RecordAccess;
}>;

/** Writes down who asked about whose exams and which were told; resolves when that is durable. */
export function recordCheck(
  { policyInForce, recordAccess }: RecordCheckPorts,
  caller: Caller,
  person: string,
  judged: readonly Judged[],
): Promise<void> {
  const subject = accessSubjectOf(caller);
  const decision = decideAction(subject, 'search', subject.organisation, policyInForce());
  const { outcome, rule, version, obligations } = decision;
  const claims = judged.flatMap(({ duplicates }) =>
    duplicates.flatMap(({ found }) => (found.kind === 'study' ? [found.claim] : [])),
  );
  return recordAccess({
    ...{ subject, action: 'search', outcome, rule, policyVersion: version, obligations },
    ...{ claim: null, hospital: null, person: null, kind: 'duplicates' },
    personal: {
      ...personalOf(caller),
      query: `governance/duplicates of ${person}`,
      claims: [...new Set(claims)],
    },
  });
}
