import type { PoolClient } from 'pg';
import type { ManifestEvent } from '#archive/manifest-events';
import { type ManifestRow, manifestChanges } from '../manifest-rows.js';
import { BUILT, insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const TYPES = ['ManifestPublished', 'ManifestReplaced', 'ManifestWithdrawn'] as const;

const COLUMNS = [
  ...['manifest', 'claim', 'hospital', 'revision', 'status', 'replaced', 'made_at', 'basis'],
  ...['study_uid', 'started', 'started_time', 'timezone', 'accession', 'description'],
  ...['modalities', 'regions', 'uids', 'documents'],
] as const satisfies readonly (keyof ManifestRow)[];

/** Makes the rows what the facts of a stream say, in the client's transaction; the contents of what was withdrawn go. */
export async function writeManifests(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  const { withdrawn, added, superseded } = manifestChanges(manifestEvents(facts));
  const kept = added.map(({ manifest }) => manifest);
  if (withdrawn.length > 0)
    for (const table of ['manifests', 'manifest_contents'])
      await client.query(`delete from ${table} where claim = any ($1) and manifest <> all ($2)`, [
        withdrawn,
        kept,
      ]);
  await client.query(
    `insert into manifests (${COLUMNS}) select ${COLUMNS} from json_populate_recordset(null::manifests, $1)
     on conflict (manifest) do nothing`,
    [JSON.stringify(added)],
  );
  await supersede(client, 'manifests', superseded);
}

/** Which manifests there are, and which count. Rows of a study whose key is destroyed are gone with it. */
export const manifestsTable: TableProjection = {
  table: 'manifests',
  key: 'manifest',
  columns: COLUMNS,
  times: ['made_at'],
  types: TYPES,
  sealedBy: 'claim',
  replay: async (client, facts) => {
    const { withdrawn, added, superseded } = manifestChanges(manifestEvents(facts));
    if (withdrawn.length > 0)
      await client.query(`delete from ${BUILT} where claim = any ($1)`, [withdrawn]);
    await insertBuilt(client, COLUMNS, added);
    await supersede(client, BUILT, superseded);
  },
};

const supersede = async (client: PoolClient, table: string, manifests: readonly string[]) => {
  if (manifests.length > 0)
    await client.query(
      `update ${table} set status = 'superseded' where manifest = any ($1) and status <> 'superseded'`,
      [manifests],
    );
};

const manifestEvents = (facts: readonly OpenedFact[]): readonly ManifestEvent[] =>
  facts.flatMap(({ event }) =>
    (TYPES as readonly string[]).includes(event.type) ? [event as ManifestEvent] : [],
  );
