const TIME = /^(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?)?(?:\.\d{1,4})?([+-]\d{4})?$/;
const MINUTE_MS = 60_000;

/** A time (DTM) in ISO 8601; one without an offset is read as UTC. Undefined when it is none. */
export function timeIn(text: string): string | undefined {
  const found = TIME.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part)));
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(utcMs - offsetMinutes(found[7]) * MINUTE_MS);
  return year < 1900 || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

const offsetMinutes = (offset: string | undefined): number => {
  if (offset === undefined) return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3));
  return offset.startsWith('-') ? -minutes : minutes;
};
