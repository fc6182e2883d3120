import type { SearchMatch } from '#dicomweb/search-query';
import { foldName, type HeaderJson } from './header-json.js';
import type { InstanceFact } from './instance-fact.js';
import { fitsPattern, withoutDelimiters } from './search-pattern.js';
import type { Restriction } from './search-sql.js';

/**
 * How instances of the series that a plan visits are chosen. `test` wants the instance's metadata when `needsMetadata`. `uids`:
 * SOP Instance UIDs that were asked for, which a locator finds sooner than a visit.
 */
export type InstanceSearch = Readonly<{
  test: (fact: InstanceFact, metadata?: HeaderJson) => boolean;
  needsMetadata: boolean;
  uids: readonly string[] | undefined;
}>;

/** A condition on one attribute of an instance. */
export type InstanceMatch = Omit<SearchMatch, 'condition'> & Readonly<{ condition: Restriction }>;

type Texts = readonly string[];

type FactText = (fact: InstanceFact) => string | number | null;

/** Attributes that the index keeps of every instance. */
export const FACT_TEXTS: ReadonlyMap<string, FactText> = new Map<string, FactText>([
  ['00080016', ({ sopClass }) => sopClass],
  ['00080018', ({ instance }) => instance],
  ['00083002', ({ transferSyntax }) => transferSyntax],
  ['00200013', ({ number }) => number],
  ['00280008', ({ frames }) => frames],
  ['00280010', ({ rows }) => rows],
  ['00280011', ({ columns }) => columns],
  ['00280100', ({ bitsAllocated }) => bitsAllocated],
]);

/** All conditions must hold; an attribute with several values fits when one of them does (PS3.4 §C.2.2.2). */
export function instanceSearch(matches: readonly InstanceMatch[]): InstanceSearch {
  const tests = matches.map(testOf);
  const uid = matches.find(({ path }) => path.join('.') === '00080018');
  return {
    test: (fact, metadata) => tests.every((test) => test(fact, metadata)),
    needsMetadata: matches.some(({ path }) => !FACT_TEXTS.has(path.join('.'))),
    uids: uid?.condition.kind === 'equal' ? uid.condition.values : undefined,
  };
}

const testOf = (match: InstanceMatch) => {
  const factText = FACT_TEXTS.get(match.path.join('.'));
  if (factText === undefined)
    return (_: InstanceFact, metadata: HeaderJson = {}) =>
      fits(textsAt(metadata, match.path), match);
  return (fact: InstanceFact) => {
    const text = factText(fact);
    return fits(text === null ? [] : [String(text)], match);
  };
};

/** All values at a path; a person name gives its component groups. */
const textsAt = (metadata: HeaderJson, [tag, ...inner]: readonly string[]): Texts => {
  const values = tag === undefined ? [] : (metadata[tag]?.Value ?? []);
  if (inner.length > 0) return values.flatMap((item) => textsAt((item ?? {}) as HeaderJson, inner));
  return values.flatMap((value) => {
    if (value === null || value === undefined) return [];
    return typeof value === 'object' ? Object.values(value).map(String) : [String(value)];
  });
};

const fits = (texts: Texts, { vr, condition }: InstanceMatch): boolean => {
  if (condition.kind === 'empty') return texts.every((text) => text === '');
  const fold = vr === 'PN' ? (text: string) => withoutDelimiters(foldName(text)) : asIs;
  const found = texts.map(fold);
  switch (condition.kind) {
    case 'equal':
      return condition.values.some((value) => found.includes(fold(value)));
    case 'like':
      return condition.patterns.some((pattern) =>
        found.some((text) => fitsPattern(text, fold(pattern))),
      );
    case 'range':
      return found.some((text) => isWithin(text, condition));
    default:
      return condition satisfies never;
  }
};

const asIs = (text: string) => text;

const isWithin = (text: string, { from, to }: Readonly<{ from?: string; to?: string }>) =>
  text !== '' && (from === undefined || text >= from) && (to === undefined || text <= to);
