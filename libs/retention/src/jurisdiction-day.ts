/** Where the law counts days: the clock of each country with policies built in. */
const ZONES: Readonly<Record<string, string>> = {
  LU: 'Europe/Luxembourg',
  FR: 'Europe/Paris',
  BE: 'Europe/Brussels',
  DE: 'Europe/Berlin',
  GB: 'Europe/London',
  EE: 'Europe/Tallinn',
};
/** Furthest ahead: elsewhere a contact may count a day longer, and never a day less. */
const ELSEWHERE = 'Pacific/Kiritimati';

const written = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

const FORMATS = new Map(
  [...Object.values(ZONES), ELSEWHERE].map((zone) => [zone, written(zone)] as const),
);

const COUNTRY_CHARACTERS = 2;

/** The day (YYYY-MM-DD) that it is there at a moment, milliseconds since 1970; '' when it is none. */
export function jurisdictionDay(jurisdiction: string, ms: number): string {
  const country = jurisdiction.slice(0, COUNTRY_CHARACTERS);
  const zone = (Object.hasOwn(ZONES, country) && ZONES[country]) || ELSEWHERE;
  return Number.isFinite(ms) ? (FORMATS.get(zone)?.format(ms) ?? '') : '';
}
