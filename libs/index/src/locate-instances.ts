import type { SearchQuery } from '#dicomweb/search-query';
import type { Findable, Statement } from './findable.js';
import type { OpaqueIds } from './opaque-ids.js';
import type { SearchReach } from './search-reach.js';

const SOP_INSTANCE_UID = '00080018';

type Named = Pick<SearchQuery, 'matches'>;

/** Whether a query names SOP Instance UIDs. */
export const namesInstances = (query: Named): boolean => uidsOf(query).length > 0;

/** Whose reservations a search has to look through: an instance has another in each hospital. */
export async function hospitalsIn(
  { rows }: Pick<Findable, 'rows'>,
  { hospital, branches }: SearchReach,
): Promise<readonly string[]> {
  if (branches.every(({ isOwn }) => isOwn)) return [hospital];
  const found = await rows({
    name: 'hospitals',
    text: 'select hospital from hospitals',
    values: [],
  });
  return found.map((row) => String(row['hospital']));
}

/** Finds the series (opaque ids, column `series`) that hold the SOP Instance UIDs that a query names, by the reservations of hospitals (design D6). */
export const locateStatement = (
  query: Named,
  ids: Pick<OpaqueIds, 'instance'>,
  hospitals: readonly string[],
): Statement => ({
  name: 'locate-instances',
  text: 'select distinct series from reservations where uid_hash = any($1)',
  values: [
    hospitals.flatMap((hospital) => uidsOf(query).map((uid) => ids.instance(hospital, uid))),
  ],
});

const uidsOf = ({ matches }: Named): readonly string[] => {
  const condition = matches.find(({ path }) => path.join() === SOP_INSTANCE_UID)?.condition;
  return condition?.kind === 'equal' ? condition.values : [];
};
