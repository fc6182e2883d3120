import type { SearchMatch } from '#dicomweb/search-query';
import type { HeaderJson } from './header-json.js';
import type { InstanceFact } from './instance-fact.js';
import { fitsHeader, fitsTexts } from './search-header.js';
import type { Restriction } from './search-sql.js';

/**
 * How instances of the series that a plan visits are chosen. `test` wants the instance's metadata when `needsMetadata`.
 */
export type InstanceSearch = Readonly<{
  test: (fact: InstanceFact, metadata?: HeaderJson) => boolean;
  needsMetadata: boolean;
}>;

/** A condition on one attribute of an instance. */
export type InstanceMatch = Omit<SearchMatch, 'condition'> & Readonly<{ condition: Restriction }>;

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
  const known = matches.filter(({ path }) => FACT_TEXTS.has(path.join('.')));
  const others = matches.filter((match) => !known.includes(match));
  return {
    test: (fact, metadata) =>
      known.every((match) => fitsFact(fact, match)) &&
      (others.length === 0 || (metadata !== undefined && fitsHeader(metadata, others))),
    needsMetadata: others.length > 0,
  };
}

const fitsFact = (fact: InstanceFact, match: InstanceMatch) => {
  const text = FACT_TEXTS.get(match.path.join('.'))?.(fact);
  return fitsTexts(text === null || text === undefined ? [] : [String(text)], match);
};
