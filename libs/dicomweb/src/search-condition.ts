import { isUid } from '#dicom/uid';
import { type NameSounds, soundsLike } from './fuzzy-name.js';
import { type Range, readRange } from './search-range.js';

/**
 * What a value must be (PS3.4 §C.2.2.2). any: no restriction. empty: absent or without a value. equal: one of these. like: one of
 * these patterns with `*` and `?`; a person name may also sound as `sounds` say. all: each of these must be among the values.
 * range: text order, both ends included; times and date-times reach to the end of their precision.
 */
export type Condition =
  | Readonly<{ kind: 'any' }>
  | Readonly<{ kind: 'empty' }>
  | Readonly<{ kind: 'equal'; values: readonly string[]; sounds?: NameSounds }>
  | Readonly<{ kind: 'like'; patterns: readonly string[]; sounds?: NameSounds }>
  | Readonly<{ kind: 'all'; values: readonly string[] }>
  | Range;

export type ConditionFault =
  | 'bad-value'
  | 'list-not-allowed'
  | 'not-matchable'
  | 'too-many'
  | 'too-long';

/** `isMultiValued`: PS3.6 lets the attribute have several values. `zone`: the offset from UTC of dates and times, as `+0100`. */
export type MatchingOptions = Readonly<{
  fuzzyMatching: boolean;
  emptyValueMatching: boolean;
  multipleValueMatching: boolean;
  isMultiValued: boolean;
  zone: string | undefined;
}>;

export const VALUES_MAX = 1_000;
export const TEXT_CHARACTERS_MAX = 1_024;
const WILDCARDS_MAX = 16;

const ANY: Condition = { kind: 'any' };
const TEXT = 'AE AS CS LO LT PN SH ST UC UR UT';
const NUMBER = 'DS FD FL IS SL SS SV UL US UV';

/** The condition that a value of a query sets for an attribute of this VR. */
export function readCondition(
  vr: string,
  value: string,
  options: MatchingOptions,
): Condition | ConditionFault {
  const text = value.trim();
  if (hasControls(text)) return 'bad-value';
  if (options.emptyValueMatching && text === '""') return { kind: 'empty' };
  if (/^\**$/.test(text)) return isMatchable(vr) ? ANY : 'not-matchable';
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') return readMoments(vr, text, options);
  if (!isMatchable(vr)) return 'not-matchable';
  return readList(vr, text, options);
}

const MATCHABLE = `${TEXT} ${NUMBER} AT DA DT TM UI`;
const isMatchable = (vr: string) => MATCHABLE.includes(vr);

/** PostgreSQL takes no NUL, and no value of DICOM holds a control character that a query could mean. */
const hasControls = (text: string) => {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
};

/**
 * UIDs come in lists (PS3.18 §8.3.4.1); so do code strings, whose repertoire has neither comma nor backslash, because viewers
 * send modalities that way: one of them is enough. With multiplevaluematching, values between backslashes must all be there.
 */
const readList = (
  vr: string,
  text: string,
  options: MatchingOptions,
): Condition | ConditionFault => {
  if (options.multipleValueMatching && vr !== 'UI' && text.includes('\\'))
    return readAll(vr, text, options);
  const isList = vr === 'UI' || vr === 'CS';
  const values = text.split(isList ? /[,\\]/ : '\\').map((item) => item.trim());
  if (values.length > VALUES_MAX) return 'too-many';
  if (values.length > 1 && !isList) return 'list-not-allowed';
  if (values.includes('')) return 'bad-value';
  return readEach(vr, values, options);
};

const readEach = (
  vr: string,
  values: readonly string[],
  { fuzzyMatching }: MatchingOptions,
): Condition | ConditionFault => {
  if (vr === 'UI') return values.every(isUid) ? { kind: 'equal', values } : 'bad-value';
  if (vr === 'AT') return tags(values);
  if (NUMBER.includes(vr)) return numbers(values);
  return vr === 'PN' && fuzzyMatching ? fuzzy(values) : texts(values);
};

const IN_MULTIPLES = 'AE AS AT CS LO PN SH UC';

/** PS3.4 §C.2.2.2.8: each value of the key must be among those of the attribute; wildcards are not permitted. */
const readAll = (
  vr: string,
  text: string,
  { isMultiValued }: MatchingOptions,
): Condition | ConditionFault => {
  if (!isMultiValued || !IN_MULTIPLES.includes(vr)) return 'list-not-allowed';
  const values = text.split('\\').map((item) => item.trim());
  if (values.length > VALUES_MAX) return 'too-many';
  if (values.some((item) => item === '' || /[*?]/.test(item))) return 'bad-value';
  const each = vr === 'AT' ? tags(values) : texts(values);
  return typeof each === 'object' && each.kind === 'equal'
    ? { kind: 'all', values: each.values }
    : each;
};

/** PS3.4 §C.2.2.2.1.1: what literal matching finds, and what sounds alike. */
const fuzzy = (values: readonly string[]): Condition | ConditionFault => {
  const literal = texts(values);
  const sounds = values.flatMap((value) => soundsLike(value) ?? []);
  if (typeof literal === 'string' || sounds.length === 0) return literal;
  return literal.kind === 'equal' || literal.kind === 'like' ? { ...literal, sounds } : literal;
};

const tags = (values: readonly string[]): Condition | ConditionFault =>
  values.every((item) => /^[\dA-F]{8}$/i.test(item))
    ? { kind: 'equal', values: values.map((item) => item.toUpperCase()) }
    : 'bad-value';

const NUMBER_TEXT = /^[+-]?(\d{1,16}(\.\d*)?|\.\d{1,16})([eE][+-]?\d{1,2})?$/;

/** As text that JavaScript and JSON would write, so that 01 finds 1. */
const numbers = (values: readonly string[]): Condition | ConditionFault =>
  values.every((item) => NUMBER_TEXT.test(item))
    ? { kind: 'equal', values: values.map((item) => String(Number(item))) }
    : 'bad-value';

const texts = (values: readonly string[]): Condition | ConditionFault => {
  if (values.some((item) => item.length > TEXT_CHARACTERS_MAX)) return 'too-long';
  const patterns = values.map((item) => item.replace(/\*+/g, '*'));
  if (patterns.some((item) => item.replace(/[^*?]/g, '').length > WILDCARDS_MAX)) return 'too-many';
  return patterns.some((item) => /[*?]/.test(item))
    ? { kind: 'like', patterns }
    : { kind: 'equal', values };
};

/** A single date is one value, unless it is a day of a time zone. */
const readMoments = (
  vr: 'DA' | 'TM' | 'DT',
  text: string,
  { zone }: MatchingOptions,
): Condition | ConditionFault => {
  const range = readRange(vr, text, zone);
  if (range === undefined) return 'bad-value';
  const isOneDay = vr === 'DA' && zone === undefined && !text.includes('-');
  return isOneDay && range.from !== undefined ? { kind: 'equal', values: [range.from] } : range;
};
