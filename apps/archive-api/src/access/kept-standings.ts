import { boundedCache } from '#index/bounded-cache';
import type { ClaimStanding, StudyNamed, WhoAsks } from '#index/study-standing';

/**
 * How long what stood between a caller and a study is trusted without another look. Long enough for one look to serve the frames of a stack that is
 * scrolled through, short enough that nobody notices: what a patient or a custodian changes must hold within 60 s, here it does within two.
 * The decision itself is never kept: a policy or a role that changes counts at once.
 */
export const STANDING_KEPT_MS = 2_000;
const CLAIMS_KEPT_MAX = 20_000;

type Looked = Readonly<{ claims: readonly ClaimStanding[]; lookedAtMs: number }>;

/** What was looked up lately for who was let in. Nobody else is kept: who was refused is looked up for again, as for what is not there. */
export type KeptStandings = Readonly<{
  get: (who: WhoAsks, named: StudyNamed) => readonly ClaimStanding[] | undefined;
  set: (who: WhoAsks, named: StudyNamed, looked: Looked) => void;
}>;

export function keptStandings(nowMs: () => number): KeptStandings {
  const kept = boundedCache<Looked>(CLAIMS_KEPT_MAX);
  return {
    get: (who, named) => {
      const looked = kept.get(nameOf(who, named));
      const isTrusted = looked !== undefined && nowMs() - looked.lookedAtMs < STANDING_KEPT_MS;
      return isTrusted ? looked.claims : undefined;
    },
    set: (who, named, looked) => kept.set(nameOf(who, named), looked, looked.claims.length),
  };
}

const nameOf = ({ actor, organisation, person }: WhoAsks, { study, claim }: StudyNamed): string =>
  [actor, organisation, person ?? '', study, claim ?? ''].join('\0');
