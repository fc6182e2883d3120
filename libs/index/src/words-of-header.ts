import { type ExamCode, type ExamWords, NO_WORDS } from '#exams/exam-words';
import { columnText, type HeaderJson, textOf } from './header-json.js';

/** Different texts that are kept of a study: more tell nothing new. */
const TEXTS_MAX: Readonly<Record<keyof ExamWords, number>> = {
  modalities: 16,
  codes: 16,
  anatomicRegions: 32,
  bodyParts: 16,
  laterality: 4,
  descriptions: 8,
  seriesDescriptions: 32,
  contrastAgents: 8,
};
const TEXT_CHARACTERS_MAX = 200;
/** Items of a sequence that are looked at. */
const ITEMS_MAX = 16;

/** What the headers of these instances say of the exam beyond what is known; the same object when they say nothing new. */
export function mergeWords(before: ExamWords, headers: readonly HeaderJson[]): ExamWords {
  return headers.reduce((words, header) => merge(words, wordsOfHeader(header)), before);
}

/** What one header says of the exam. */
export const wordsOfHeader = (header: HeaderJson): ExamWords => {
  const requests = itemsOf(header, '00400275');
  const [shared] = itemsOf(header, '52009229');
  const [anatomy] = shared === undefined ? [] : itemsOf(shared, '00209071');
  const shown = anatomy === undefined ? [header] : [header, anatomy];
  const asked = [header, ...requests];
  return {
    ...NO_WORDS,
    modalities: texts([header], ['00080060']),
    codes: [
      ...codes(asked, '00321064'),
      ...codes([header], '00081032'),
      ...codes([header], '00400260'),
    ],
    anatomicRegions: codes(shown, '00082218'),
    bodyParts: texts([header], ['00180015']),
    laterality: texts(shown, ['00200060', '00200062', '00209072']),
    descriptions: texts(asked, ['00081030', '00321060', '00400254', '00400007']),
    seriesDescriptions: texts([header], ['0008103E', '00181030']),
    contrastAgents: texts([header], ['00180010']),
  };
};

const itemsOf = (header: HeaderJson, sequence: string): readonly HeaderJson[] =>
  (header[sequence]?.Value ?? [])
    .slice(0, ITEMS_MAX)
    .filter((item): item is HeaderJson => typeof item === 'object' && item !== null);

const short = (text: string) => columnText(text).slice(0, TEXT_CHARACTERS_MAX).toWellFormed();

const texts = (headers: readonly HeaderJson[], tags: readonly string[]): readonly string[] =>
  tags.flatMap((tag) =>
    headers.map((header) => short(textOf(header, tag)).trim()).filter((text) => text !== ''),
  );

const codes = (headers: readonly HeaderJson[], sequence: string): readonly ExamCode[] =>
  headers
    .flatMap((header) => itemsOf(header, sequence))
    .map((item) => ({
      system: short(textOf(item, '00080102') || textOf(item, '0008010C')),
      value: short(textOf(item, '00080100') || textOf(item, '00080119')),
      display: short(textOf(item, '00080104')),
    }))
    .filter(({ value }) => value !== '');

const merge = (before: ExamWords, more: ExamWords): ExamWords => {
  const fields = Object.keys(TEXTS_MAX) as (keyof ExamWords)[];
  const changed = fields.flatMap((field) => {
    const known: readonly unknown[] = before[field];
    const after = union(known, more[field], TEXTS_MAX[field]);
    return after === known ? [] : [[field, after] as const];
  });
  return changed.length === 0 ? before : { ...before, ...Object.fromEntries(changed) };
};

/** In the order in which they came; the same list when none is new. */
const union = (
  before: readonly unknown[],
  more: readonly unknown[],
  valuesMax: number,
): readonly unknown[] => {
  let after = before;
  for (const value of more) {
    if (after.length >= valuesMax) break;
    if (!after.some((one) => isSame(one, value))) after = [...after, value];
  }
  return after;
};

/** Whatever order the members have: PostgreSQL keeps another than ours. */
const isSame = (one: unknown, other: unknown): boolean => {
  if (one === other) return true;
  if (!isCode(one) || !isCode(other)) return false;
  return one.system === other.system && one.value === other.value && one.display === other.display;
};

const isCode = (value: unknown): value is ExamCode => typeof value === 'object' && value !== null;
