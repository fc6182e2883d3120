import type { Contrast, Laterality, ModalityGroup, PurposeHint } from './exam-class.js';
import { MODALITY_GROUPS } from './exam-class.js';
import type { Regions } from './regions.js';

/** What a code or a piece of a description tells of an exam; what it doesn't tell is left out. */
export type Meaning = Readonly<{
  group?: ModalityGroup;
  regions: readonly string[];
  laterality?: Exclude<Laterality, 'none' | 'unknown'>;
  contrast?: Exclude<Contrast, 'none' | 'unknown'>;
  purposes: readonly PurposeHint[];
}>;

const SIDES = { left: 'left', right: 'right', bilateral: 'both' } as const;
const CONTRASTS = {
  'without-contrast': 'without',
  'with-contrast': 'with',
  'without-and-with-contrast': 'both',
} as const;
const PURPOSES: readonly string[] = [
  'screening',
  'follow-up',
  'post-procedure',
  'intervention',
  'planning',
  'trauma',
  'angiography',
  'perfusion',
  'growth',
] satisfies readonly PurposeHint[];
const GROUPS: readonly string[] = MODALITY_GROUPS;

/**
 * Reads a meaning as the data files write it: words of the groups (`CT`), regions (`chest`), sides (`left`, `right`, `bilateral`), contrast
 * (`without-contrast`, `with-contrast`, `without-and-with-contrast`) and purposes (`screening`), in any order. Undefined when a word is none of these.
 */
export function readMeaning(text: string, regions: Regions): Meaning | undefined {
  const meaning: { -readonly [K in keyof Meaning]: Meaning[K] } = { regions: [], purposes: [] };
  for (const word of text.split(' ').filter((each) => each !== '')) {
    if (regions.has(word)) meaning.regions = [...meaning.regions, word];
    else if (isKey(SIDES, word)) meaning.laterality = SIDES[word];
    else if (isKey(CONTRASTS, word)) meaning.contrast = CONTRASTS[word];
    else if (isPurpose(word)) meaning.purposes = [...meaning.purposes, word];
    else if (isGroup(word)) meaning.group = word;
    else return undefined;
  }
  return meaning;
}

const isKey = <T extends object>(table: T, word: string): word is string & keyof T =>
  Object.hasOwn(table, word);
const isPurpose = (word: string): word is PurposeHint => PURPOSES.includes(word);
const isGroup = (word: string): word is ModalityGroup => GROUPS.includes(word);
