import type { NameSounds } from '#dicomweb/fuzzy-name';
import type { Condition } from '#dicomweb/search-condition';
import { foldName } from './header-json.js';
import type { SearchColumn } from './search-columns.js';
import {
  hasTrigram,
  likePattern,
  literalPrefix,
  successor,
  withoutDelimiters,
} from './search-pattern.js';

/** Takes a value of the statement and gives its placeholder. */
export type Bind = (value: unknown) => string;

/** A condition that restricts. */
export type Restriction = Exclude<Condition, { kind: 'any' }>;

/** A condition on an attribute, by its path of tags. */
export type HeaderMatch = Readonly<{
  path: readonly string[];
  vr: string;
  condition: Restriction;
}>;

/** Collects the values of one statement; nothing that a client sent stands in its text. */
export const statementValues = () => {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  return { values, bind };
};

/** The condition on a typed column. */
export function columnSql(
  { kind, sql, keys }: SearchColumn,
  condition: Restriction,
  bind: Bind,
): string {
  switch (kind) {
    case 'text':
    case 'moment':
      return textSql(sql, condition, bind);
    case 'name':
      return namesSql(sql, keys, condition, bind);
    case 'number':
      return numberSql(sql, condition, bind);
    case 'list':
      return listSql(sql, condition, bind);
    default:
      return kind satisfies never;
  }
}

/**
 * The condition on an attribute that has no column, by its path in the row's ready JSON; reads every row that the other
 * conditions leave. jsonb takes no NUL, so a row that holds one is passed over instead of failing the search.
 */
export function jsonSql(
  json: string,
  attribute: Readonly<{ path: readonly string[]; vr: string }>,
  condition: Restriction,
  bind: Bind,
): string {
  return onReadable(json, valueSql(`${json}::jsonb`, attribute, condition, bind));
}

/** Conditions inside one sequence of a row's ready JSON, which must hold for one and the same item (PS3.4 §C.2.2.2.6). */
export function itemSql(json: string, matches: readonly HeaderMatch[], bind: Bind): string {
  const items = `jsonb_path_query(${json}::jsonb, ${bind(`$."${matches[0]?.path[0]}".Value[*]`)}::jsonpath, '{}', true)`;
  const within = matches.map(({ path, vr, condition }) =>
    valueSql('item.value', { path: path.slice(1), vr }, condition, bind),
  );
  const fits = `exists (select from ${items} as item(value) where ${within.join(' and ')})`;
  const mayBeAbsent = matches.every(({ condition }) => condition.kind === 'empty');
  const isAbsent = `not exists (select from ${items} as item(value))`;
  return onReadable(json, mayBeAbsent ? `(${fits} or ${isAbsent})` : fits);
}

const onReadable = (json: string, where: string) =>
  `case when strpos(${json}, '\\u0000') = 0 then ${where} else false end`;

const valueSql = (
  source: string,
  attribute: Readonly<{ path: readonly string[]; vr: string }>,
  condition: Restriction,
  bind: Bind,
): string => {
  const path = attribute.path.map((tag) => `."${tag}".Value[*]`).join('');
  const isName = attribute.vr === 'PN';
  const text = isName ? "lower(found.value #>> '{}')" : "found.value #>> '{}'";
  const values = `jsonb_path_query(${source}, ${bind(`$${path}${isName ? '.*' : ''}`)}::jsonpath, '{}', true)`;
  const found = (where: string) => `exists (select from ${values} as found(value) where ${where})`;
  const fits = (one: Restriction) =>
    found(textSql(`(${text}) collate "C"`, isName ? lowerCase(one) : one, bind));
  return matchesOf(condition, fits, () => `not ${found(`${text} <> ''`)}`);
};

const matchesOf = (
  condition: Restriction,
  fits: (one: Restriction) => string,
  isEmpty: () => string,
): string => {
  if (condition.kind === 'empty') return isEmpty();
  if (condition.kind !== 'all') return fits(condition);
  return condition.values.map((value) => fits({ kind: 'equal', values: [value] })).join(' and ');
};

const lowerCase = (condition: Restriction): Restriction => {
  const lower = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());
  if (condition.kind === 'equal') return { kind: 'equal', values: lower(condition.values) };
  if (condition.kind === 'like') return { kind: 'like', patterns: lower(condition.patterns) };
  return condition;
};

const textSql = (sql: string, condition: Restriction, bind: Bind): string => {
  switch (condition.kind) {
    case 'empty':
      return `${sql} = ''`;
    case 'equal':
      return equalSql(sql, condition.values, bind);
    case 'all':
      return `${sql} = all(${bind(condition.values)}::text[])`;
    case 'like':
      return likeSql(sql, condition.patterns, bind);
    case 'range':
      return rangeSql(sql, condition, bind);
    default:
      return condition satisfies never;
  }
};

const equalSql = (sql: string, values: readonly string[], bind: Bind) =>
  values.length === 1 ? `${sql} = ${bind(values[0])}` : `${sql} = any(${bind(values)}::text[])`;

/**
 * A literal start becomes a range, which a text_pattern_ops index serves even in a prepared statement, where LIKE with a
 * parameter would not be. Other patterns are for a trigram index; one that has no trigram would read all of it.
 */
const likeSql = (sql: string, patterns: readonly string[], bind: Bind): string => {
  const [pattern, ...more] = patterns;
  if (pattern === undefined || more.length > 0) {
    const column = patterns.every(hasTrigram) ? sql : unindexed(sql);
    return `${column} like any(${bind(patterns.map(likePattern))}::text[])`;
  }
  const prefix = literalPrefix(pattern);
  if (prefix !== '' && pattern === `${prefix}*`) return prefixSql(sql, prefix, bind);
  if (prefix !== '')
    return `${prefixSql(sql, prefix, bind)} and ${unindexed(sql)} like ${bind(likePattern(pattern))}`;
  return infixSql(sql, pattern, bind);
};

const infixSql = (sql: string, pattern: string, bind: Bind) =>
  `${hasTrigram(pattern) ? sql : unindexed(sql)} like ${bind(likePattern(pattern))}`;

/** The same value, but no index can serve it. */
const unindexed = (sql: string) => `(${sql} || '')`;

const prefixSql = (sql: string, prefix: string, bind: Bind) => {
  const end = successor(prefix);
  const from = `${sql} ~>=~ ${bind(prefix)}`;
  return end === undefined ? from : `${from} and ${sql} ~<~ ${bind(end)}`;
};

/** '' sorts before every value: a range without a start must not find what has none. */
const rangeSql = (sql: string, range: Readonly<{ from?: string; to?: string }>, bind: Bind) => {
  const from = range.from === undefined ? `${sql} <> ''` : `${sql} >= ${bind(range.from)}`;
  return range.to === undefined ? from : `${from} and ${sql} <= ${bind(range.to)}`;
};

const numberSql = (sql: string, condition: Restriction, bind: Bind): string => {
  if (condition.kind === 'empty') return `${sql} is null`;
  const values = condition.kind === 'equal' ? condition.values.map(Number).filter(isInt4) : [];
  return values.length === 0 ? 'false' : `${sql} = any(${bind(values)}::int[])`;
};

const isInt4 = (value: number) => Number.isInteger(value) && value === (value | 0);

const listSql = (sql: string, condition: Restriction, bind: Bind): string => {
  switch (condition.kind) {
    case 'empty':
      return `${sql} = '{}'`;
    case 'equal':
      return `${sql} && ${bind(condition.values)}::text[]`;
    case 'all':
      return `${sql} @> ${bind(condition.values)}::text[]`;
    case 'like':
    case 'range':
      return `exists (select from unnest(${sql}) as item(value) where ${textSql('item.value', condition, bind)})`;
    default:
      return condition satisfies never;
  }
};

/** A name as it is written, or as it sounds. */
const namesSql = (
  sql: string,
  keys: string | undefined,
  condition: Restriction,
  bind: Bind,
): string => {
  const literal = nameSql(sql, condition, bind);
  const sounds = 'sounds' in condition ? condition.sounds : undefined;
  if (sounds === undefined || keys === undefined) return literal;
  return `(${literal} or ${soundsSql(keys, sounds, bind)})`;
};

const soundsSql = (keys: string, sounds: NameSounds, bind: Bind): string =>
  sounds
    .map((clauses) => clauses.map((clause) => `${keys} && ${bind(clause)}::text[]`).join(' and '))
    .join(' or ');

/** Component groups of a name are matched one by one (PS3.4 §C.2.2.2.1), folded, trailing delimiters apart. */
const nameSql = (sql: string, condition: Restriction, bind: Bind): string => {
  if (condition.kind !== 'equal' && condition.kind !== 'like') return textSql(sql, condition, bind);
  const patterns = condition.kind === 'equal' ? condition.values : condition.patterns;
  const each = patterns.map((pattern) => oneNameSql(sql, foldName(pattern), bind));
  return each.length === 1 ? each.join() : `(${each.join(' or ')})`;
};

/** Han, Kana and Hangul are looked for in every group; other scripts in the first, the alphabetic one, unless `=` says which. */
const oneNameSql = (sql: string, pattern: string, bind: Bind): string => {
  if (pattern.includes('=')) return groupsSql(sql, pattern, bind);
  if (/[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(pattern))
    return `exists (select from unnest(string_to_array(${sql}, '=')) as part(value) where ${groupSql('part.value', pattern, bind)})`;
  const prefix = withoutDelimiters(literalPrefix(pattern));
  if (pattern === `${prefix}*` && prefix !== '') return prefixSql(sql, prefix, bind);
  const column = prefix === '' ? infixSql(sql, infix(pattern), bind) : prefixSql(sql, prefix, bind);
  const group = groupSql(`split_part(${sql}, '=', 1)`, pattern, bind);
  return `${column} and ${prefix === '' ? unestimated(group) : group}`;
};

/** The same condition; PostgreSQL, which would take two that go together for independent of each other, knows nothing of how rare it is. */
const unestimated = (where: string) => `case when ${where} then true else false end`;

/** What the whole column looks like when its first group fits: for a trigram index, which knows columns only. */
const infix = (pattern: string) => `${pattern.replace(/[*^ ]+$/, '')}*`;

const groupsSql = (sql: string, pattern: string, bind: Bind): string => {
  const groups = pattern.split('=', 3).map((group, i) => ({ group, part: i + 1 }));
  const given = groups.filter(({ group }) => group !== '');
  if (given.length === 0) return 'true';
  return given
    .map(({ group, part }) => groupSql(`split_part(${sql}, '=', ${part})`, group, bind))
    .join(' and ');
};

/** `smith^*` finds `smith` too: components that are left out are empty (PS3.5 §6.2.1.1). */
const groupSql = (sql: string, pattern: string, bind: Bind): string => {
  const text = `rtrim(${sql}, '^ ')`;
  if (!/[*?]/.test(pattern)) return `${text} = ${bind(withoutDelimiters(pattern))}`;
  const bare = pattern.replace(/\^+\*$/, '');
  const patterns = bare === pattern ? [pattern] : [pattern, bare];
  return patterns.length === 1
    ? `${text} like ${bind(likePattern(pattern))}`
    : `${text} like any(${bind(patterns.map(likePattern))}::text[])`;
};
