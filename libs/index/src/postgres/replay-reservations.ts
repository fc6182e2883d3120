import type { OpaqueIds } from '../opaque-ids.js';
import { insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = ['uid_hash', 'claim', 'series', 'sha256', 'bytes'];

/**
 * Which study of a hospital each SOP Instance UID belongs to (design D6). The UIDs are sealed under the study's key, which has the claim's name:
 * reservations of a study whose key is destroyed can't be made again, so they stay as they are.
 */
export const reservationsTable = (ids: OpaqueIds): TableProjection => ({
  table: 'reservations',
  key: 'uid_hash',
  columns,
  times: [],
  types: ['InstancesStored'],
  sealedBy: 'claim',
  replay: (client, facts) =>
    insertBuilt(
      client,
      columns,
      facts.flatMap((fact) => reservedRows(ids, fact)),
    ),
});

/** The reservations that a fact makes; none when its key is destroyed. */
export const reservedRows = (ids: OpaqueIds, { event }: OpenedFact) => {
  if (event.type !== 'InstancesStored') return [];
  const { hospital, claim, series } = event.data;
  return (event.personal?.instances ?? []).map(({ instance, sha256, bytes }) => ({
    uid_hash: `\\x${ids.instance(hospital, instance).toString('hex')}`,
    claim,
    series,
    sha256: `\\x${sha256}`,
    bytes,
  }));
};
