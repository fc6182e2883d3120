import type { SearchQuery } from '#dicomweb/search-query';
import type { Statement } from './findable.js';
import type { OpaqueIds } from './opaque-ids.js';

const SOP_INSTANCE_UID = '00080018';

/**
 * Finds the series (opaque ids, column `series`) that hold the SOP Instance UIDs that a query names, by the reservations of the hospital
 * (design D6); undefined when it names none.
 */
export function locateStatement(
  { matches }: Pick<SearchQuery, 'matches'>,
  ids: Pick<OpaqueIds, 'instance'>,
  hospital: string,
): Statement | undefined {
  const condition = matches.find(({ path }) => path.join() === SOP_INSTANCE_UID)?.condition;
  if (condition?.kind !== 'equal') return undefined;
  return {
    name: 'locate-instances',
    text: 'select distinct series from reservations where uid_hash = any($1)',
    values: [condition.values.map((uid) => ids.instance(hospital, uid))],
  };
}
