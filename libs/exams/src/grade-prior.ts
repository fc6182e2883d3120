import { relateContrast, relateRegions, relateSides } from './compare-exams.js';
import type { ExamClass, PurposeHint } from './exam-class.js';
import type { EquivalentProtocols, MatchWindow, MatchWindows } from './match-windows.js';
import type {
  Match,
  MatchGrade,
  MatchIndicator,
  MatchReason,
  OrderedExam,
  PriorExam,
} from './match-words.js';
import { holdsOf } from './must-not-fire.js';

/**
 * What an earlier exam, or one that is ordered elsewhere, is to an order. Pure; the same question always gets the same answer. It is
 * given only what the caller may know of: nothing here can leak what was never passed in.
 */
export function gradePrior(order: OrderedExam, prior: PriorExam, windows: MatchWindows): Match {
  const days = daysBetween(prior.on, order.on);
  const nothing = (reason: MatchReason): Match => ({
    grade: 'NONE',
    indicator: 'none',
    reasons: [reason],
    days,
    window: null,
    version: windows.version,
  });
  if (prior.identity !== 'certain') return nothing('identity-uncertain');
  if (prior.quality === 'rejected') return nothing('rejected');
  const window = windowFor(order.exam, windows);
  if (window === undefined) return nothing('no-window');
  const age = ageIn(window, prior, days);
  if (age === 'too-old' || age === 'later') return nothing(age);
  const likeness = likenessOf(order.exam, prior.exam, windows);
  if (likeness.grade === 'NONE') return nothing(likeness.reasons[0] ?? 'region-differs');
  return weigh({ order, prior, windows }, { ...likeness, window: window.id, days, age });
}

/** Whole days from one day of the calendar to another; negative when the other is before it. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

const DAY_MS = 86_400_000;

/** The window that counts for an order: the first that fits. */
export const windowFor = (
  exam: ExamClass,
  { windows }: Pick<MatchWindows, 'windows'>,
): MatchWindow | undefined => windows.find((row) => fits(row, exam));

const fits = (row: MatchWindow, exam: ExamClass): boolean =>
  row.group === exam.group &&
  allOf(exam.regions, row.regions) &&
  allOf(exam.coarse, row.coarse) &&
  (row.purposes ?? []).every((purpose) => exam.purposes.includes(purpose));

/** A region that isn't told is none of those that a row is for. */
const allOf = (told: readonly string[], wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || (told.length > 0 && told.every((one) => wanted.includes(one)));

type Age = 'recent' | 'older' | 'too-old' | 'later';

/** A day of tolerance: hospitals write the day by their own clocks. */
const DAYS_AHEAD_MAX = 1;

function ageIn({ warnDays, infoDays }: MatchWindow, { state }: PriorExam, days: number): Age {
  if (state === 'done' && days < -DAYS_AHEAD_MAX) return 'later';
  const apart = Math.abs(days);
  if (apart <= warnDays) return 'recent';
  return apart <= (infoDays ?? warnDays) ? 'older' : 'too-old';
}

type Likeness = Readonly<{
  grade: MatchGrade;
  indicator: MatchIndicator;
  reasons: readonly MatchReason[];
}>;

/** How alike two exams are, whenever they were made. */
function likenessOf(ordered: ExamClass, prior: ExamClass, windows: MatchWindows): Likeness {
  const region = relateRegions(ordered, prior, windows.wholes);
  if (region === 'differs' || region === 'unknown') return none(`region-${region}`);
  const side = relateSides(ordered.laterality, prior.laterality);
  if (side === 'differs') return none('side-differs');
  const place: readonly MatchReason[] = [
    `region-${region}`,
    ...(side === 'same' ? [] : [`side-${side}` as const]),
  ];
  if (ordered.group !== prior.group) return told('RELATED', [...place, 'modality-differs']);
  const contrast = relateContrast(ordered.contrast, prior.contrast);
  const reasons: readonly MatchReason[] = [...place, `contrast-${contrast}`];
  if (contrast === 'missing') return told('RELATED', reasons);
  if (contrast === 'part' || region === 'part' || side === 'part' || side === 'unknown')
    return told('PARTIAL', reasons);
  const protocols = otherProtocol(ordered, prior);
  if (protocols.length > 0) return byProtocol(protocols, ordered, { reasons, windows });
  if (contrast === 'unknown') return unknownContrast(ordered, reasons);
  const covered = region === 'covered' || side === 'covered';
  return { grade: covered ? 'COVERS' : 'SAME', indicator: 'warning', reasons };
}

const none = (reason: MatchReason): Likeness => ({
  grade: 'NONE',
  indicator: 'none',
  reasons: [reason],
});
const told = (grade: MatchGrade, reasons: readonly MatchReason[]): Likeness => ({
  grade,
  indicator: 'info',
  reasons,
});

/** Who asks for contrast by name isn't warned of an exam that may have had none. */
const unknownContrast = ({ contrast }: ExamClass, reasons: readonly MatchReason[]): Likeness => ({
  grade: 'EQUIVALENT',
  indicator: contrast === 'with' || contrast === 'both' ? 'info' : 'warning',
  reasons,
});

/** Purposes that change how the images are made. */
const PROTOCOLS = ['angiography', 'perfusion'] as const satisfies readonly PurposeHint[];

const otherProtocol = (ordered: ExamClass, prior: ExamClass): readonly PurposeHint[] =>
  PROTOCOLS.filter(
    (purpose) => ordered.purposes.includes(purpose) !== prior.purposes.includes(purpose),
  );

function byProtocol(
  protocols: readonly PurposeHint[],
  ordered: ExamClass,
  { reasons, windows }: Readonly<{ reasons: readonly MatchReason[]; windows: MatchWindows }>,
): Likeness {
  const rows = protocols.map((purpose) =>
    windows.equivalents.find((row) => row.purpose === purpose && isFor(row, ordered)),
  );
  if (rows.includes(undefined)) return told('RELATED', [...reasons, 'protocol-differs']);
  const indicator = rows.every((row) => row?.indicator === 'warning') ? 'warning' : 'info';
  return { grade: 'EQUIVALENT', indicator, reasons: [...reasons, 'protocol-equivalent'] };
}

const isFor = ({ group, regions }: EquivalentProtocols, exam: ExamClass): boolean =>
  group === exam.group && exam.regions.every((region) => regions.includes(region));

type Weighed = Likeness & Readonly<{ window: string; days: number; age: 'recent' | 'older' }>;

/** The least of what likeness, age and the must-not-fire list let be said. */
function weigh(
  {
    order,
    prior,
    windows,
  }: Readonly<{ order: OrderedExam; prior: PriorExam; windows: MatchWindows }>,
  { grade, indicator, reasons, age, window, days }: Weighed,
): Match {
  const holds = holdsOf(order, prior, windows);
  const pending = prior.state === 'ordered';
  const loudness = [
    indicator,
    age === 'recent' ? 'warning' : 'info',
    ...holds.map(({ atMost }) => atMost),
  ] as const;
  const told = {
    reasons: [...reasons, age, ...holds.map(({ reason }) => reason)],
    days,
    window,
    version: windows.version,
  };
  if (pending && !REPEATS.has(grade)) return { ...told, grade: 'NONE', indicator: 'none' };
  return { ...told, grade: pending ? 'PENDING' : grade, indicator: quietest(loudness) };
}

/** Grades of an exam that needn't be made again. */
const REPEATS: ReadonlySet<MatchGrade> = new Set(['SAME', 'EQUIVALENT', 'COVERS']);

const quietest = (all: readonly MatchIndicator[]): MatchIndicator =>
  (['none', 'info'] as const).find((one) => all.includes(one)) ?? 'warning';
