import type { PoolClient } from 'pg';
import { raiseRegistry } from './raise-registry.js';
import { BUILT, type OpenedFact, type TableProjection } from './replay-table.js';

const columns = [
  'hospital',
  'name',
  'onboarded_at',
  'settings',
  'hospital_group',
  'status',
  'frozen',
  'fallback_until',
];

/** Who may store and read, with what is particular to them. Nothing of it is sealed: no key matters. */
export const hospitalsTable: TableProjection = {
  table: 'hospitals',
  key: 'hospital',
  columns,
  times: ['onboarded_at', 'fallback_until'],
  types: [
    'HospitalOnboarded',
    'HospitalChanged',
    'HospitalSuspended',
    'HospitalResumed',
    'CrisisDeclared',
    'CrisisEnded',
    'FallbackOpened',
    'FallbackClosed',
  ],
  replay: (client, facts) => applyFacts(client, BUILT, facts),
};

/** What a hospital's stream says, in its row; every edge hears of it. */
export async function projectHospital(
  client: PoolClient,
  facts: readonly OpenedFact[],
): Promise<void> {
  await applyFacts(client, 'hospitals', facts);
  await raiseRegistry(client);
}

async function applyFacts(
  client: PoolClient,
  table: string,
  facts: readonly OpenedFact[],
): Promise<void> {
  for (const fact of facts) {
    const [change, ...values] = changeBy(fact);
    if (change !== undefined) await client.query(change.replace('hospitals', table), values);
  }
}

type Change = readonly [] | readonly [statement: string, ...values: unknown[]];

const ONBOARD = `insert into hospitals (${columns})
  values ($1, $2, $3, '{}', '', 'active', '{}', null) on conflict (hospital) do nothing`;
const SET = 'where hospital = $1';

function changeBy({ event, recorded }: OpenedFact): Change {
  switch (event.type) {
    case 'HospitalOnboarded':
      return [ONBOARD, event.data.hospital, event.data.name, recorded.recordedAt];
    case 'HospitalChanged': {
      const { hospital, settings } = event.data;
      const update = `update hospitals set settings = $2, hospital_group = $3 ${SET}`;
      return [update, hospital, JSON.stringify(settings), settings.group];
    }
    case 'HospitalSuspended':
      return [`update hospitals set status = 'suspended' ${SET}`, event.data.hospital];
    case 'HospitalResumed':
      return [`update hospitals set status = 'active' ${SET}`, event.data.hospital];
    case 'CrisisDeclared':
      return [`update hospitals set frozen = $2 ${SET}`, event.data.hospital, event.data.freezes];
    case 'CrisisEnded':
      return [`update hospitals set frozen = '{}' ${SET}`, event.data.hospital];
    case 'FallbackOpened': {
      const { hospital, until } = event.data;
      return [`update hospitals set fallback_until = $2 ${SET}`, hospital, until];
    }
    case 'FallbackClosed':
      return [`update hospitals set fallback_until = null ${SET}`, event.data.hospital];
    default:
      return [];
  }
}
