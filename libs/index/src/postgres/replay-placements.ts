import type { PoolClient } from 'pg';
import type { PlacementEvent } from '#archive/hold-events';
import { BUILT, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = ['placement', 'claim', 'hold', 'hospital'];

type Placed = PlacementEvent['data'];

/** Which study is under which hold. Nothing of it is sealed: no key matters. */
export const studyHoldsTable: TableProjection = {
  table: 'study_holds',
  key: 'placement',
  columns,
  times: [],
  types: ['LegalHoldPlaced', 'LegalHoldReleased'],
  /* A hold that was taken off a study never comes to it again: of one page, all that is placed goes before what is taken off. */
  replay: async (client, facts) => {
    await insertPlacements(client, BUILT, dataOf(facts, 'LegalHoldPlaced'));
    await deletePlacements(client, BUILT, dataOf(facts, 'LegalHoldReleased'));
  },
};

const dataOf = (facts: readonly OpenedFact[], type: PlacementEvent['type']): readonly Placed[] =>
  facts.flatMap(({ event }) => (event.type === type ? [event.data as Placed] : []));

const placementOf = ({ claim, hold }: Placed): string => `${claim}/${hold}`;

/** Notes that holds are placed on studies; one that was noted before stays. */
export async function insertPlacements(
  client: PoolClient,
  table: string,
  placed: readonly Placed[],
): Promise<void> {
  const rows = placed.map((each) => ({ ...each, placement: placementOf(each) }));
  await client.query(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)
     on conflict (placement) do nothing`,
    [JSON.stringify(rows)],
  );
}

/** Notes that holds are taken off studies. */
export async function deletePlacements(
  client: PoolClient,
  table: string,
  released: readonly Placed[],
): Promise<void> {
  await client.query(`delete from ${table} where placement = any ($1)`, [
    released.map(placementOf),
  ]);
}
