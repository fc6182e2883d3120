import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { archiveUpcasters } from '#archive/upcasters';
import { KEY_CACHE_MS, type KeyRing } from '#events/key-ring';
import type { Log as EventLog } from '#events/log';
import { openMasterKey } from '#events/open-master-key';
import { keyCache } from '#events/postgres/key-cache';
import { openLogBeside } from '#events/postgres/open-log-beside';
import { type PostgresKeyRingOptions, postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import { messageKey, openMessage } from '#index/kept-message';
import { opaqueIds } from '#index/opaque-ids';
import { careCommands } from '#index/postgres/care-commands';
import { hospitalAuthorities } from '#index/postgres/hospital-authorities';
import { identityDesk } from '#index/postgres/identity-desk';
import { orderCommands } from '#index/postgres/order-commands';
import { retentionCommands } from '#index/postgres/retention-commands';
import { archiveIssuer } from '#platform/archive-issuer';
import type { Config } from '#platform/config';
import { databaseAccess, keepBounds } from '#platform/database-access';
import type { Log } from '#platform/log';
import { masterKeyPlaces } from '#platform/master-key-places';
import { OperatorFault } from '#platform/operator-fault';
import { patiently } from '#platform/patiently';
import { createPool } from '#platform/postgres-pool';
import { readSecrets, type Secrets } from '#platform/secrets';
import type { ApplyPorts } from './apply/apply-message.js';
import type { WaitingMessage } from './apply/waiting-messages.js';
import { askEdge, type EdgePorts } from './receive/ask-edge.js';
import { keepMessage } from './receive/keep-message.js';
import { sendersNow } from './receive/senders-now.js';
import type { Receiving } from './receive/take-message.js';
import { type KeptUnder, tellDuplicates } from './receive/tell-duplicates.js';

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
  secrets: Pick<Secrets, 'lookupKey'> & Pick<PostgresKeyRingOptions, 'masterKey'>;
  messageBytesMax: number;
  /** Whom to ask for duplicates; left out, nobody is told of any. */
  edge?: Omit<EdgePorts, 'wallMs'>;
  /** Hears why duplicates could not be asked for. */
  notTold?: (why: unknown) => void;
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
  const { lookupKey, derivationKey } = await readSecrets(config.dataFolder);
  const { masterKey } = openMasterKey(masterKeyPlaces(config), randomBytes);
  const secrets = { masterKey, lookupKey };
  const { messageBytesMax } = config.mllp;
  const tokens = archiveIssuer(config.tokenIssuer, derivationKey);
  const edge = { url: config.mllp.edgeUrl ?? ownEdge(config), tokens };
  const notTold = (err: unknown) => log.warn({ err }, 'duplicates could not be asked for');
  const clocks = { nowMs: () => performance.now(), wallMs: () => Date.now() };
  return {
    ...composeGateway({
      ...{ pool, commandPool, log: beside, secrets, messageBytesMax, edge, notTold },
      ...clocks,
    }),
    close: async () => {
      await beside?.close();
      await commandPool.end();
      await pool.end();
    },
  };
}

/** The gateway over opened ports; tests open others. */
export function composeGateway(ports: GatewayPorts): Gateway {
  const { pool, commandPool, secrets, messageBytesMax, edge, nowMs, wallMs } = ports;
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
      ...(edge && { tellOf: tellingOf(ports, edge) }),
    },
    applying: {
      desk: identityDesk({ ...facts, ids }),
      care: careCommands(facts),
      orders: orderCommands(facts),
      retention: retentionCommands(facts),
      ids,
      authoritiesOf,
      messageBytesMax,
      open: (message) => openWaiting(keys, message),
      knownOf: (patient) => knownOf(pool, patient),
      patientOfRelationship: (relationship) => patientOfRelationship(pool, relationship),
    },
  };
}

/** The edge of this machine. */
const ownEdge = ({ host, port }: Config): string => {
  const name = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
};

const tellingOf = (
  { pool, nowMs, wallMs, notTold = () => {} }: GatewayPorts,
  edge: Omit<EdgePorts, 'wallMs'>,
): NonNullable<Receiving['tellOf']> => {
  const telling = {
    stateOf: (kept: KeptUnder) => stateOf(pool, kept),
    ask: askEdge({ ...edge, wallMs }),
    ...{ failed: notTold, nowMs },
  };
  return (accepted) => tellDuplicates(telling, accepted);
};

const stateOf = async (pool: Pool, { hospital, sender, controlId }: KeptUnder) => {
  const { rows } = await pool.query({
    name: 'hl7-state',
    text: 'select state from hl7_messages where hospital = $1 and sender = $2 and control_id = $3',
    values: [hospital, sender, controlId],
  });
  return rows[0]?.state;
};

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
