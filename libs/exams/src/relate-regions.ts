import type { ExamClass } from './exam-class.js';
import type { WholeRegion } from './match-windows.js';

/**
 * How what an earlier exam shows relates to what is ordered. `near`: it shows it all, but within an exam of a larger region that doesn't stand in
 * for it. `part`: it shows some of it.
 */
export type RegionRelation = 'same' | 'covered' | 'near' | 'part' | 'differs' | 'unknown';

/** Compares fine regions, wholes with their parts. */
export function relateRegions(
  ordered: ExamClass,
  prior: ExamClass,
  wholes: readonly WholeRegion[],
): RegionRelation {
  if (ordered.regions.length === 0 || prior.regions.length === 0) return 'unknown';
  const shown = ordered.regions.map((region) => shownBy(region, prior, wholes));
  if (shown.every((each) => each === 'same'))
    return prior.regions.length === ordered.regions.length ? 'same' : 'covered';
  if (shown.every((each) => each === 'same' || each === 'covered')) return 'covered';
  if (shown.every((each) => each !== 'part' && each !== 'differs')) return 'near';
  return shown.every((each) => each === 'differs') ? 'differs' : 'part';
}

function shownBy(
  region: string,
  prior: ExamClass,
  wholes: readonly WholeRegion[],
): Exclude<RegionRelation, 'unknown'> {
  if (prior.regions.includes(region)) return 'same';
  const around = wholes.filter(
    ({ whole, parts }) => parts.includes(region) && prior.regions.includes(whole),
  );
  if (around.some(({ standsIn }) => standsIn.includes(prior.group))) return 'covered';
  if (around.length > 0) return 'near';
  const within = wholes.filter(({ whole }) => whole === region).flatMap(({ parts }) => parts);
  return prior.regions.some((each) => within.includes(each)) ? 'part' : 'differs';
}
