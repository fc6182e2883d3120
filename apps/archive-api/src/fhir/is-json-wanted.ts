const FORM = /[?&]_format=([^&]*)/;
/** As `_format` names JSON, and as Accept does (FHIR R4 §3.1.0.1.11); `%2B` may come as a space. */
const JSON_FORMS = ['json', 'text/json', 'application/json', 'application/fhir+json', '*/*'];
const JSON_RANGES = [...JSON_FORMS, 'application/*'];

/** Whether the request takes JSON: by `_format` when it is there, else by Accept; one that names no form takes any. */
export function isJsonWanted(url: string, accept: string | undefined): boolean {
  const format = FORM.exec(url)?.[1];
  if (format) return JSON_FORMS.includes(typeOf(readable(format)));
  if (accept === undefined || accept.trim() === '') return true;
  return accept.split(',').some((range) => JSON_RANGES.includes(typeOf(range)) && !isOff(range));
}

const readable = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const typeOf = (range: string): string =>
  (range.split(';')[0] ?? '').trim().toLowerCase().replace(' ', '+');

const isOff = (range: string): boolean => /;\s*q=0(?:\.0{0,3})?\s*(?:;|$)/i.test(range);
