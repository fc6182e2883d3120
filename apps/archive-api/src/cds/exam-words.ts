import type { ExamClass } from '#exams/exam-class';
import type { Regions } from '#exams/regions';
import type { CardWords } from './card-words.js';

const REGIONS_NAMED_MAX = 3;

/** In whose words, and what regions are called. */
export type Wording = Readonly<{ regions: Regions; words: CardWords }>;

/** Fine regions as people call them. */
export function regionWords({ regions: codes }: ExamClass, { regions, words }: Wording): string {
  const names = codes
    .slice(0, REGIONS_NAMED_MAX)
    .map((code) => regions.get(code)?.names[words.language] ?? code);
  const more = codes.length > REGIONS_NAMED_MAX ? words.more : '';
  return `${names.join(', ')}${more}`;
}

/** Such as «CT chest», «X-ray left knee». */
export function examWords(exam: ExamClass, wording: Wording): string {
  const { group, laterality } = exam;
  const { words } = wording;
  const side = laterality === 'left' || laterality === 'right' ? laterality : '';
  return words.exam(words.groups[group], group === 'MG' ? '' : regionWords(exam, wording), side);
}
