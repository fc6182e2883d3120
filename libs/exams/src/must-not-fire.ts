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
  const silent = NOT_TO_READ.filter(
    (purpose) => has(order.exam, purpose) || has(prior.exam, purpose),
  );
  const quiet = [
    ...SENSIBLE.filter((purpose) => has(order.exam, purpose)),
    ...order.signs,
    ...(has(order.exam, 'screening') === has(prior.exam, 'screening') ? [] : SCREENING),
    ...QUALITY[prior.quality],
    ...(isSure(order.exam, windows) && isSure(prior.exam, windows) ? [] : UNCERTAIN),
  ];
  return [
    ...silent.map((reason) => ({ reason, atMost: 'none' }) as const),
    ...[...new Set(quiet)].map((reason) => ({ reason, atMost: 'info' }) as const),
  ];
}

/** Made for something else than to be read: no exam takes its place, and it takes no exam's. */
const NOT_TO_READ = ['intervention', 'planning'] as const satisfies readonly PurposeHint[];

/** Made because something changed, or to see whether it did. */
const SENSIBLE = [
  'follow-up',
  'post-procedure',
  'trauma',
  'growth',
] as const satisfies readonly PurposeHint[];

const SCREENING = ['screening-differs'] as const;
const UNCERTAIN = ['class-uncertain'] as const;
const QUALITY: Readonly<Record<PriorQuality, readonly MatchReason[]>> = {
  final: [],
  preliminary: ['preliminary'],
  incomplete: ['incomplete'],
  'not-diagnostic': ['not-diagnostic'],
  rejected: ['rejected'],
};

const has = ({ purposes }: ExamClass, purpose: PurposeHint): boolean => purposes.includes(purpose);
const isSure = ({ confidence }: ExamClass, { confidenceMin }: MatchWindows): boolean =>
  confidence >= confidenceMin;
