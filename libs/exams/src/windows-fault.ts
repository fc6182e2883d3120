import type { MatchWindows } from './match-windows.js';

/** What no windows may be, whatever they say. `shrinking`: told of for fewer days than warned of. `circular`: a region lies within itself. */
export type WindowsFault = 'ids-repeated' | 'shrinking' | 'circular';

/** Undefined when they can be graded by. */
export function faultOfWindows({
  windows,
  equivalents,
  wholes,
}: MatchWindows): WindowsFault | undefined {
  const ids = [...windows, ...equivalents].map(({ id }) => id);
  if (new Set(ids).size !== ids.length) return 'ids-repeated';
  if (windows.some(({ warnDays, infoDays }) => infoDays !== null && infoDays < warnDays))
    return 'shrinking';
  return wholes.some(({ whole, parts }) => parts.includes(whole)) ? 'circular' : undefined;
}
