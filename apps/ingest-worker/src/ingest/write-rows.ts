import type { AccessRow } from '#index/access-row';
import type { FindableChange } from '#index/findable-change';
import type { Rows } from '#index/findable-rows';
import type { Within } from './within.js';

/** The rows of a slice: what it changes in each version of the findable projection, what these had `found` before, and whose its studies are. */
export type SliceRows = Readonly<{
  versions: readonly number[];
  found: readonly Rows[];
  change: FindableChange;
  access: readonly AccessRow[];
}>;

export const NO_ROWS: Rows = { studies: [], series: [] };

/** Begins the statements that write them: none needs an answer of another. */
export const writeRows = (
  stores: Within,
  { versions, found, change, access }: SliceRows,
): readonly Promise<void>[] => [
  ...versions.map((version, index) =>
    stores.writeFindable(version, change, found[index] ?? NO_ROWS),
  ),
  stores.writeAccess(access),
];

/**
 * Writes the rows of a slice that rejects or restores something, or stores into a study of which something is rejected: one after the other, since
 * what may be seen is counted from what is written. False, and nothing is written, of any other slice.
 */
export async function writeRejecting(stores: Within, rows: SliceRows): Promise<boolean> {
  const { versions, found, change } = rows;
  const visibility = change.visibility ?? [];
  const rejected = found[0]?.rejected ?? [];
  if (visibility.length === 0 && rejected.length === 0) return false;
  await Promise.all(writeRows(stores, rows));
  for (const version of versions) await stores.applyVisibility(version, visibility);
  const claims = new Set([...visibility, ...rejected].map(({ claim }) => claim));
  await stores.writeStates(versions[0] ?? 0, [...claims]);
  return true;
}
