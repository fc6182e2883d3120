import type { Findable } from '#index/findable';
import { hiddenIn, rejectedAs } from '#index/rejected-row';
import type { SeriesView } from '#index/series-view';
import type { RejectedShown } from '../access/rejected-shown.js';

const NOTHING: ReadonlySet<string> = new Set();

/** A series as one sees it who may see rejected instances; undefined when that is nothing. Rejection notes are shown to nobody. */
export async function shownSeries(
  findable: Pick<Findable, 'wholeSeries'>,
  series: string,
  { codes, only }: RejectedShown,
): Promise<SeriesView | undefined> {
  const whole = await findable.wholeSeries(series);
  if (whole === undefined) return undefined;
  const { view, rejected } = whole;
  const hidden = hiddenIn(rejected);
  const shown = rejected === undefined ? NOTHING : rejectedAs(rejected, codes);
  const notes = new Set(rejected?.notes.map(({ instance }) => instance));
  const ordered = view.ordered.filter(
    ({ instance }) =>
      !notes.has(instance) && (shown.has(instance) || (!only && !hidden.has(instance))),
  );
  if (ordered.length === 0) return undefined;
  return { ...view, ordered, instances: new Map(ordered.map((one) => [one.instance, one])) };
}
