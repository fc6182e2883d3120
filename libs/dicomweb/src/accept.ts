import { type MediaType, parseMediaType } from './media-type.js';

/**
 * One acceptable range. `multipart` undefined: both packagings; `*` in type or subtype: any. `transferSyntax` is a UID, `*`, or
 * undefined when the range names none. `preferStored`: what lies in the archive is wanted rather than the default. `q` is 0…1.
 */
export type AcceptRange = Readonly<{
  multipart: boolean | undefined;
  type: string;
  subtype: string;
  transferSyntax: string | undefined;
  preferStored: boolean;
  q: number;
}>;

/** The Acceptable Media Types of a request (PS3.18 §8.7.5); those of the query parameter go first. */
export type Accept = Readonly<{ query: readonly AcceptRange[]; header: readonly AcceptRange[] }>;

export type ParsedAccept =
  | Readonly<{ ok: true; accept: Accept }>
  | Readonly<{ ok: false; reason: 'too-long' | 'too-many' }>;

export const ACCEPT_CHARACTERS_MAX = 8192;
export const ACCEPT_RANGES_MAX = 64;

const ANYTHING: AcceptRange = {
  multipart: undefined,
  type: '*',
  subtype: '*',
  transferSyntax: undefined,
  preferStored: false,
  q: 1,
};

/**
 * Header field and decoded `accept` query parameter (PS3.18 §8.3.3.1, §8.7.7). Ranges that are not valid are left out, as
 * §8.7.7 wants. PS3.18 would refuse a request without the header; here that means anything.
 */
export function parseAccept(header: string | undefined, query?: string): ParsedAccept {
  if (Math.max(header?.length ?? 0, query?.length ?? 0) > ACCEPT_CHARACTERS_MAX)
    return { ok: false, reason: 'too-long' };
  const asked = splitList(query ?? '');
  const sent = splitList(header ?? '');
  if (asked.length + sent.length > ACCEPT_RANGES_MAX) return { ok: false, reason: 'too-many' };
  const inQuery = ranges(asked).filter(({ type, subtype }) => type !== '*' && subtype !== '*');
  const inHeader = sent.length === 0 ? [ANYTHING] : ranges(sent);
  return { ok: true, accept: { query: inQuery, header: inHeader } };
}

/** Elements between commas that are not inside quotes (RFC 9110 §5.6.1); empty ones are none. */
const splitList = (text: string): readonly string[] => {
  const elements: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= text.length; i++) {
    const character = text[i];
    if (quoted && character === '\\') i++;
    else if (character === '"') quoted = !quoted;
    else if (character === undefined || (character === ',' && !quoted)) {
      elements.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return elements.filter((element) => element !== '');
};

const ranges = (elements: readonly string[]): readonly AcceptRange[] =>
  elements.flatMap((element) => {
    const parsed = parseMediaType(element);
    const range = parsed.ok ? rangeOf(parsed.mediaType) : undefined;
    return range === undefined ? [] : [range];
  });

const rangeOf = (mediaType: MediaType): AcceptRange | undefined => {
  const q = weightOf(mediaType.parameters.get('q'));
  const transferSyntax = mediaType.parameters.get('transfer-syntax');
  if (q === undefined) return undefined;
  if (isMultipart(mediaType)) return multipartRange(mediaType, transferSyntax, q);
  const { type, subtype } = renamed(mediaType);
  if (type === '*' && subtype !== '*') return undefined;
  const multipart = type === '*' ? undefined : false;
  return { multipart, type, subtype, transferSyntax, preferStored: transferSyntax === '*', q };
};

const isMultipart = ({ type, subtype }: MediaType) =>
  type === 'multipart' && (subtype === 'related' || subtype === '*');

const multipartRange = (
  { parameters }: MediaType,
  transferSyntax: string | undefined,
  q: number,
): AcceptRange | undefined => {
  const root = parameters.get('type');
  const parsed = parseMediaType(root ?? '*/*');
  if (!parsed.ok) return undefined;
  const { type, subtype } = renamed(parsed.mediaType);
  const syntax = transferSyntax ?? parsed.mediaType.parameters.get('transfer-syntax');
  const preferStored = syntax === '*' || (root !== undefined && subtype === '*');
  return { multipart: true, type, subtype, transferSyntax: syntax, preferStored, q };
};

/** RFC 9110 §12.4.2; undefined when it is not a weight. */
const weightOf = (text = '1'): number | undefined =>
  /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : undefined;

/** Names from before the types were registered (PS3.18 §8.7.3.3.2, note). */
const RENAMED: Readonly<Record<string, string>> = { 'x-jls': 'jls', 'x-dicom-rle': 'dicom-rle' };

const renamed = ({ type, subtype }: MediaType) => ({
  type,
  subtype: type === 'image' ? (RENAMED[subtype] ?? subtype) : subtype,
});
