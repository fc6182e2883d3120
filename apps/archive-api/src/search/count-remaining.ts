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
  plan: SearchPlan,
  { rows, more, last, behind, passed = 0 }: Found,
): Promise<Remaining | undefined> {
  if (!more) return undefined;
  if (behind !== undefined) return { count: behind, isExact: true };
  const { total } = plan;
  if (total === undefined) return undefined;
  const isFromLast = plan.level !== 'instance' && last !== undefined;
  const [counted] = await findable.rows(total.statement(isFromLast ? last : undefined));
  const before = isFromLast ? 0 : passed + plan.offset + rows.length;
  const count = Number(counted?.['results']) - before;
  return count < 1 ? undefined : { count, isExact: Number(counted?.['rows']) < total.rowsMax };
}
