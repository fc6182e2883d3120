import type { ModalityGroup } from './exam-class.js';
import type { Meaning } from './meaning.js';
import { isWithin, type Regions } from './regions.js';

/** What several pieces of one source tell together: all regions, both sides when left and right are named, contrast both without and with. */
export function combineMeanings(meanings: readonly Meaning[], regions: Regions): Meaning {
  const sides = new Set(meanings.flatMap(({ laterality }) => laterality ?? []));
  const contrasts = new Set(meanings.flatMap(({ contrast }) => contrast ?? []));
  const group = groupOf(meanings);
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

/** Words of projection radiography and angiography stand beside those of other apparatus, which say more; a PET with its CT is a PET. */
const groupOf = (meanings: readonly Meaning[]): ModalityGroup | undefined => {
  const groups = meanings.flatMap(({ group }) => group ?? []);
  if (groups.includes('PT')) return 'PT';
  return groups.find((group) => !WEAK.includes(group)) ?? groups[0];
};

const WEAK: readonly ModalityGroup[] = ['DX', 'XA', 'RF'];

/** Each region once, sorted; one of which a part is named, too, is left out: the part tells more. */
export const finest = (found: readonly string[], regions: Regions): readonly string[] =>
  [...new Set(found)]
    .filter((code) => !found.some((other) => other !== code && isWithin(regions, other, code)))
    .sort();
