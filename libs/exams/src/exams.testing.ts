import type { Contrast, ExamClass, Laterality, ModalityGroup, PurposeHint } from './exam-class.js';
import { MODALITY_GROUPS, PURPOSE_HINTS } from './exam-class.js';
import type { OrderedExam, PriorExam } from './match-words.js';

/** Regions of which an exam shows one side or both. */
const PAIRED = new Set(['knee', 'hand', 'finger', 'wrist', 'shoulder', 'breast', 'ankle', 'foot']);
const COARSE: Readonly<Record<string, string>> = {
  ...{ knee: '61685007', ankle: '61685007', foot: '61685007' },
  ...{ hand: '53120007', finger: '53120007', wrist: '53120007', shoulder: '53120007' },
  ...{ 'cervical-spine': '1141981001', 'thoracic-spine': '1141981001' },
  'lumbar-spine': '1141981001',
  ...{ breast: '76752008', head: '774007', sinuses: '774007', chest: '67734004' },
};
const SIDES: Readonly<Record<string, Laterality>> = {
  ...{ left: 'left', right: 'right', bilateral: 'both' },
};
const CONTRASTS: Readonly<Record<string, Contrast>> = {
  ...{ 'without-contrast': 'without', 'with-contrast': 'with' },
  'without-and-with-contrast': 'both',
};
/** An exam in the words of the data files: `DX knee left`, `CT abdomen pelvis with-contrast`. Who leaves out side or contrast doesn't know it. */
export function examOf(text: string): ExamClass {
  const words = text.split(' ').filter((word) => word !== '');
  const group = words.find(isGroup) ?? 'other';
  const regions = words.filter((word) => !isOther(word)).sort();
  const isPaired = regions.some((region) => PAIRED.has(region));
  const givesContrast = group === 'CT' || group === 'MR';
  return {
    group,
    regions,
    coarse: [...new Set(regions.map((region) => COARSE[region] ?? '63337009'))].sort(),
    laterality: oneOf(SIDES, words) ?? (isPaired ? 'unknown' : 'none'),
    contrast: oneOf(CONTRASTS, words) ?? (givesContrast ? 'unknown' : 'none'),
    purposes: words.filter(isPurpose),
    ...{ evidence: 'procedure-code', confidence: words.includes('unsure') ? 0.2 : 1 },
  };
}

const isGroup = (word: string): word is ModalityGroup =>
  MODALITY_GROUPS.some((group) => group === word);
const isPurpose = (word: string): word is PurposeHint =>
  PURPOSE_HINTS.some((hint) => hint === word);
const isOther = (word: string): boolean =>
  isGroup(word) || isPurpose(word) || word === 'unsure' || word in SIDES || word in CONTRASTS;
const oneOf = <T>(table: Readonly<Record<string, T>>, words: readonly string[]): T | undefined =>
  words.map((word) => table[word]).find((each) => each !== undefined);

const TODAY = '2026-11-22';

/** An order of today. */
export const orderOf = (text: string, changes: Partial<OrderedExam> = {}): OrderedExam => ({
  ...{ exam: examOf(text), on: TODAY, signs: [] },
  ...changes,
});

/** A finished exam of the same person, so many days before today. */
export const priorOf = (
  text: string,
  days: number,
  changes: Partial<PriorExam> = {},
): PriorExam => ({
  exam: examOf(text),
  on: new Date(Date.parse(TODAY) - days * 86_400_000).toISOString().slice(0, 10),
  ...{ state: 'done', quality: 'final', identity: 'certain' },
  ...changes,
});
