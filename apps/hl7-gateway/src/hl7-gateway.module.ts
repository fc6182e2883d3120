import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { archiveUpcasters } from '#archive/upcasters';
import { KEY_CACHE_MS, type KeyRing } from '#events/key-ring';
import type { Log as EventLog } from '#events/log';
import { keyCache } from '#events/postgres/key-cache';
import { openLogBeside } from '#events/postgres/open-log-beside';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import { messageKey, openMessage } from '#index/kept-message';
import { opaqueIds } from '#index/opaque-ids';
import { careCommands } from '#index/postgres/care-commands';
import { hospitalAuthorities } from '#index/postgres/hospital-authorities';
import { identityDesk } from '#index/postgres/identity-desk';
import { orderCommands } from '#index/postgres/order-commands';
import type { Config } from '#platform/config';
import { databaseAccess, keepBounds } from '#platform/database-access';
import type { Log } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { patiently } from '#platform/patiently';
import { createPool } from '#platform/postgres-pool';
import { readSecrets, type Secrets } from '#platform/secrets';
import type { ApplyPorts } from './apply/apply-message.js';
import type { WaitingMessage } from './apply/waiting-messages.js';
import { keepMessage } from './receive/keep-message.js';
import { sendersNow } from './receive/senders-now.js';
import type { Receiving } from './receive/take-message.js';

const KEYS_HELD_MAX = 10_000;

/** What the gateway's server and loops run on. */
export type Gateway = Readonly<{
  pool: Pool;
  receiving: Omit<Receiving, 'report'>;
  applying: ApplyPorts;
}>;

export type GatewayPorts = Readonly<{
  pool: Pool;
  /** Of commands, which hold a connection while they ask for keys by the other pool. */
  commandPool: Pool;
  /** A log that doesn't commit with the pool's database; left out, the log is in it. */
  log?: EventLog | undefined;
  secrets: Secrets;
  messageBytesMax: number;
  /** A clock that never goes back, and the time of day. */
  nowMs: () => number;
  wallMs: () => number;
}>;

/** The composition root: opens the adapters that the settings name. */
export async function openGateway(
  config: Config,
  log: Log,
): Promise<Gateway & Readonly<{ close: () => Promise<void> }>> {
  if (config.mllp === undefined) throw new OperatorFault('ARKIM_MLLP_PORT is not set');
  const { pools, sessions } = databaseAccess(config);
  if (pools.isPooler) await keepBounds(sessions.url);
  const options = {
    ...pools,
    name: 'arkim hl7-gateway',
    onIdleError: (err: Error) => log.warn({ err }, 'a database connection broke'),
  };
  const pool = createPool(options);
  const commandPool = createPool(options);
  const beside = await patiently(
    () => openLogBeside(config, pool, (line) => new OperatorFault(line)),
    (err) => log.warn({ err }, 'the database does not answer yet'),
  );
  const secrets = await readSecrets(config.dataFolder);
  const { messageBytesMax } = config.mllp;
  const clocks = { nowMs: () => performance.now(), wallMs: () => Date.now() };
  return {
    ...composeGateway({ pool, commandPool, log: beside, secrets, messageBytesMax, ...clocks }),
    close: async () => {
      await beside?.close();
      await commandPool.end();
      await pool.end();
    },
  };
}

/** The gateway over opened ports; tests open others. */
export function composeGateway(ports: GatewayPorts): Gateway {
  const { pool, commandPool, secrets, messageBytesMax, nowMs, wallMs } = ports;
  const cache = keyCache({ keysMax: KEYS_HELD_MAX, ttlMs: KEY_CACHE_MS, nowMs });
  const { masterKey, lookupKey } = secrets;
  const keys = postgresKeyRing(pool, { masterKey, random: randomBytes, cache });
  const ids = opaqueIds(lookupKey);
  const facts = {
    pool: commandPool,
    logWithin: (client: Parameters<typeof postgresLog>[0]) => ports.log ?? postgresLog(client),
    ledger: { keys, upcasters: archiveUpcasters, random: randomBytes },
  };
  const authoritiesOf = hospitalAuthorities(pool, nowMs);
  return {
    pool,
    receiving: {
      sendersNow: sendersNow(pool, nowMs),
      authoritiesOf,
      patientId: ids.patient,
      digestKey: lookupKey,
      keep: (message) => keepMessage({ pool, keys, random: randomBytes }, message),
      messageBytesMax,
      wallMs,
    },
    applying: {
      desk: identityDesk({ ...facts, ids }),
      care: careCommands(facts),
      orders: orderCommands(facts),
      ids,
      authoritiesOf,
      messageBytesMax,
      open: (message) => openWaiting(keys, message),
      knownOf: (patient) => knownOf(pool, patient),
      patientOfRelationship: (relationship) => patientOfRelationship(pool, relationship),
    },
  };
}

const openWaiting = async (keys: KeyRing, { id, hospital, body }: WaitingMessage) => {
  const keyId = messageKey(hospital);
  const key = (await keys.find([keyId])).get(keyId);
  if (key === undefined || key === 'destroyed') return undefined;
  return openMessage(key, { id, sealed: body });
};

const knownOf = async (pool: Pool, patient: string) => {
  const { rows } = await pool.query({
    name: 'hl7-known',
    text: 'select birth_date as "birthDate", sex from patient_ids where patient = $1',
    values: [patient],
  });
  return rows[0];
};

const patientOfRelationship = async (pool: Pool, relationship: string) => {
  const { rows } = await pool.query({
    name: 'hl7-whose',
    text: 'select patient from relationships where id = $1',
    values: [relationship],
  });
  return rows[0]?.patient;
};
