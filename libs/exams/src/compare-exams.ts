import type { Contrast, ExamClass, Laterality } from './exam-class.js';
import type { WholeRegion } from './match-windows.js';

/** How what an earlier exam shows relates to what is ordered. */
export type RegionRelation = 'same' | 'covered' | 'part' | 'differs' | 'unknown';
export type SideRelation = 'same' | 'covered' | 'part' | 'differs' | 'unknown';
export type ContrastRelation = 'met' | 'not-asked' | 'part' | 'missing' | 'unknown';

/** Compares fine regions, each whole taken apart into its parts. Overlap without either holding the other is a part. */
export function relateRegions(
  ordered: ExamClass,
  prior: ExamClass,
  wholes: readonly WholeRegion[],
): RegionRelation {
  const wanted = atomsOf(ordered, wholes);
  const shown = atomsOf(prior, wholes);
  if (wanted.size === 0 || shown.size === 0) return 'unknown';
  const common = wanted.intersection(shown).size;
  if (common === 0) return 'differs';
  if (common < wanted.size) return 'part';
  return shown.size === wanted.size ? 'same' : 'covered';
}

function atomsOf({ group, regions }: ExamClass, wholes: readonly WholeRegion[]): Set<string> {
  const atoms = new Set<string>();
  const waiting = [...regions];
  for (let region = waiting.pop(); region !== undefined; region = waiting.pop()) {
    const whole = wholes.find(
      ({ whole: name, groups }) => name === region && groups.includes(group),
    );
    if (whole === undefined) atoms.add(region);
    else waiting.push(...whole.parts);
  }
  return atoms;
}

/** Both sides hold each side; a side that nobody told of something that has two is never taken for the right one. */
export const relateSides = (ordered: Laterality, prior: Laterality): SideRelation =>
  SIDES[ordered][prior];

const SIDES: Readonly<Record<Laterality, Readonly<Record<Laterality, SideRelation>>>> = {
  left: { left: 'same', right: 'differs', both: 'covered', none: 'covered', unknown: 'unknown' },
  right: { left: 'differs', right: 'same', both: 'covered', none: 'covered', unknown: 'unknown' },
  both: { left: 'part', right: 'part', both: 'same', none: 'same', unknown: 'unknown' },
  none: { left: 'part', right: 'part', both: 'same', none: 'same', unknown: 'same' },
  unknown: {
    left: 'unknown',
    right: 'unknown',
    both: 'covered',
    none: 'same',
    unknown: 'unknown',
  },
};

/** The lattice of contrast: without and with in one exam holds both, neither holds the other. */
export const relateContrast = (ordered: Contrast, prior: Contrast): ContrastRelation =>
  CONTRASTS[ordered][prior];

const WITHOUT = {
  without: 'met',
  with: 'missing',
  both: 'met',
  none: 'met',
  unknown: 'unknown',
} as const;
const CONTRASTS: Readonly<Record<Contrast, Readonly<Record<Contrast, ContrastRelation>>>> = {
  without: WITHOUT,
  none: { ...WITHOUT, unknown: 'met' },
  with: { without: 'missing', with: 'met', both: 'met', none: 'missing', unknown: 'unknown' },
  both: { without: 'part', with: 'part', both: 'met', none: 'part', unknown: 'unknown' },
  unknown: {
    without: 'not-asked',
    with: 'not-asked',
    both: 'not-asked',
    none: 'met',
    unknown: 'unknown',
  },
};
