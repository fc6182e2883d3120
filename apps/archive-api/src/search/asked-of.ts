import { levelOf, type SearchLevel } from '#dicomweb/attribute-level';
import type { HeaderJson } from '#index/header-json';
import { pickAttributes, withoutBulkdata } from '#index/pick-attributes';
import type { SearchPlan } from '#index/search-plan';

const LEVELS: readonly SearchLevel[] = ['study', 'series', 'instance'];

/** What a search wants of the metadata of an instance, down to its level. Bulk data has no address in a search result, so it is left out. */
export function askedOf(header: HeaderJson, { includeAll, extra, level }: SearchPlan): HeaderJson {
  if (!includeAll) return withoutBulkdata(pickAttributes(header, extra));
  const shown = LEVELS.slice(0, LEVELS.indexOf(level) + 1);
  const own = Object.entries(header).filter(([tag]) => shown.includes(levelOf(tag)));
  return withoutBulkdata(Object.fromEntries(own));
}
