import { shortestTime } from '#dicomweb/search-range';

/** A day and a time of that day, as DICOM writes them (PS3.5 §6.2), in some local time. */
export type LocalMoment = Readonly<{ date: string; time: string }>;

const MINUTES_A_DAY = 24 * 60;
const QUARTERS = { first: -12 * 4, last: 14 * 4 };

/** Every offset from UTC of whole quarters of an hour, from -1200 to +1400 (PS3.3 §C.12.1.1.8). */
export const ZONES: readonly string[] = Array.from(
  { length: QUARTERS.last - QUARTERS.first + 1 },
  (_, at) => zoneOf((QUARTERS.first + at) * 15),
);

/** Minutes that a zone is ahead of UTC. */
export const minutesOf = (zone: string): number => {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone.startsWith('-') ? -minutes : minutes;
};

function zoneOf(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}${two(ahead % 60)}`;
}

/** The same instant as clocks of another zone show it. The start of a range keeps its shortest form, its end the whole one. */
export function inZone({ date, time }: LocalMoment, from: string, to: string): LocalMoment {
  const [hours, minutes, rest] = [time.slice(0, 2), time.slice(2, 4), time.slice(4)];
  const shifted = Number(hours) * 60 + Number(minutes) + minutesOf(to) - minutesOf(from);
  const days = Math.floor(shifted / MINUTES_A_DAY);
  const ofDay = shifted - days * MINUTES_A_DAY;
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = `${two(Math.floor(ofDay / 60))}${two(ofDay % 60)}${rest}`;
  const isWhole = time.length > 6;
  return { date: addDays(date, days), time: isWhole ? clock : shortestTime(clock) };
}

/** A date so many days later. */
export const addDays = (date: string, days: number): string => {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].map(Number);
  const moment = new Date(0);
  moment.setUTCFullYear(year ?? 0, (month ?? 1) - 1, (day ?? 1) + days);
  if (moment.getUTCFullYear() < 0 || moment.getUTCFullYear() > 9999) return date;
  return moment.toISOString().slice(0, 10).replaceAll('-', '');
};
