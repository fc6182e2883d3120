/**
 * A range of dates, times or date-times (PS3.4 §C.2.2.2.5), both ends included, in text order. `zone`: the offset from UTC, as `+0100`, in
 * which the ends are meant; without it they are meant as whatever they are compared with was stored.
 */
export type Range = Readonly<{ kind: 'range'; from?: string; to?: string; zone?: string }>;

/** The range that a value of a query sets, or undefined when it is none. A single value is the range of its precision. */
export function readRange(
  vr: 'DA' | 'TM' | 'DT',
  text: string,
  zone: string | undefined,
): Range | undefined {
  const ends = vr === 'DT' ? dateTimes(text) : plainEnds(text);
  if (ends === undefined || (ends.from === '' && ends.to === '')) return undefined;
  const [start, end] = [bounds[vr](ends.from), bounds[vr](ends.to)];
  if ((ends.from !== '' && start === undefined) || (ends.to !== '' && end === undefined))
    return undefined;
  return {
    kind: 'range',
    ...(start && { from: start.first }),
    ...(end && { to: end.last }),
    ...(zone !== undefined && { zone }),
  };
}

type Ends = Readonly<{ from: string; to: string }>;

const plainEnds = (text: string): Ends | undefined => {
  const [from = '', to = from, more] = text.split('-').map((item) => item.trim());
  return more === undefined ? { from, to } : undefined;
};

const OFFSET = '(?:\\+(?:0\\d|1[0-4])|-(?:0\\d|1[0-2]))[0-5]\\d';
const DATE_TIME = `\\d{4,14}(?:\\.\\d{1,6})?(?:${OFFSET})?`;
const DATE_TIME_RANGE = new RegExp(`^(${DATE_TIME})? ?- ?(${DATE_TIME})?$`);

/** A minus between two date-times is a range; one within a date-time is part of an offset, where it can be read so. */
const dateTimes = (text: string): Ends | undefined => {
  const [match, from = '', to = ''] = DATE_TIME_RANGE.exec(text) ?? [];
  if (match !== undefined) return { from, to };
  return text.includes('-') ? undefined : { from: text, to: text };
};

type Moments = Readonly<{ first: string; last: string }>;

const date = (text: string): Moments | undefined => {
  const digits = text.replace(/^(\d{4})\.(\d\d)\.(\d\d)$/, '$1$2$3');
  return /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(digits)
    ? { first: digits, last: digits }
    : undefined;
};

const time = (text: string): Moments | undefined => {
  const digits = text.replaceAll(':', '');
  if (!/^([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?$/.test(digits)) return undefined;
  return { first: shortestTime(digits), last: digits + LAST_MOMENT.slice(digits.length) };
};

/** A time without the zeros at its end, because a stored 1015 means 101500. */
export const shortestTime = (digits: string): string => {
  const [clock = '', fraction = ''] = digits.split('.');
  const part = fraction.replace(/0+$/, '');
  return part === '' ? clock.replace(/^(\d\d(?:\d\d)*?)(?:00)+$/, '$1') : `${clock}.${part}`;
};

const LAST_MOMENT = '235959.999999';

const WHOLE = new RegExp(`^(\\d{4}(?:\\d\\d){0,5}|\\d{14}\\.\\d{1,6})(${OFFSET})?$`);
/** Sorts after whatever may follow in a date-time. */
const AFTER = '~';

/** An offset stays at the end, behind the mark of the last moment. */
const dateTime = (text: string): Moments | undefined => {
  const [, digits, offset = ''] = WHOLE.exec(text) ?? [];
  if (digits === undefined || offset === '-0000') return undefined;
  return { first: digits + offset, last: digits + AFTER + offset };
};

const bounds = { DA: date, TM: time, DT: dateTime };
