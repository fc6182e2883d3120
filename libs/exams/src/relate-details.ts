import type { Contrast, Laterality } from './exam-class.js';

/** How the side, or the contrast, of an earlier exam relates to what is ordered. */
export type SideRelation = 'same' | 'covered' | 'part' | 'differs' | 'unknown';
export type ContrastRelation = 'met' | 'not-asked' | 'part' | 'missing' | 'unknown';

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
