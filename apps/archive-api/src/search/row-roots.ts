import { claimRoot } from '../claim-root.js';

/** How results are addressed: `root` is the DICOMweb root as this client reaches it, `ownClaim` the searcher's own hospital's claim of a study. */
export type Addressing = Readonly<{ root: string; ownClaim: (study: string) => string }>;

type Placed = Readonly<{ study_uid: string; place?: string }>;

/**
 * What the address of each row begins with. Studies of other hospitals go by the exact address of the claim; so do own ones beside which the page
 * shows another claim of the same UID (design D7).
 */
export function rowRoots(
  rows: readonly Placed[],
  { root, ownClaim }: Addressing,
): (row: Placed) => string {
  const shared = new Set(rows.filter(({ place }) => place).map(({ study_uid }) => study_uid));
  return ({ study_uid, place }) => {
    if (place) return claimRoot(root, place);
    return shared.has(study_uid) ? claimRoot(root, ownClaim(study_uid)) : root;
  };
}
