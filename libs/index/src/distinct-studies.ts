import type { Distinct } from './object-copies.js';

/** A study whose pixels were looked at: how many of its instances have some that can be told apart. */
export type PicturedStudy = Readonly<{ claim: string; instances: number }>;

/** How many instances of two studies have the same pixels. */
export type SharedPictures = Readonly<{ claim: string; other: string; instances: number }>;

/**
 * One of each set of equals: a study all of whose pictures lie in one that is kept is a copy of that. The larger one is kept, of equals the one whose
 * claim sorts first, so that the same set always gives the same answer. A study without pictures is kept. Pure.
 */
export function distinctStudies(
  studies: readonly PicturedStudy[],
  shared: readonly SharedPictures[],
): Distinct {
  const sizes = new Map(studies.map(({ claim, instances }) => [claim, instances]));
  const neighbours = neighboursOf(shared);
  const kept = new Set<string>();
  const copies: { claim: string; of: string }[] = [];
  for (const { claim, instances } of studies.toSorted(byWeight)) {
    const of = (neighbours.get(claim) ?? []).find(
      (one) => kept.has(one.claim) && sizes.has(one.claim) && one.instances >= instances,
    );
    if (of === undefined || instances === 0) kept.add(claim);
    else copies.push({ claim, of: of.claim });
  }
  return { kept: studies.map(({ claim }) => claim).filter((claim) => kept.has(claim)), copies };
}

const byWeight = (a: PicturedStudy, b: PicturedStudy): number =>
  b.instances - a.instances || (a.claim < b.claim ? -1 : 1);

type Neighbour = Readonly<{ claim: string; instances: number }>;

function neighboursOf(
  shared: readonly SharedPictures[],
): ReadonlyMap<string, readonly Neighbour[]> {
  const found = new Map<string, Neighbour[]>();
  const add = (from: string, to: string, instances: number) =>
    found.set(from, [...(found.get(from) ?? []), { claim: to, instances }]);
  for (const { claim, other, instances } of shared) {
    if (claim === other) continue;
    add(claim, other, instances);
    add(other, claim, instances);
  }
  for (const each of found.values()) each.sort((a, b) => (a.claim < b.claim ? -1 : 1));
  return found;
}
