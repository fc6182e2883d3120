import type { AccessSubject, StudyFacts } from '#archive/access/access-facts';
import { REJECTION_CODES, type RejectionCode } from '#archive/rejection-events';
import type { ClaimStanding } from '#index/study-standing';

/** Which rejected instances of a study a caller sees, by the codes of their notes. `only`: and no others. */
export type RejectedShown = Readonly<{ codes: readonly RejectionCode[]; only: boolean }>;

const SAFETY = { codes: REJECTION_CODES, only: true } as const;
const QUALITY = { codes: ['113001'], only: false } as const;

/**
 * What of a study that may be read is shown besides what everybody sees: to whoever inquires into the safety of patients what was rejected, alone; to
 * those whom their own hospital names what was rejected for its quality. Undefined: nothing.
 */
export function rejectedShown(
  { organisation, roles }: Pick<AccessSubject, 'organisation' | 'roles'>,
  { state, hospital }: StudyFacts,
  qualityShownTo: (hospital: string) => readonly string[],
): RejectedShown | undefined {
  if (state === 'rejected-safety') return SAFETY;
  if (hospital !== organisation) return undefined;
  const shownTo = qualityShownTo(hospital);
  return roles.some((role) => shownTo.includes(role)) ? QUALITY : undefined;
}

/** Claims as they stand to one who asks for what was rejected of them alone. */
export const asRejected = (claims: readonly ClaimStanding[]): readonly ClaimStanding[] =>
  claims.map((claim) =>
    claim.facts.state === 'disposed'
      ? claim
      : { ...claim, facts: { ...claim.facts, state: 'rejected-safety' } },
  );
