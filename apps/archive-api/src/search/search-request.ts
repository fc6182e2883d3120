import type { SearchLevel } from '#dicomweb/attribute-level';
import type { SearchScope } from '#index/search-plan';
import type { Caller } from '../caller/caller.js';
import type { Asked } from '../retrieve/representation.js';

/** One search; `queryString` still encoded, `root` the DICOMweb root as this client reaches it. */
export type SearchRequest = Readonly<{
  caller: Caller;
  level: SearchLevel;
  scope: SearchScope;
  queryString: string;
  asked: Asked;
  root: string;
}>;
