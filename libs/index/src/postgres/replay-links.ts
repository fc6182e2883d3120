import type { PoolClient } from 'pg';
import { BUILT, insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const linkColumns = ['link', 'kind', 'patient', 'other', 'stands', 'source', 'reason'];
const moveColumns = ['move', 'claim', 'patient', 'other', 'stands', 'moved_at'];

/** Links and merges, those that were taken back too. Nothing of it is sealed: no key matters. */
export const identityLinksTable: TableProjection = {
  table: 'identity_links',
  key: 'link',
  columns: linkColumns,
  times: [],
  types: ['IdentitiesLinked', 'IdentitiesUnlinked', 'IdentitiesMerged', 'IdentitiesUnmerged'],
  replay: async (client, facts) => {
    await insertBuilt(client, linkColumns, facts.flatMap(tied));
    await takeBack(client, 'link', facts.flatMap(untied));
  },
};

/** Studies that were given to other patients, those that were given back too. Nothing of it is sealed: no key matters. */
export const studyMovesTable: TableProjection = {
  table: 'study_moves',
  key: 'move',
  columns: moveColumns,
  times: ['moved_at'],
  types: ['StudyReassigned', 'StudyReturned'],
  replay: async (client, facts) => {
    await insertBuilt(client, moveColumns, facts.flatMap(moved));
    await takeBack(client, 'move', facts.flatMap(returned));
  },
};

const tied = ({ event }: OpenedFact) => {
  if (event.type === 'IdentitiesLinked') return [{ ...event.data, kind: 'link', stands: true }];
  return event.type === 'IdentitiesMerged'
    ? [{ ...event.data, link: event.data.merge, kind: 'merge', stands: true }]
    : [];
};

const untied = ({ event }: OpenedFact): readonly string[] => {
  if (event.type === 'IdentitiesUnlinked') return [event.data.link];
  return event.type === 'IdentitiesUnmerged' ? [event.data.merge] : [];
};

const moved = ({ event, recorded }: OpenedFact) =>
  event.type === 'StudyReassigned'
    ? [{ ...event.data, stands: true, moved_at: recorded.recordedAt }]
    : [];

const returned = ({ event }: OpenedFact): readonly string[] =>
  event.type === 'StudyReturned' ? [event.data.move] : [];

/** A fact is taken back on its own stream only, so it stands before in the log. */
const takeBack = async (
  client: PoolClient,
  key: 'link' | 'move',
  ids: readonly string[],
): Promise<void> => {
  if (ids.length === 0) return;
  await client.query(`update ${BUILT} set stands = false where ${key} = any($1)`, [ids]);
};
