/** Milliseconds since 1970 as facts tell them: ISO 8601, in UTC, by the millisecond. */
export const isoOf = (wallMs: number): string => new Date(wallMs).toISOString();

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const hoursAfter = (wallMs: number, hours: number): string =>
  isoOf(wallMs + hours * HOUR_MS);
export const daysAfter = (wallMs: number, days: number): string => isoOf(wallMs + days * DAY_MS);
