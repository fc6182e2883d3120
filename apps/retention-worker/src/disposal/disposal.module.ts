import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Log as EventLog } from '#events/log';
import type { MasterKey } from '#events/master-key';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import { lockForAppend } from '#index/lock-for-append';
import type { OpaqueIds } from '#index/opaque-ids';
import { readActiveVersion } from '#index/postgres/active-version';
import { obstacleOf } from '#index/postgres/disposal-obstacle';
import { isFrozen } from '#index/postgres/is-frozen';
import { packKind } from '#index/postgres/remove-pack';
import { removeStudy } from '#index/postgres/remove-study';
import { isSettled, jobsNaming, settleNext, studyContent } from '#index/postgres/study-content';
import type { SigningKey } from '#platform/signing-key';
import type { Retire } from '../retire/retire-pack.js';
import type { DisposalPorts, DisposalTransaction } from './disposal-ports.js';

/** What the disposals of an archive are composed of. `beside`: the log, when it isn't in the pool's database. */
export type DisposalParts = Readonly<{
  pool: Pool;
  retire: Retire;
  beside: EventLog | undefined;
  masterKey: MasterKey;
  ids: OpaqueIds;
  signer: SigningKey;
  publicUrl: string;
  wallMs?: () => number;
}>;

/** Ports → what disposes. */
export function composeDisposal(parts: DisposalParts): DisposalPorts {
  const { pool, retire, signer, publicUrl, wallMs = Date.now } = parts;
  return {
    ...{ pool, retire, signer, publicUrl, wallMs },
    within: (client) => disposalWithin({ ...parts, wallMs }, client),
    isFrozen: (hospital) => isFrozen(pool, hospital, 'deletion'),
    isListed: async (pack) => {
      const client = await pool.connect();
      try {
        return (await packKind(client, await readActiveVersion(client), pack)) !== undefined;
      } finally {
        client.release();
      }
    },
  };
}

const disposalWithin = (
  { beside, masterKey, ids, wallMs }: DisposalParts & Readonly<{ wallMs: () => number }>,
  client: PoolClient,
): DisposalTransaction => {
  const log = beside ?? postgresLog(client);
  const keys = postgresKeyRing(client, { masterKey, random: randomBytes });
  return {
    log,
    lock: (claim) => lockForAppend(client, [claim]),
    obstacle: (study) => obstacleOf(client, study, new Date(wallMs()).toISOString().slice(0, 10)),
    isSettled: (claim) => isSettled(client, claim),
    settleNext: (version, study) => settleNext(client, version, study),
    contentOf: (version, claim) => studyContent(client, { log, keys }, version, claim),
    jobsNaming: (study) => jobsNaming(client, study),
    hashOf: async (claim) => ids.study(await uidOf(client, claim)),
    remove: (removal, study) => removeStudy(client, { log, keys }, { ...removal, study }),
    destroyKey: (keyId) => keys.destroy(keyId),
  };
};

const uidOf = async (client: PoolClient, claim: string): Promise<string> => {
  const { rows } = await client.query('select study_uid from study_access where claim = $1', [
    claim,
  ]);
  return String(rows[0]?.study_uid ?? '');
};
