/** When something began: as FHIR's dateTime, and beside it the time of day that has no zone. */
export type Moment = Readonly<{
  dateTime: string;
  /** The clock on the wall of where it was; undefined when `dateTime` has it, or nobody says. */
  localTime: string | undefined;
}>;

const DATE = /^(\d{4})\.?(\d\d)\.?(\d\d)$/;
const TIME = /^(\d\d):?(\d\d)(?::?(\d\d)(?:\.\d{1,6})?)?$/;
const ZONE = /^([+-])(\d\d)(\d\d)$/;

/**
 * A date and a time of DICOM (PS3.5 §6.2). FHIR takes no time without its zone, so that one of which no zone is known stands apart. Undefined when
 * the date is none.
 */
export function momentOf(date: string, time: string, zone: string): Moment | undefined {
  const day = dayOf(date.trim());
  if (day === undefined) return undefined;
  const clock = clockOf(time.trim());
  const offset = offsetOf(zone.trim());
  if (clock === undefined || offset === undefined) return { dateTime: day, localTime: clock };
  return { dateTime: `${day}T${clock}${offset}`, localTime: undefined };
}

const dayOf = (date: string): string | undefined => {
  const [, year, month, day] = DATE.exec(date) ?? [];
  if (year === undefined || year === '0000') return undefined;
  const text = `${year}-${month}-${day}`;
  const parsed = new Date(`${text}T00:00:00Z`);
  const isThere = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
  return isThere ? text : undefined;
};

const clockOf = (time: string): string | undefined => {
  const [, hour, minute, second = '00'] = TIME.exec(time) ?? [];
  const isThere = hour !== undefined && hour < '24' && Number(minute) < 60 && second < '60';
  return isThere ? `${hour}:${minute}:${second}` : undefined;
};

const offsetOf = (zone: string): string | undefined => {
  const [, sign, hours = '99', minutes = '99'] = ZONE.exec(zone) ?? [];
  const isThere = sign !== undefined && hours < '14' && minutes < '60';
  return isThere ? `${sign}${hours}:${minutes}` : undefined;
};
