import { CONTRASTS } from './exam-class.js';
import { orderOf, priorOf } from './exams.testing.js';
import { MATCH_WINDOWS } from './match-windows.js';
import { ORDER_SIGNS, type OrderedExam, type PriorExam } from './match-words.js';
import { relateContrast } from './relate-details.js';

/** The parts of docs/duplicate-exams.md that are made of the code, by the name that marks their place. */
export const pageTables = (): Readonly<Record<string, string>> => ({
  contrast: table(
    ['ordered \\ earlier', ...CONTRASTS],
    CONTRASTS.map((ordered) => [
      ordered,
      ...CONTRASTS.map((prior) => relateContrast(ordered, prior)),
    ]),
  ),
  windows: table(
    ['row', 'orders of', 'only for', 'warn', 'tell'],
    MATCH_WINDOWS.windows.map(({ id, group, warnDays, infoDays, ...only }) => [
      `\`${id}\``,
      group,
      Object.values(only).flat().join(', ') || '–',
      String(warnDays),
      infoDays === null ? '–' : String(infoDays),
    ]),
  ),
});

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A row of the page's examples. */
export type Example = Readonly<{
  line: string;
  order: OrderedExam;
  prior: PriorExam;
  grade: string;
  indicator: string;
  because: readonly string[];
}>;

/** The examples of the page. Throws where a row isn't written as the others are. */
export const examplesOf = (page: string): readonly Example[] =>
  page
    .split('\n## Examples\n')[1]
    ?.split('\n## ')[0]
    ?.split('\n')
    .filter((line) => /^\| [A-Z]/.test(line))
    .map(exampleOf) ?? [];

function exampleOf(line: string): Example {
  const cells = line.split('|').map((cell) => cell.trim());
  const [, ordered = '', earlier = '', days = '', grade = '', indicator = '', because = ''] = cells;
  return {
    ...{ line, grade, indicator, because: because.split(', ') },
    order: orderOf(without(ordered, /^says:/), {
      signs: ORDER_SIGNS.filter((sign) => ordered.split(' ').includes(`says:${sign}`)),
    }),
    prior: priorOf(without(earlier, MARK), Number(days), marksOf(earlier)),
  };
}

const MARK =
  /^(ordered-elsewhere|preliminary|incomplete|not-diagnostic|rejected|perhaps-another-person)$/;
const QUALITIES = ['preliminary', 'incomplete', 'not-diagnostic', 'rejected'] as const;

const without = (text: string, mark: RegExp): string =>
  text
    .split(' ')
    .filter((word) => !mark.test(word))
    .join(' ');

function marksOf(text: string): Partial<PriorExam> {
  const words = text.split(' ');
  const quality = QUALITIES.find((each) => words.includes(each));
  return {
    ...(quality === undefined ? {} : { quality }),
    ...(words.includes('ordered-elsewhere') ? { state: 'ordered' } : {}),
    ...(words.includes('perhaps-another-person') ? { identity: 'probable' } : {}),
  };
}
