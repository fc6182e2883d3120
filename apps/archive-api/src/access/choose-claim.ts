import type { AccessSubject, StudyFacts } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import type { Obligation, StudyAction } from '#archive/access/access-words';
import { type AccessDecision, decideAccess } from '#archive/access/decide-access';
import type { ClaimStanding } from '#index/study-standing';

/** Which claim of a study the caller gets, and why; `claim` is undefined when nobody holds the study. `gone`: it was disposed of, and the caller could have seen it. */
export type ClaimChoice = Readonly<{
  outcome: 'permit' | 'gone' | 'deny';
  claim: StudyFacts | undefined;
  decision: AccessDecision;
}>;

/** Obligations that nothing here sees to yet: what may be done under them alone is not done. */
const UNKEPT: readonly Obligation[] = ['watermark', 'blind-second-reading'];

/** The first of the claims, in their order, that the decision permits; else why not, of the first. */
export function chooseClaim(
  subject: AccessSubject,
  action: StudyAction,
  claims: readonly ClaimStanding[],
  policy: AccessPolicy,
): ClaimChoice {
  const decided = claims.map(({ facts, standing }) => ({
    claim: facts,
    decision: kept(decideAccess(subject, action, facts, standing, policy)),
    isGone: () =>
      facts.state === 'disposed' &&
      isPermit(
        kept(decideAccess(subject, action, { ...facts, state: 'active' }, standing, policy)),
      ),
  }));
  const permitted = decided.find(({ decision }) => isPermit(decision));
  if (permitted !== undefined) return choice('permit', permitted);
  const gone = decided.find(({ isGone }) => isGone());
  if (gone !== undefined) return choice('gone', gone);
  const [first] = decided;
  return first === undefined ? unknownStudy(policy) : choice('deny', first);
}

const choice = (
  outcome: ClaimChoice['outcome'],
  { claim, decision }: Pick<ClaimChoice, 'claim' | 'decision'>,
): ClaimChoice => ({ outcome, claim, decision });

const isPermit = ({ outcome }: AccessDecision): boolean => outcome === 'permit';

const kept = (decision: AccessDecision): AccessDecision =>
  decision.obligations.some((obligation) => UNKEPT.includes(obligation))
    ? { ...decision, outcome: 'deny', obligations: [] }
    : decision;

const unknownStudy = ({ version }: AccessPolicy): ClaimChoice => ({
  outcome: 'deny',
  claim: undefined,
  decision: { outcome: 'deny', rule: 'unknown-study', version, obligations: [] },
});
