import type { SearchPlan } from '#index/search-plan';
import type { Found, SearchPorts } from './search-ports.js';

/** Results that stand behind a page; when not `isExact`, there are more than could be counted. */
export type Remaining = Readonly<{ count: number; isExact: boolean }>;

/**
 * How many results a full page leaves (PS3.18 §8.3.4.4.1), by one bounded count more. Undefined when rows don't tell, since metadata have to be
 * looked at, or when the archive has changed since the page was read.
 */
export async function countRemaining(
  { findable }: SearchPorts,
  { total, offset }: SearchPlan,
  { rows, more, behind, passed = 0 }: Found,
): Promise<Remaining | undefined> {
  if (!more) return undefined;
  if (behind !== undefined) return { count: behind, isExact: true };
  if (total === undefined) return undefined;
  const [counted] = await findable.rows(total.statement());
  const count = Number(counted?.['results']) - passed - offset - rows.length;
  return count < 1 ? undefined : { count, isExact: Number(counted?.['rows']) < total.rowsMax };
}
