/** From one moment to another as DICOM writes them, open where a side is missing. `zone`: the offset from UTC in which both are meant. */
export type StartedRange = Readonly<{
  dates: Readonly<{ from?: string; to?: string }>;
  /** Only when a value names a time. */
  times?: Readonly<{ from?: string; to?: string }>;
  zone?: string;
}>;

const VALUE =
  /^(eq|ge|gt|le|lt|sa|eb|ap)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** FHIR R4 §3.1.1.4.6 leaves it to the server how far about is: of a study, a week. */
const ABOUT_MS = 7 * DAY_MS;
const UTC = '+0000';
const YEAR_MIN = 1_000;
const MS_MAX = Date.UTC(10_000, 0, 1);

/** The milliseconds that a value covers: its first, and the first behind it. A value without a time means days of no zone. */
type Covered = Readonly<{ from: number; until: number; isTimed: boolean }>;
type Ends = Readonly<{ from?: number; until?: number; isTimed: boolean }>;

/**
 * What values of `started` leave together (FHIR R4 §3.1.1.4.5, prefixes): undefined when one of them is no date or has another prefix, 'nothing' when
 * no moment is left.
 */
export function startedRange(values: readonly string[]): StartedRange | 'nothing' | undefined {
  const all = values.map(endsOf);
  if (!all.every((ends) => ends !== undefined)) return undefined;
  const from = Math.max(...all.map((ends) => ends.from ?? Number.NEGATIVE_INFINITY));
  const until = Math.min(...all.map((ends) => ends.until ?? Number.POSITIVE_INFINITY));
  if (from >= Math.min(until, MS_MAX)) return 'nothing';
  const [first, last] = [momentOf(from), momentOf(until - 1)];
  const dates = sides(first?.date, last?.date);
  if (!all.some(({ isTimed }) => isTimed)) return { dates };
  return { dates, times: sides(first?.time, last && `${last.time}.999999`), zone: UTC };
}

const sides = (from: string | undefined, to: string | undefined) => ({
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

function endsOf(value: string): Ends | undefined {
  const found = VALUE.exec(value);
  const covered = found === null ? undefined : coveredBy(found.slice(2));
  if (covered === undefined) return undefined;
  const { from, until, isTimed } = covered;
  switch (found?.[1]) {
    case 'ge':
      return { from, isTimed };
    case 'gt':
    case 'sa':
      return { from: until, isTimed };
    case 'le':
      return { until, isTimed };
    case 'lt':
    case 'eb':
      return { until: from, isTimed };
    case 'ap':
      return { from: from - ABOUT_MS, until: until + ABOUT_MS, isTimed };
    default:
      return { from, until, isTimed };
  }
}

function coveredBy(parts: readonly (string | undefined)[]): Covered | undefined {
  const [year, month, day, hour, minute, second, zone] = parts;
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  if (!isDay(y, m, d)) return undefined;
  const from = Date.UTC(y, m - 1, d);
  if (hour !== undefined) {
    const clock = [hour, minute, second ?? '0'].map(Number);
    const precisionMs = second === undefined ? MINUTE_MS : 1_000;
    return timed(from - offsetMs(zone ?? 'Z'), clock, precisionMs);
  }
  if (day !== undefined) return { from, until: from + DAY_MS, isTimed: false };
  const until = month === undefined ? Date.UTC(y + 1, 0, 1) : Date.UTC(y, m, 1);
  return { from, until, isTimed: false };
}

const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= YEAR_MIN && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const timed = (
  midnight: number,
  [hour = 0, minute = 0, second = 0]: readonly number[],
  precisionMs: number,
): Covered | undefined => {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const from = midnight + (hour * 60 + minute) * MINUTE_MS + second * 1_000;
  return { from, until: from + precisionMs, isTimed: true };
};

const offsetMs = (zone: string): number => {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
};

const momentOf = (ms: number): Readonly<{ date: string; time: string }> | undefined => {
  if (!Number.isFinite(ms) || ms >= MS_MAX) return undefined;
  const digits = new Date(ms).toISOString().replace(/[-:]/g, '');
  return { date: digits.slice(0, 8), time: digits.slice(9, 15) };
};
