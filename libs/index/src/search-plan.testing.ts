import { parseSearch } from '#dicomweb/search-query';
import { planSearch, type SearchPlan, type SearchScope } from './search-plan.js';
import { wholeHospital } from './search-reach.js';

/** The query of a query string that is known to be right. */
export const queryOf = (text: string) => {
  const parsed = parseSearch(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.query;
};

/** The plan of a search that is known to be possible. */
export function planOf(
  level: 'study' | 'series' | 'instance',
  text: string,
  scope: SearchScope = {},
): SearchPlan {
  const planned = planSearch(level, scope, queryOf(text), wholeHospital('HOSP-A'));
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned;
}
