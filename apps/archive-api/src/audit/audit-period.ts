import { malformed } from '../fhir/query-of.js';

/** From a moment on, and until another, which is excluded; ISO 8601. */
export type Period = Readonly<{ from?: string; until?: string }>;

const DATE =
  /^(eq|ge|gt|le|lt)?(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2}))?$/;
const DAY_MS = 86_400_000;
const DATES_MAX = 2;

export const isWithin = ({ from, until }: Period): boolean =>
  from !== undefined || until !== undefined;

/** Values of a date parameter (FHIR R4 §3.1.1.4.6), at most two: days, in UTC, or instants. */
export function periodOf(values: readonly string[]): Period {
  if (values.length > DATES_MAX) throw malformed('date is given more than twice.');
  return Object.assign({}, ...values.map(readDate)) as Period;
}

function readDate(text: string): Period {
  const [, prefix = 'eq', day = '', time] = DATE.exec(text) ?? [];
  const startMs = Date.parse(`${day}${time ?? 'T00:00:00Z'}`);
  if (Number.isNaN(startMs)) throw malformed('date is no date.');
  const [start, end] = [startMs, startMs + (time === undefined ? DAY_MS : 1)].map((ms) =>
    new Date(ms).toISOString(),
  ) as [string, string];
  switch (prefix) {
    case 'ge':
      return { from: start };
    case 'gt':
      return { from: end };
    case 'lt':
      return { until: start };
    case 'le':
      return { until: end };
    default:
      return { from: start, until: end };
  }
}
