/** One attribute of the DICOM JSON model (PS3.18 Annex F), as far as rows look into it. */
export type Attribute = Readonly<{ vr: string; Value?: readonly unknown[] }>;

/** A data set in the DICOM JSON model: upper-case hex tag → attribute. */
export type HeaderJson = Readonly<Record<string, Attribute>>;

/** First value as text, '' when absent; PN gives its component groups joined by '='. */
export function textOf(header: HeaderJson, tag: string): string {
  const value = header[tag]?.Value?.[0];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const name = value as Readonly<{ Alphabetic?: string; Ideographic?: string; Phonetic?: string }>;
  return [name.Alphabetic ?? '', name.Ideographic ?? '', name.Phonetic ?? '']
    .join('=')
    .replace(/=+$/, '');
}

const INTEGER_MAX = 2 ** 31 - 1;

/** First value as a whole number that a column of 32 bits holds, or null when absent or not one. */
export function wholeNumberOf(header: HeaderJson, tag: string): number | null {
  const number = Number(textOf(header, tag) || Number.NaN);
  return Number.isInteger(number) && Math.abs(number) <= INTEGER_MAX ? number : null;
}

/** An index entry has a bound in bytes; longer values are found by their beginning, and shown whole. */
const COLUMN_CHARACTERS_MAX = 512;

/** What of a text a column takes: no NUL, no half of a surrogate pair, not too long for an index. */
export const columnText = (text: string): string =>
  text.toWellFormed().replaceAll('\0', '').slice(0, COLUMN_CHARACTERS_MAX).toWellFormed();

/** A date or a time, even a range of them, is shorter. */
const MOMENT_CHARACTERS_MAX = 32;

/** What of a date or a time a column takes: an index holds it beside other columns. */
export const momentText = (text: string): string =>
  columnText(text.slice(0, MOMENT_CHARACTERS_MAX));

/** Lower case without accents: how names are compared (PS3.18 §8.3.4.1 leaves case to the server). */
export const foldName = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Items of a sequence that a row looks into. */
const ITEMS_MAX = 100;

/** All first values of `tag` in the items of the sequence `sequence`. */
export const textsInItems = (header: HeaderJson, sequence: string, tag: string): string[] =>
  (header[sequence]?.Value ?? [])
    .slice(0, ITEMS_MAX)
    .map((item) => columnText(textOf(item as HeaderJson, tag)))
    .filter((text) => text !== '');
