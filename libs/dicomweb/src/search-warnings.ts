import type { SearchQuery } from './search-query.js';

/** Values of Warning fields of a search answer; `service` is the base URL of the service, `more` says that results were left out. */
export function searchWarnings(
  service: string,
  query: Pick<SearchQuery, 'fuzzyMatching'>,
  more: boolean,
): readonly string[] {
  const warning = (text: string) => `299 ${service}: ${text}`;
  return [
    ...(query.fuzzyMatching ? [warning(NO_FUZZY_MATCHING)] : []),
    ...(more ? [warning(MORE_RESULTS)] : []),
  ];
}

/** PS3.18 §8.3.4.2 gives the words. */
const NO_FUZZY_MATCHING =
  'The fuzzymatching parameter is not supported. Only literal matching has been performed.';

/** PS3.18 §8.3.4.4.1, but without the number: counting what nobody reads would cost more than the search. */
const MORE_RESULTS = 'There are additional results that can be requested';
