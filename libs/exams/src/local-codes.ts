import { codeKey } from './code-systems.js';
import { type Meaning, readMeaning } from './meaning.js';
import type { Terms } from './terms.js';

/**
 * A hospital's own catalogue of procedures. Data sets name it by `designator` (Coding Scheme Designator), messages and orders by `system` or
 * `name`. `codes`: a code → what it means, as the data files write meanings, or a standard code as `LN|24627-2`.
 */
export type LocalCatalogue = Readonly<{
  name: string;
  system: string;
  designator?: string | undefined;
  codes?: Readonly<Record<string, string>> | undefined;
}>;

/** What one code of a catalogue means; undefined when the terms don't know the words. */
export function localMeaning(means: string, terms: Terms): Meaning | undefined {
  const [system = '', value] = means.split('|');
  return value === undefined
    ? readMeaning(means, terms.regions)
    : terms.codes.get(codeKey(system, value));
}

/** The first code that means nothing, in words for people; undefined when all are understood. */
export function faultInCatalogues(
  catalogues: readonly LocalCatalogue[],
  terms: Terms,
): string | undefined {
  for (const { name, codes = {} } of catalogues)
    for (const [code, means] of Object.entries(codes))
      if (localMeaning(means, terms) === undefined)
        return `catalogue ${name}, code ${code}: «${means}» means nothing`;
  return undefined;
}

/** The terms of one hospital. Codes whose words the terms don't know (any more) are left out. */
export function withCatalogues(
  terms: Terms,
  catalogues: readonly LocalCatalogue[],
  version: string,
): Terms {
  const localCodes = catalogues.flatMap(({ name, system, designator, codes = {} }) =>
    Object.entries(codes).flatMap(([code, means]) => {
      const meaning = localMeaning(means, terms);
      if (meaning === undefined) return [];
      const names = [system, name, ...(designator === undefined ? [] : [designator])];
      return names.map((own) => [codeKey(own, code), meaning] as const);
    }),
  );
  return { ...terms, version, localCodes: new Map(localCodes) };
}
