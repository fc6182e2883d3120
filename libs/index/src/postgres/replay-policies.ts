import type { PoolClient } from 'pg';
import { insertBuilt, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = ['version', 'sequence', 'based_on', 'published_at', 'actor', 'policy'];

/** Who may see what, version by version. Nothing of it is sealed: no key matters. */
export const policiesTable: TableProjection = {
  table: 'access_policies',
  key: 'version',
  columns,
  times: ['published_at'],
  types: ['AccessPolicyPublished'],
  replay: (client, facts) => insertBuilt(client, columns, facts.flatMap(policyRow)),
};

/** Adds what the table doesn't have. */
export async function projectPolicies(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  await client.query(
    `insert into access_policies (${columns}) select ${columns} from json_populate_recordset(null::access_policies, $1)
     on conflict do nothing`,
    [JSON.stringify(facts.flatMap(policyRow))],
  );
}

const policyRow = ({ event, recorded }: OpenedFact) =>
  event.type === 'AccessPolicyPublished'
    ? [
        {
          version: event.data.policy.version,
          sequence: recorded.version,
          based_on: event.data.basedOn,
          published_at: recorded.recordedAt,
          actor: recorded.metadata.actor,
          policy: JSON.stringify(event.data.policy),
        },
      ]
    : [];
