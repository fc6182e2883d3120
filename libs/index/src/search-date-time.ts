import type { Range } from '#dicomweb/search-range';
import { inZone, ZONES } from './search-zone.js';

/**
 * Whether a date-time lies in a range, as an instant where both say which one they mean (PS3.4 §C.2.2.2.5.3), else as their clocks show it.
 * `zone`: the offset of the data set, for a value without one.
 */
export function isDateTimeWithin(text: string, range: Range, zone: string | undefined): boolean {
  const stored = partsOf(text);
  if (stored.local === '') return false;
  const compare = (end: string, fits: (local: string, end: string) => boolean) => {
    const parts = partsOf(end);
    const local = localIn(stored, stored.zone ?? zone, parts.zone ?? range.zone);
    return fits(local, parts.local);
  };
  return (
    (range.from === undefined || compare(range.from, (local, from) => local >= from)) &&
    (range.to === undefined || compare(range.to, (local, to) => local <= to))
  );
}

type DateTime = Readonly<{ local: string; zone: string | undefined }>;

const partsOf = (text: string): DateTime => {
  const [, local = text, zone] = /^(.*?)([+-]\d{4})?$/s.exec(text.trim()) ?? [];
  return { local, zone };
};

/** Digits of a date-time that have an hour and a minute. */
const MINUTE = /^\d{8}([01]\d|2[0-3])[0-5]\d/;

const localIn = ({ local }: DateTime, from: string | undefined, to: string | undefined): string => {
  const isKnown = from !== undefined && to !== undefined && ZONES.includes(from);
  if (!isKnown || !ZONES.includes(to) || !MINUTE.test(local)) return local;
  const moved = inZone({ date: local.slice(0, 8), time: local.slice(8) }, from, to);
  return `${moved.date}${moved.time.padEnd(local.length - 8, '0')}`;
};
