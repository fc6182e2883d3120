/** A parameter of FHIR's search, and the values of which one is enough (FHIR R4 §3.1.1.4.3). */
export type SearchParameter = Readonly<{ name: string; values: readonly string[] }>;

/** A code, perhaps of a system; `system` undefined: of any, '': of none. */
export type Token = Readonly<{ system: string | undefined; code: string }>;

export const VALUES_MAX = 50;

/** The values between commas; a comma behind a backslash is part of a value (FHIR R4 §3.1.1.3). Undefined when there are too many. */
export function valuesIn(text: string): readonly string[] | undefined {
  const values = text.split(/(?<!\\),/);
  return values.length > VALUES_MAX ? undefined : values.map((value) => value.trim());
}

/** `system|code`, `|code` or `code` (FHIR R4 §3.1.1.4.10). */
export function tokenIn(value: string): Token {
  const at = value.search(/(?<!\\)\|/);
  if (at < 0) return { system: undefined, code: unescaped(value) };
  return { system: unescaped(value.slice(0, at)), code: unescaped(value.slice(at + 1)) };
}

const unescaped = (text: string): string => text.replace(/\\([,|$\\])/g, '$1').trim();
