import { studyOf } from '../population/study.mjs';
import { compareOthers, compareSearches } from './compare.mjs';
import { partition, partitioned } from './partition.mjs';
import { copyPlain, plain } from './plain-copy.mjs';
import { tablesOf } from './tables.mjs';
import { compareUpkeep } from './upkeep.mjs';

/** Partitions a copy of the first `studies` studies and measures it beside a plain copy. Answers with the tables, in Markdown; takes the copies away. */
export async function measurePartitions({ database, state, studies, say }) {
  if (studies > state.filled) throw new Error(`there are ${state.filled} studies only`);
  const claims = Array.from({ length: studies }, (_, number) => {
    const { hospital, uid } = studyOf(state.plan.seed, number);
    return database.ids.claim(hospital, uid);
  });
  say(`copying ${studies} studies`);
  await copyPlain(database, { claims });
  say('partitioning the copy');
  const took = await partition(database);
  say('running the same statements on both');
  const searches = await compareSearches(database, { plan: state.plan, studies });
  const others = await compareOthers(database);
  say('vacuuming both');
  const upkeep = await compareUpkeep(database, pairs);
  await removeCopies(database);
  return tablesOf({ studies, took, rows: [...searches, ...others], upkeep });
}

const pairs = [
  ['studies, by hospital', `${plain.findable}.studies`, `${partitioned.findable}.studies`],
  ['series, by hospital', `${plain.findable}.series`, `${partitioned.findable}.series`],
  ['reservations, by hash of the key', plain.reservations, partitioned.reservations],
  ['events, by range of the position', plain.events, partitioned.events],
];

async function removeCopies({ pool }) {
  await pool.query(`drop schema ${plain.findable}, ${partitioned.findable} cascade`);
  await pool.query(
    `drop table ${plain.reservations}, ${plain.events}, ${partitioned.reservations}, ${partitioned.events}, event_keys`,
  );
}
