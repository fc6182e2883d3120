import type { PoolClient } from 'pg';
import { insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = ['version', 'sequence', 'based_on', 'published_at', 'actor', 'windows'];

/** What is graded as a duplicate exam, version by version. Nothing of it is sealed: no key matters. */
export const matchWindowsTable: TableProjection = {
  table: 'match_windows',
  key: 'version',
  columns,
  times: ['published_at'],
  types: ['MatchWindowsPublished'],
  replay: (client, facts) => insertBuilt(client, columns, facts.flatMap(windowsRow)),
};

/** Adds what the table doesn't have. */
export async function projectMatchWindows(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  await client.query(
    `insert into match_windows (${columns}) select ${columns} from json_populate_recordset(null::match_windows, $1)
     on conflict do nothing`,
    [JSON.stringify(facts.flatMap(windowsRow))],
  );
}

const windowsRow = ({ event, recorded }: OpenedFact) =>
  event.type === 'MatchWindowsPublished'
    ? [
        {
          version: event.data.windows.version,
          sequence: recorded.version,
          based_on: event.data.basedOn,
          published_at: recorded.recordedAt,
          actor: recorded.metadata.actor,
          windows: JSON.stringify(event.data.windows),
        },
      ]
    : [];
