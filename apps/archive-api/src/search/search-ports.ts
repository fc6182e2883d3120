import type { ReadExtract } from '#index/extract-reader';
import type { Findable, Statement } from '#index/findable';
import type { SearchPlan } from '#index/search-plan';

export const SEARCH = Symbol('Search');

/** What searching reads. */
export type SearchPorts = Readonly<{ findable: Findable; readExtract: ReadExtract }>;

/** Results, ready: JSON objects as text. `more`: there are further ones. `incomplete`: not all places could be looked at. */
export type Found = Readonly<{ rows: readonly string[]; more: boolean; incomplete: boolean }>;

/** The plan's statement, prepared under its name where that pays: a generic plan of a rare query can be far slower. */
export const statementOf = ({ statement, name }: SearchPlan): Statement =>
  name === undefined ? statement : { ...statement, name };
