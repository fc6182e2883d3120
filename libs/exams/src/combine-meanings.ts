import type { Meaning } from './meaning.js';
import { isWithin, type Regions } from './regions.js';

/** What several pieces of one source tell together: all regions, both sides when left and right are named, contrast both without and with. */
export function combineMeanings(meanings: readonly Meaning[], regions: Regions): Meaning {
  const sides = new Set(meanings.flatMap(({ laterality }) => laterality ?? []));
  const contrasts = new Set(meanings.flatMap(({ contrast }) => contrast ?? []));
  const group = meanings.find((each) => each.group !== undefined)?.group;
  const [side] = sides;
  const [contrast] = contrasts;
  return {
    regions: finest(
      meanings.flatMap((meaning) => meaning.regions),
      regions,
    ),
    purposes: [...new Set(meanings.flatMap(({ purposes }) => purposes))].sort(),
    ...(group && { group }),
    ...(side && { laterality: sides.size > 1 ? 'both' : side }),
    ...(contrast && { contrast: contrasts.size > 1 ? 'both' : contrast }),
  };
}

/** Each region once, sorted; one of which a part is named, too, is left out: the part tells more. */
export const finest = (found: readonly string[], regions: Regions): readonly string[] =>
  [...new Set(found)]
    .filter((code) => !found.some((other) => other !== code && isWithin(regions, other, code)))
    .sort();
