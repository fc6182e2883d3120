import { hasManyValues, readAttribute, type SearchAttribute } from './search-attribute.js';
import {
  type Condition,
  type ConditionFault,
  type MatchingOptions,
  readCondition,
} from './search-condition.js';

/** One attribute that results must match. `parameter` is its name as the client gave it. */
export type SearchMatch = SearchAttribute & Readonly<{ parameter: string; condition: Condition }>;

/** A search, independent of the resource asked (PS3.18 §8.3.4). `limit` undefined: the client set none. `after`: a cursor of ours, unopened. */
export type SearchQuery = Readonly<{
  matches: readonly SearchMatch[];
  includeAll: boolean;
  include: readonly SearchAttribute[];
  limit: number | undefined;
  offset: number;
  after: string | undefined;
  fuzzyMatching: boolean;
  emptyValueMatching: boolean;
  multipleValueMatching: boolean;
}>;

/** wrong-level: an attribute of an entity below the one searched for. */
export type SearchFault =
  | ConditionFault
  | 'bad-encoding'
  | 'repeated'
  | 'unknown-attribute'
  | 'wrong-level';

/** Names the parameter, never its value; a name that is no attribute's goes by its place. */
export type SearchProblem = Readonly<{ parameter: string; fault: SearchFault }>;

export type ParsedSearch =
  | Readonly<{ ok: true; query: SearchQuery }>
  | Readonly<{ ok: false; problems: readonly SearchProblem[] }>;

export const QUERY_CHARACTERS_MAX = 128 * 1024;
export const PARAMETERS_MAX = 128;
export const INCLUDE_MAX = 512;
const CURSOR_CHARACTERS_MAX = 1_024;
/** Any whole number is a limit or an offset (PS3.18 §8.3.4.4); more than this is as much as this. */
const COUNT_MAX = 999_999_999;

type Parameter = Readonly<{ name: string; value: string }>;

/** Belong to content negotiation (PS3.18 §8.3.3), not to the search. */
const NOT_OURS = ['accept', 'charset'];
const OPTIONS = [
  'limit',
  'offset',
  'after',
  'fuzzymatching',
  'emptyvaluematching',
  'multiplevaluematching',
];
const INCLUDE = 'includefield';
/** Not matched itself: dates and times of the query are meant in it (PS3.18 §8.3.4.1.1). */
const TIMEZONE_OFFSET = '00080201';
/** A plus that was not encoded has become a blank, and is gone. */
const OFFSET = /^[+-]?(0\d|1[0-4])[0-5]\d$/;

/** The part of a URL after `?`, still encoded. All that is wrong is told at once. */
export function parseSearch(queryString: string): ParsedSearch {
  if (queryString.length > QUERY_CHARACTERS_MAX) return wrong('the query', 'too-long');
  const pairs = queryString.split('&', PARAMETERS_MAX + 1).filter((pair) => pair !== '');
  if (pairs.length > PARAMETERS_MAX) return wrong('the query', 'too-many');
  const problems: SearchProblem[] = [];
  const note = (parameter: string, fault: SearchFault) => problems.push({ parameter, fault });
  const parameters = pairs.flatMap((pair, place) => {
    const [name, value] = decoded(pair);
    if (name !== undefined && value !== undefined) return { name, value };
    note(name !== undefined && isName(name) ? name : nth(place), 'bad-encoding');
    return [];
  });
  const options = readOptions(parameters, note);
  const query: SearchQuery = {
    ...options,
    ...readInclude(parameters, note),
    matches: readMatches(parameters, { ...options, zone: readZone(parameters) }, note),
  };
  return problems.length === 0 ? { ok: true, query } : { ok: false, problems };
}

type Note = (parameter: string, fault: SearchFault) => void;

const wrong = (parameter: string, fault: SearchFault): ParsedSearch => ({
  ok: false,
  problems: [{ parameter, fault }],
});

const nth = (place: number) => `parameter ${place + 1}`;

/** Name and value, undefined what can't be decoded. A plus is a blank, as forms and most clients send it. */
const decoded = (pair: string): readonly (string | undefined)[] => {
  const [name = '', ...rest] = pair.replaceAll('+', ' ').split('=');
  return [name, rest.join('=')].map(decodedText);
};

const decodedText = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};

const readOptions = (parameters: readonly Parameter[], note: Note) => {
  const given = (option: string) => {
    const found = parameters.filter(({ name }) => name === option);
    if (found.length > 1) note(option, 'repeated');
    return found[0]?.value.trim();
  };
  const count = (option: string): number | undefined => {
    const text = given(option);
    if (text !== undefined && !/^\d{1,32}$/.test(text)) note(option, 'bad-value');
    return text === undefined ? undefined : Math.min(Number(text), COUNT_MAX);
  };
  const flag = (option: string): boolean => {
    const text = (given(option) ?? 'false').toLowerCase();
    if (text !== 'true' && text !== 'false') note(option, 'bad-value');
    return text === 'true';
  };
  const cursor = (option: string): string | undefined => {
    const text = given(option);
    const isOne = text === undefined || /^[\w-]+$/.test(text);
    if (!isOne || (text?.length ?? 0) > CURSOR_CHARACTERS_MAX) note(option, 'bad-value');
    return text;
  };
  return {
    limit: count('limit'),
    offset: count('offset') ?? 0,
    after: cursor('after'),
    fuzzyMatching: flag('fuzzymatching'),
    emptyValueMatching: flag('emptyvaluematching'),
    multipleValueMatching: flag('multiplevaluematching'),
  };
};

/** Comma-separated, repeated, or both; `all` beside others is still all. */
const readInclude = (parameters: readonly Parameter[], note: Note) => {
  const names = parameters
    .filter(({ name }) => name === INCLUDE)
    .flatMap(({ value }) => value.split(',', INCLUDE_MAX + 1))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length > INCLUDE_MAX) note(INCLUDE, 'too-many');
  const attributes = names
    .slice(0, INCLUDE_MAX)
    .map((name) => (name === 'all' ? name : readAttribute(name)));
  if (attributes.includes(undefined)) note(INCLUDE, 'unknown-attribute');
  return {
    includeAll: attributes.includes('all'),
    include: attributes.filter((attribute) => typeof attribute === 'object'),
  };
};

/** The offset from UTC that the query names, as `+0100`. */
const readZone = (parameters: readonly Parameter[]): string | undefined => {
  const named = parameters.find(({ name }) => readAttribute(name)?.path.join() === TIMEZONE_OFFSET);
  const offset = named?.value.trim() ?? '';
  if (!OFFSET.test(offset)) return undefined;
  return /^\d/.test(offset) ? `+${offset}` : offset;
};

const RESERVED = [...NOT_OURS, ...OPTIONS, INCLUDE];

const readMatches = (
  parameters: readonly Parameter[],
  options: Options,
  note: Note,
): readonly SearchMatch[] => {
  const matches = parameters.flatMap(({ name, value }, place) => {
    if (RESERVED.includes(name)) return [];
    const match = readMatch(name, value, options);
    if (typeof match === 'object') return [match];
    note(isName(name) ? name : nth(place), match);
    return [];
  });
  for (const [place, { path, parameter }] of matches.entries()) {
    const isFirst = matches.findIndex((other) => other.path.join() === path.join()) === place;
    if (!isFirst) note(parameter, 'repeated');
  }
  return matches;
};

/** What the query says of matching as a whole. */
type Options = Omit<MatchingOptions, 'isMultiValued'>;

const isName = (text: string) => /^[A-Za-z\d.]{1,64}$/.test(text);

const readMatch = (
  parameter: string,
  value: string,
  options: Options,
): SearchMatch | SearchFault => {
  const attribute = readAttribute(parameter);
  if (attribute === undefined) return 'unknown-attribute';
  if (attribute.path.join() === TIMEZONE_OFFSET) {
    const isOffset = value.trim() === '' || (OFFSET.test(value.trim()) && value.trim() !== '-0000');
    return isOffset ? { ...attribute, parameter, condition: { kind: 'any' } } : 'bad-value';
  }
  const condition = readCondition(attribute.vr, value, {
    ...options,
    isMultiValued: hasManyValues(attribute),
  });
  return typeof condition === 'string' ? condition : { ...attribute, parameter, condition };
};
