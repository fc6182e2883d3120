import { classify } from './classify.js';
import type { ExamClass } from './exam-class.js';
import { NO_WORDS } from './exam-words.js';
import { type Meaning, readMeaning } from './meaning.js';
import { readTable } from './read-table.js';
import type { Terms } from './terms.js';

/** A description that people have labelled; `means` as they read it, what the text doesn't tell left out. */
export type Labelled = Readonly<{
  language: string;
  part: 'development' | 'set-aside';
  description: string;
  means: Meaning;
}>;

const COLUMNS = ['language', 'source', 'part', 'description', 'means'];

/** Reads the table of labelled descriptions. Throws an Error that names the line. */
export function parseLabelled(text: string, terms: Terms): readonly Labelled[] {
  return readTable('descriptions.tsv', text, COLUMNS).map(({ line, cells }) => {
    const means = readMeaning(cells['means'] ?? '', terms.regions);
    const { language = '', part, description = '' } = cells;
    if (means === undefined || (part !== 'development' && part !== 'set-aside'))
      throw new Error(`descriptions.tsv:${line}: unknown words`);
    return { language, part, description, means };
  });
}

/** What of a class is judged. `regions`: all of them and no other; `whole`: apparatus, regions, side and contrast. */
export const ASPECTS = ['apparatus', 'regions', 'overlap', 'side', 'contrast', 'whole'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** How many descriptions were judged in each aspect, and how many of them rightly. */
export type Score = Readonly<Record<Aspect, Readonly<{ right: number; judged: number }>>>;

/** Classifies descriptions by their words alone and compares with the labels. */
export function scoreLabelled(labelled: readonly Labelled[], terms: Terms): Score {
  const judged = labelled.map((one) => judge(one, terms));
  return Object.fromEntries(
    ASPECTS.map((aspect) => {
      const told = judged.flatMap((each) => each[aspect] ?? []);
      return [aspect, { right: told.filter(Boolean).length, judged: told.length }];
    }),
  ) as Score;
}

type Judged = Readonly<Partial<Record<Aspect, boolean>>>;

const judge = ({ description, means }: Labelled, terms: Terms): Judged => {
  const found = classify({ ...NO_WORDS, descriptions: [description] }, terms);
  const apparatus = means.group === undefined ? undefined : found.group === means.group;
  const wanted = [...new Set(means.regions)].sort();
  const regions = `${found.regions}` === `${wanted}`;
  const overlap = regions || found.regions.some((code) => wanted.includes(code));
  const side = sideOf(found, means, terms);
  const contrast = contrastOf(found, means);
  const whole = regions && apparatus !== false && side !== false && contrast !== false;
  return {
    regions,
    overlap,
    whole,
    ...(apparatus !== undefined && { apparatus }),
    ...(side !== undefined && { side }),
    ...(contrast !== undefined && { contrast }),
  };
};

/** Judged where what is looked at has sides. */
const sideOf = (found: ExamClass, means: Meaning, { regions }: Terms): boolean | undefined =>
  means.regions.some((code) => regions.get(code)?.paired === true)
    ? found.laterality === (means.laterality ?? 'unknown')
    : undefined;

/** Judged where the apparatus works with or without. */
const contrastOf = ({ contrast }: ExamClass, means: Meaning): boolean | undefined =>
  means.group === 'CT' || means.group === 'MR'
    ? contrast === (means.contrast ?? 'unknown')
    : undefined;
