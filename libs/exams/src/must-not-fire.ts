import type { ExamClass, PurposeHint } from './exam-class.js';
import type { MatchWindows } from './match-windows.js';
import type {
  MatchIndicator,
  MatchReason,
  OrderedExam,
  PriorExam,
  PriorQuality,
} from './match-words.js';

/** What speaks against warning, and how much may still be said. */
type Hold = Readonly<{ reason: MatchReason; atMost: Exclude<MatchIndicator, 'warning'> }>;

/** Why a repeat may be sensible, or the earlier exam no substitute. Empty: nothing speaks against warning. */
export function holdsOf(
  order: OrderedExam,
  prior: PriorExam,
  windows: MatchWindows,
): readonly Hold[] {
  return [
    ...SILENT.filter(
      (purpose) => includes(order.exam, purpose) || includes(prior.exam, purpose),
    ).map((reason) => ({ reason, atMost: 'none' }) as const),
    ...reasonsToTell(order, prior, windows).map((reason) => ({ reason, atMost: 'info' }) as const),
  ];
}

/** Not made to be read as a diagnostic exam. */
const SILENT = ['intervention', 'planning'] as const satisfies readonly PurposeHint[];

/** Made because something changed, or to see whether it did. */
const SENSIBLE = [
  'follow-up',
  'post-procedure',
  'trauma',
  'growth',
] as const satisfies readonly PurposeHint[];

function reasonsToTell(
  order: OrderedExam,
  prior: PriorExam,
  { confidenceMin }: MatchWindows,
): readonly MatchReason[] {
  const reasons: MatchReason[] = SENSIBLE.filter((purpose) => includes(order.exam, purpose));
  reasons.push(...order.signs);
  if (includes(order.exam, 'screening') !== includes(prior.exam, 'screening'))
    reasons.push('screening-differs');
  reasons.push(...QUALITY[prior.quality]);
  if (Math.min(order.exam.confidence, prior.exam.confidence) < confidenceMin)
    reasons.push('class-uncertain');
  return [...new Set(reasons)];
}

const QUALITY: Readonly<Record<PriorQuality, readonly MatchReason[]>> = {
  final: [],
  preliminary: ['preliminary'],
  incomplete: ['incomplete'],
  'not-diagnostic': ['not-diagnostic'],
  rejected: [],
};

const includes = ({ purposes }: ExamClass, purpose: PurposeHint): boolean =>
  purposes.includes(purpose);
