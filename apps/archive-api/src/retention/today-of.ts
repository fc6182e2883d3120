/** The day (YYYY-MM-DD) in UTC at a moment, milliseconds since 1970. */
export const todayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
