import type { ExamClass } from '#exams/exam-class';
import { daysBetween } from '#exams/grade-prior';
import type { MatchGrade, OrderedExam } from '#exams/match-words';
import type { Regions } from '#exams/regions';
import type { Duplicate, KnownExam, KnownStudy } from '../duplicates/duplicate.js';
import type { Dose } from './dose.js';
import {
  CONTRAST_WORDS,
  examWords,
  GRADE_WORDS,
  GROUP_WORDS,
  REASON_WORDS,
  regionWords,
  SIDE_WORDS,
} from './exam-words.js';
import { plain, safeMarkdown } from './safe-text.js';

/** What a text is made with. `today`: YYYY-MM-DD; `others`: what else is known, what matters most first. */
export type Told = Readonly<{
  regions: Regions;
  today: string;
  dose: Dose | undefined;
  others: readonly Duplicate[];
}>;

/** CDS Hooks 2.0, Card Attributes: less than 140. */
const SUMMARY_CHARACTERS_MAX = 139;
const PLACE_CHARACTERS_MAX = 60;
const DESCRIPTION_CHARACTERS_MAX = 64;
const OTHERS_MAX = 3;

/** Such as «CT chest done 6 days ago at CH Nord: images available». */
export function summaryOf({ found, match }: Duplicate, { regions, today }: Told): string {
  const place = plain(found.hospitalName, PLACE_CHARACTERS_MAX);
  const exam = examWords(found.exam.exam, regions);
  const text =
    found.kind === 'order'
      ? `${exam} is ordered already at ${place}`
      : `${OPENING[match.grade] ?? ''}${exam} done ${ageWords(found, today)} at ${place}: images available`;
  return plain(text, SUMMARY_CHARACTERS_MAX);
}

const OPENING: Partial<Record<MatchGrade, string>> = {
  PARTIAL: 'A part of it: ',
  RELATED: 'To compare with: ',
};

/** GitHub Flavored Markdown. All that came from elsewhere is made harmless. */
export function detailOf(ordered: OrderedExam, best: Duplicate, told: Told): string {
  const { found, match } = best;
  const { regions, dose, today } = told;
  const lines = [
    `**${match.grade}**: ${GRADE_WORDS[match.grade]}.`,
    comparison(ordered.exam, found.exam.exam, regions),
    [
      `- Where: ${safeMarkdown(found.hospitalName, PLACE_CHARACTERS_MAX)}`,
      `- When: ${found.exam.on} (${ageWords(found, today)})`,
      ...(found.kind === 'study' ? studyLines(found) : []),
      ...(dose === undefined ? [] : [`- Dose: ${dose.text}`]),
      `- Why: ${match.reasons.map((reason) => REASON_WORDS[reason]).join('; ')}`,
    ].join('\n'),
    ...othersIn(told),
  ];
  return lines.join('\n\n');
}

/** The order and the exam, line by line. */
function comparison(ordered: ExamClass, done: ExamClass, regions: Regions): string {
  const rows = [
    ['Modality', GROUP_WORDS[ordered.group], GROUP_WORDS[done.group]],
    ['Region', regionWords(ordered, regions), regionWords(done, regions)],
    ['Side', SIDE_WORDS[ordered.laterality], SIDE_WORDS[done.laterality]],
    ['Contrast', CONTRAST_WORDS[ordered.contrast], CONTRAST_WORDS[done.contrast]],
  ].filter(([, one, other]) => one !== '' || other !== '');
  return [
    '| | ordered | exists |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

const MEGABYTE = 1e6;

const studyLines = ({ description, instances, bytes }: KnownStudy): readonly string[] => [
  ...(description === ''
    ? []
    : [`- Called there: ${safeMarkdown(description, DESCRIPTION_CHARACTERS_MAX)}`]),
  `- Images: ${instances}, online (${Math.max(1, Math.round(bytes / MEGABYTE))} MB)`,
];

const othersIn = ({ others, regions, today }: Told): readonly string[] => {
  if (others.length === 0) return [];
  const lines = others
    .slice(0, OTHERS_MAX)
    .map(
      ({ found, match }) =>
        `- ${match.grade}: ${examWords(found.exam.exam, regions)}, ${ageWords(found, today)}, ${safeMarkdown(found.hospitalName, PLACE_CHARACTERS_MAX)}`,
    );
  return [['Also known:', ...lines].join('\n')];
};

const DAYS_TOLD_MAX = 60;
const DAYS_OF_MONTH = 30.44;

/** How long ago it was done, by the calendar. */
function ageWords({ kind, exam: { on } }: KnownExam, today: string): string {
  const days = daysBetween(on, today);
  if (days === null) return `on ${on}`;
  if (days < 0 && kind === 'order') return `planned for ${on}`;
  if (days <= 0) return 'today';
  if (days === 1) return '1 day ago';
  if (days <= DAYS_TOLD_MAX) return `${days} days ago`;
  return `${Math.round(days / DAYS_OF_MONTH)} months ago`;
}
