import type { ExamClass } from '#exams/exam-class';
import { daysBetween } from '#exams/grade-prior';
import type { OrderedExam } from '#exams/match-words';
import type { Duplicate, KnownExam, KnownStudy } from '../duplicates/duplicate.js';
import type { CardWords } from './card-words.js';
import type { Dose } from './dose.js';
import { examWords, regionWords, type Wording } from './exam-words.js';
import type { ReportStatus } from './report-status.js';
import { plain, safeMarkdown } from './safe-text.js';

/** What a text is made with. `today`: YYYY-MM-DD; `report`: undefined when nobody has looked; `others`: what else is known, what matters most first. */
export type Told = Wording &
  Readonly<{
    today: string;
    dose: Dose | undefined;
    report: ReportStatus | undefined;
    others: readonly Duplicate[];
  }>;

/** CDS Hooks 2.0, Card Attributes: less than 140. */
const SUMMARY_CHARACTERS_MAX = 139;
const PLACE_CHARACTERS_MAX = 60;
const DESCRIPTION_CHARACTERS_MAX = 64;
const OTHERS_MAX = 3;

/** Such as «CT chest done 6 days ago at CH Nord: images available». */
export function summaryOf({ found, match }: Duplicate, told: Told): string {
  const { words, today } = told;
  const place = plain(found.hospitalName, PLACE_CHARACTERS_MAX);
  const exam = examWords(found.exam.exam, told);
  const opening = words.openings[match.grade] ?? '';
  const text =
    found.kind === 'order'
      ? words.ordered(exam, place)
      : opening + words.done(exam, ageWords(found, today, words), place);
  return plain(text, SUMMARY_CHARACTERS_MAX);
}

/** GitHub Flavored Markdown. All that came from elsewhere is made harmless. */
export function detailOf(ordered: OrderedExam, best: Duplicate, told: Told): string {
  const { found, match } = best;
  const { dose, report, today, words } = told;
  const { lines: of } = words;
  const lines = [
    `**${match.grade}**: ${words.grades[match.grade]}.`,
    comparison(ordered.exam, found.exam.exam, told),
    [
      `- ${of.where}: ${safeMarkdown(found.hospitalName, PLACE_CHARACTERS_MAX)}`,
      `- ${of.when}: ${found.exam.on} (${ageWords(found, today, words)})`,
      ...(found.kind === 'study' ? studyLines(found, words) : []),
      ...(report === undefined ? [] : [`- ${of.report}: ${words.reports[report]}`]),
      ...(dose === undefined ? [] : [`- ${of.dose}: ${dose.text}`]),
      `- ${of.why}: ${match.reasons.map((reason) => words.reasons[reason]).join('; ')}`,
    ].join('\n'),
    ...othersIn(told),
  ];
  return lines.join('\n\n');
}

/** The order and the exam, line by line. */
function comparison(ordered: ExamClass, done: ExamClass, wording: Wording): string {
  const { table, groups, sides, contrasts } = wording.words;
  const rows = [
    [table.modality, groups[ordered.group], groups[done.group]],
    [table.region, regionWords(ordered, wording), regionWords(done, wording)],
    [table.side, sides[ordered.laterality], sides[done.laterality]],
    [table.contrast, contrasts[ordered.contrast], contrasts[done.contrast]],
  ].filter(([, one, other]) => one !== '' || other !== '');
  return [
    `| | ${table.ordered} | ${table.exists} |`,
    '|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

const MEGABYTE = 1e6;

const studyLines = (
  { description, instances, bytes }: KnownStudy,
  { lines, images }: CardWords,
): readonly string[] => [
  ...(description === ''
    ? []
    : [`- ${lines.called}: ${safeMarkdown(description, DESCRIPTION_CHARACTERS_MAX)}`]),
  `- ${lines.images}: ${images(instances, Math.max(1, Math.round(bytes / MEGABYTE)))}`,
];

const othersIn = (told: Told): readonly string[] => {
  const { others, today, words } = told;
  if (others.length === 0) return [];
  const lines = others
    .slice(0, OTHERS_MAX)
    .map(
      ({ found, match }) =>
        `- ${match.grade}: ${examWords(found.exam.exam, told)}, ${ageWords(found, today, words)}, ${safeMarkdown(found.hospitalName, PLACE_CHARACTERS_MAX)}`,
    );
  return [[`${words.lines.others}:`, ...lines].join('\n')];
};

const DAYS_TOLD_MAX = 60;
const DAYS_OF_MONTH = 30.44;

/** How long ago it was done, by the calendar. */
function ageWords({ kind, exam: { on } }: KnownExam, today: string, { ages }: CardWords): string {
  const days = daysBetween(on, today);
  if (days === null) return ages.on(on);
  if (days < 0 && kind === 'order') return ages.planned(on);
  if (days <= 0) return ages.today;
  if (days === 1) return ages.yesterday;
  if (days <= DAYS_TOLD_MAX) return ages.days(days);
  return ages.months(Math.round(days / DAYS_OF_MONTH));
}
