/** Days are YYYY-MM-DD, so that they compare as text. Nothing was made before X-rays were known; a later year than the last is a slip of the pen. */
const FIRST_DAY = '1850-01-01';
const LAST_DAY = '2999-12-31';
const DAY_MS = 86_400_000;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const PARTIAL_DAY = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/;
/** ISO 8601-1 §5.5.2.2, whole units of a calendar. */
const DURATION = /^P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/;
const YEARS_MAX = 200;
const MONTHS_OF_YEAR = 12;
const DAYS_OF_WEEK = 7;

/** Of the calendar; all whole numbers. */
export type Duration = Readonly<{ years: number; months: number; days: number }>;

/** The duration that an ISO 8601 text says in years, months, weeks and days; undefined when it says none, or more than 200 years. */
export function readDuration(text: string): Duration | undefined {
  const parts = DURATION.exec(text);
  if (parts === null) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  const all = { years, months, days: weeks * DAYS_OF_WEEK + days };
  return years + months / MONTHS_OF_YEAR + all.days / 366 > YEARS_MAX ? undefined : all;
}

/** Whether it is a day of the calendar that a person or an image can have. */
export function isDay(text: string): boolean {
  const parts = DAY.exec(text);
  if (parts === null || text < FIRST_DAY || text > LAST_DAY) return false;
  return dayOf(msOf(text)) === text;
}

/** The last day that fits a date of which only the year, or year and month, may be known; '' when there is none. */
export const latestDay = (partial: string): string => completed(partial, lastOfMonth);

/** The first day that fits it. */
export const earliestDay = (partial: string): string =>
  completed(partial, (year, month) => written(year, month || 1, 1), 1);

function completed(
  partial: string,
  toDay: (year: number, month: number) => string,
  monthUnsaid = MONTHS_OF_YEAR,
): string {
  const [, year, month, day] = PARTIAL_DAY.exec(partial) ?? [];
  if (year === undefined) return '';
  if (!isDay(`${year}-${month ?? '01'}-01`)) return '';
  const whole = day === undefined ? toDay(Number(year), Number(month ?? monthUnsaid)) : partial;
  return isDay(whole) ? whole : '';
}

/** The day that bears the same number that much later; the last of its month where there is no such day, as §188 BGB and Regulation 1182/71 count. */
export function addDuration(day: string, { years, months, days }: Duration): string {
  const [year, month, date] = numbersOf(day);
  const monthIndex = year * MONTHS_OF_YEAR + month - 1 + years * MONTHS_OF_YEAR + months;
  const [toYear, toMonth] = [Math.floor(monthIndex / MONTHS_OF_YEAR), monthIndex % MONTHS_OF_YEAR];
  const lastDate = numbersOf(lastOfMonth(toYear, toMonth + 1))[2];
  return addDays(written(toYear, toMonth + 1, Math.min(date, lastDate)), days);
}

/** Whole days later; negative: earlier. */
export const addDays = (day: string, days: number): string =>
  days === 0 ? day : dayOf(msOf(day) + days * DAY_MS);

/** How many days later `to` is. */
export const daysBetween = (from: string, to: string): number => (msOf(to) - msOf(from)) / DAY_MS;

/** The n-th birthday; who was born on 29 February has it on 1 March in a common year. */
export function birthdayOf(birth: string, years: number): string {
  const [year, month, date] = numbersOf(birth);
  const same = written(year + years, month, date);
  return same > lastOfMonth(year + years, month) ? written(year + years, month + 1, 1) : same;
}

/** Whole years of age on a day; negative before birth. */
export function ageOn(birth: string, day: string): number {
  const years = numbersOf(day)[0] - numbersOf(birth)[0];
  return day < birthdayOf(birth, years) ? years - 1 : years;
}

const lastOfMonth = (year: number, month: number): string =>
  dayOf(Date.UTC(year, month, 1) - DAY_MS);

const numbersOf = (day: string): readonly [number, number, number] => [
  Number(day.slice(0, 4)),
  Number(day.slice(5, 7)),
  Number(day.slice(8, 10)),
];

const written = (year: number, month: number, date: number): string =>
  `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`;
const two = (value: number): string => String(value).padStart(2, '0');
const msOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): string =>
  Number.isNaN(ms) ? '' : new Date(ms).toISOString().slice(0, 10);
