/** `2004-01-19` of a DA value; what is none stays as it is. */
export const dateOf = (value: string): string =>
  value.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');

/** `11:56:38` of a TM value, without fractions. */
export const timeOf = (value: string): string =>
  value.replace(/^(\d{2})(\d{2})(\d{2})?(\.\d+)?$/, (_, hours, minutes, seconds) =>
    seconds === undefined ? `${hours}:${minutes}` : `${hours}:${minutes}:${seconds}`,
  );

/** Both of a DT value, and its offset from UTC when it has one. */
export function dateTimeOf(value: string): string {
  const [, date = '', time = '', offset = ''] =
    /^(\d{8})(\d{4,6}(?:\.\d+)?)?([+-]\d{4})?$/.exec(value) ?? [];
  if (date === '') return value;
  return [dateOf(date), timeOf(time), offset].filter((part) => part !== '').join(' ');
}
