/** A pattern with `*` and `?` (PS3.4 §C.2.2.2.4) as one of LIKE. */
export const likePattern = (pattern: string): string =>
  pattern
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');

/** What stands before the first wildcard. */
export const literalPrefix = (pattern: string): string => pattern.replace(/[*?].*$/s, '');

/** Three letters or digits in a row make a trigram that pg_trgm can look up. */
export const hasTrigram = (pattern: string) => /[\p{L}\p{N}]{3}/u.test(pattern);

const LAST_CODE_POINT = 0x10ffff;

/** The least text above all that begin with `prefix`, by code point (and so by UTF-8 byte); undefined when there is none. */
export function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === LAST_CODE_POINT) continue;
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return undefined;
}

/** A person name without the delimiters and blanks at its end, which mean nothing (PS3.5 §6.2.1.1). */
export const withoutDelimiters = (name: string): string => {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '^' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
};

/** Whether a text fits a pattern; time grows with the product of their lengths, never beyond. */
export function fitsPattern(text: string, pattern: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[in_] === '*') {
      star = in_++;
      mark = at;
    } else if (pattern[in_] === '?' || pattern[in_] === text[at]) {
      at++;
      in_++;
    } else if (star >= 0) {
      in_ = star + 1;
      at = ++mark;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(in_));
}
