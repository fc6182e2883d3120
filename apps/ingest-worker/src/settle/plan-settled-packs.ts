import type { SeriesView } from '#index/series-view';

/** A settled pack is closed once it has this many bytes; a single series may be longer. */
export const SETTLED_BYTES_MAX = 1024 ** 3;
/** Entries (instances and extracts) of one settled pack: its fact stays under the bound of an event. Longer series stay in their landing packs. */
export const SETTLED_ENTRIES_MAX = 4000;

/** Which series go together into one pack, in the study's order; series that are settled already or too long are left out. */
export function planSettledPacks(
  views: readonly SeriesView[],
  entriesOf: (view: SeriesView) => number,
): readonly (readonly SeriesView[])[] {
  const packs: SeriesView[][] = [];
  let room = { bytes: 0, entries: 0 };
  for (const view of views) {
    const entries = entriesOf(view);
    if (view.settled || entries > SETTLED_ENTRIES_MAX) continue;
    const bytes = view.ordered.reduce((sum, instance) => sum + instance.bytes, 0);
    const last = packs.at(-1);
    if (last === undefined || bytes > room.bytes || entries > room.entries) {
      packs.push([view]);
      room = { bytes: SETTLED_BYTES_MAX, entries: SETTLED_ENTRIES_MAX };
    } else last.push(view);
    room = { bytes: room.bytes - bytes, entries: room.entries - entries };
  }
  return packs;
}
