import type { ExamClass } from '#exams/exam-class';
import { gradePrior } from '#exams/grade-prior';
import type { MatchWindows } from '#exams/match-windows';
import { LOUDNESS, type MatchIndicator, type PriorExam } from '#exams/match-words';
import type { Findable } from './findable.js';

/** Exams of a modality group that would be met otherwise, had each just been ordered when it was made. */
export type WindowsDifference = Readonly<{
  group: ExamClass['group'];
  before: MatchIndicator;
  after: MatchIndicator;
  exams: number;
}>;

/** `from`: the first day that counts; `exams`: how many were graded; `more`: there were more, the latest were taken. */
export type WindowsComparison = Readonly<{
  from: string;
  exams: number;
  more: boolean;
  changed: number;
  differences: readonly WindowsDifference[];
}>;

export type ComparedWindows = Readonly<{
  before: MatchWindows;
  after: MatchWindows;
  /** YYYY-MM-DD. */
  today: string;
}>;

const DAYS_COMPARED = 90;
const EXAMS_MAX = 5_000;
/** Of one person; who has more counts with the latest. */
const EARLIER_MAX = 200;
const DAY_MS = 86_400_000;

/**
 * Grades the exams of the last days as if each had just been ordered, against what the same person had before, by both windows. What speaks
 * against a warning in an order's free text isn't known of a stored exam; nor does access count: it's about the nation.
 */
export async function windowsDifference(
  { rows }: Pick<Findable, 'rows'>,
  { before, after, today }: ComparedWindows,
): Promise<WindowsComparison> {
  const from = new Date(Date.parse(today) - DAYS_COMPARED * DAY_MS).toISOString().slice(0, 10);
  const compact = from.replaceAll('-', '');
  const latest = await rows({ text: LATEST, values: [compact, EXAMS_MAX + 1] });
  const taken = latest.slice(0, EXAMS_MAX);
  const persons = [...new Set(taken.map((row) => String(row['person'])))];
  const history = Map.groupBy(
    await rows({ text: HISTORY, values: [persons, EARLIER_MAX] }),
    (row) => String(row['person']),
  );
  const counts = new Map<string, WindowsDifference>();
  for (const row of taken) {
    const priors = (history.get(String(row['person'])) ?? []).filter((each) =>
      isEarlier(each, row),
    );
    count(
      counts,
      priorOf(row),
      [before, after].map((windows) => loudest(row, priors, windows)),
    );
  }
  const differences = [...counts.values()];
  const changed = differences.reduce((sum, { exams }) => sum + exams, 0);
  return { from, exams: taken.length, more: latest.length > EXAMS_MAX, changed, differences };
}

type Row = Readonly<Record<string, unknown>>;

const COLUMNS = `access.claim, access.person, exams.modality_group, exams.regions, exams.coarse, exams.laterality, exams.contrast,
  exams.purposes, exams.evidence, exams.confidence, exams.started`;

/** The latest exams, of people who are known. */
const LATEST = `select ${COLUMNS}
from study_exams exams join study_access access using (claim)
where exams.started >= $1 and access.person <> '' and access.state = 'active'
order by exams.started desc, claim
limit $2`;

const HISTORY = `select *
from (
  select ${COLUMNS}, row_number() over (partition by access.person order by exams.started desc, claim) as place
  from study_exams exams join study_access access using (claim)
  where access.person = any ($1) and access.state = 'active'
) earlier
where place <= $2`;

/** Of two on one day the one with the smaller claim counts as the earlier: each pair is graded once. */
const isEarlier = (one: Row, other: Row): boolean => momentOf(one) < momentOf(other);
const momentOf = (row: Row): string => `${row['started']} ${row['claim']}`;

function loudest(row: Row, priors: readonly Row[], windows: MatchWindows): MatchIndicator {
  const { exam, on } = priorOf(row);
  const heard = priors.map(
    (prior) => gradePrior({ exam, on, signs: [] }, priorOf(prior), windows).indicator,
  );
  return LOUDNESS.findLast((indicator) => heard.includes(indicator)) ?? 'none';
}

/** A row as the exam that it was made of. */
const priorOf = (row: Row): PriorExam => ({
  exam: {
    group: row['modality_group'],
    regions: row['regions'],
    coarse: row['coarse'],
    laterality: row['laterality'],
    contrast: row['contrast'],
    purposes: row['purposes'],
    evidence: row['evidence'],
    confidence: Number(row['confidence']),
  } as ExamClass,
  on: String(row['started']).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
  ...{ state: 'done', quality: 'final', identity: 'certain' },
});

function count(
  counts: Map<string, WindowsDifference>,
  { exam: { group } }: PriorExam,
  [before = 'none', after = 'none']: readonly MatchIndicator[],
): void {
  if (before === after) return;
  const key = `${group} ${before} ${after}`;
  const exams = (counts.get(key)?.exams ?? 0) + 1;
  counts.set(key, { group, before, after, exams });
}
