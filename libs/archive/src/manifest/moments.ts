const MINUTE_MS = 60_000;
const OFFSET = /^([+-])(\d\d)(\d\d)$/;

const offsetMinutes = (timezone: string): number => {
  const [, sign, hours, minutes] = OFFSET.exec(timezone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/** A moment (ISO 8601) as DA and TM at an offset from UTC (±HHMM); in UTC where there is none. */
export function localMoment(
  at: string,
  timezone: string,
): Readonly<{ date: string; time: string }> {
  const local = new Date(Date.parse(at) + offsetMinutes(timezone) * MINUTE_MS).toISOString();
  return {
    date: local.slice(0, 10).replaceAll('-', ''),
    time: local.slice(11, 19).replaceAll(':', ''),
  };
}

const DATE = /^(\d{4})(\d\d)(\d\d)$/;
const TIME = /^(\d\d)(\d\d)(\d\d)(?:\.\d{1,6})?$/;

/** DA and TM as a dateTime of FHIR: a time only where its zone is known; undefined without a date. */
export function fhirDateTime(date: string, time: string, timezone: string): string | undefined {
  const [, year, month, day] = DATE.exec(date) ?? [];
  if (year === undefined) return undefined;
  const [, hours, minutes, seconds] = TIME.exec(time) ?? [];
  const [, sign, zoneHours, zoneMinutes] = OFFSET.exec(timezone) ?? [];
  const text = `${year}-${month}-${day}`;
  if (hours === undefined || sign === undefined) return text;
  return `${text}T${hours}:${minutes}:${seconds}${sign}${zoneHours}:${zoneMinutes}`;
}
