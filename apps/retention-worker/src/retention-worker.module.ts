import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Pool, PoolClient } from 'pg';
import { keyLedger } from '#events/key-ledger';
import type { KeyRing } from '#events/key-ring';
import type { Log as EventLog } from '#events/log';
import { openMasterKey } from '#events/open-master-key';
import { openLogBeside } from '#events/postgres/open-log-beside';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { postgresLog } from '#events/postgres/postgres-log';
import { tellDestructions } from '#events/postgres/tell-destructions';
import { askTimeStamp } from '#evidence/ask-time-stamp';
import { readCertificates } from '#evidence/check-time-stamp';
import { unstampedSeals } from '#evidence/postgres/log-seals';
import { sealBatch } from '#evidence/postgres/seal-audit';
import { sealDays } from '#evidence/postgres/seal-days';
import { nextHead, takeLeaves } from '#evidence/postgres/seal-log';
import { tellNext } from '#evidence/postgres/tell-audit';
import { sendSyslog } from '#evidence/send-syslog';
import { opaqueIds } from '#index/opaque-ids';
import { type HoldsPlaced, placeHolds } from '#index/postgres/place-holds';
import { applyRemoved, isPackInUse, packKind } from '#index/postgres/remove-pack';
import { type TellRound, type Told, tellChanges } from '#index/postgres/tell-changes';
import { type ScheduleRound, writeSchedules } from '#index/postgres/write-schedules';
import type { Config } from '#platform/config';
import { databaseAccess, keepBounds } from '#platform/database-access';
import type { Log } from '#platform/log';
import { masterKeyPlaces } from '#platform/master-key-places';
import { OperatorFault } from '#platform/operator-fault';
import { patiently } from '#platform/patiently';
import { createPool } from '#platform/postgres-pool';
import { readSecrets } from '#platform/secrets';
import { openSigningKey } from '#platform/signing-key';
import type { ObjectStore } from '#storage/object-store';
import { openObjectStore } from '#storage/open-object-store';
import type { OpenedObjectStore } from '#storage/opened-object-store';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { withCopy } from '#storage/with-copy';
import type { Copied } from './copies/copy-packs.js';
import { copiesFrom, healedBy, openSecondCopy } from './copies/second-copy.module.js';
import { composeDisposal } from './disposal/disposal.module.js';
import type { DisposalPorts } from './disposal/disposal-ports.js';
import type { LogTransaction } from './evidence/log-round.js';
import type { StampPorts } from './evidence/stamp-round.js';
import { fixityFrom } from './fixity/fixity.module.js';
import type { FixityStep } from './fixity/fixity-round.js';
import type { RetireTransaction } from './retire/retire-pack.js';
import type { SealTransaction } from './seal/seal-round.js';
import { namedPacks } from './sweep/named-packs.js';
import { deliverFrom, sendingOf } from './webhooks/webhooks.module.js';

/** What the retention worker's loops run on. */
export type RetentionWorker = Readonly<{
  pool: Pool;
  store: ObjectStore;
  /** The store without what lies in the database. */
  engine: Pick<OpenedObjectStore, 'cleanUnfinished'>;
  within: (client: PoolClient) => RetireTransaction;
  named: (packs: readonly string[]) => Promise<ReadonlySet<string>>;
  sealWithin: (client: PoolClient) => SealTransaction;
  logWithin: (client: PoolClient) => LogTransaction;
  /** What has seals of the log stamped; undefined: the settings name no authority. */
  stamping: StampPorts | undefined;
  /** Tells the next access records to the syslog server of the settings; undefined: there is none. */
  tellNext: (() => Promise<number>) | undefined;
  /** Tells the next changes of studies. */
  tellChanges: (round: TellRound) => Promise<Told>;
  /** Brings legal holds to the next studies. */
  placeHolds: () => Promise<HoldsPlaced>;
  /** Tries to tell the next of them to one who subscribed; false when nothing is due. */
  deliverNext: () => Promise<boolean>;
  /** What disposes of studies. */
  disposal: DisposalPorts;
  /** Makes the schedules anew of what has changed. */
  writeSchedules: () => Promise<ScheduleRound>;
  /** Reads the next batch of packs again, when one is due. */
  fixityStep: (signal: AbortSignal) => Promise<FixityStep>;
  /** Writes down outside the database which keys were destroyed; resolves to how many. */
  tellDestructions: () => Promise<number>;
  /** Brings the next packs to the second place; undefined: there is none. */
  copyStep: ((signal: AbortSignal) => Promise<Copied>) | undefined;
  close: () => Promise<void>;
}>;

/** The composition root: opens the adapters that the settings name. */
export async function openRetentionWorker(config: Config, log: Log): Promise<RetentionWorker> {
  const pool = await openPool(config, log);
  const kurrent = await patiently(
    () => openLogBeside(config, pool, (line) => new OperatorFault(line)),
    (err) => log.warn({ err }, 'the database does not answer yet'),
  );
  const { derivationKey, lookupKey } = await readSecrets(config.dataFolder);
  const { masterKey } = openMasterKey(masterKeyPlaces(config), randomBytes);
  const engine = await openObjectStore(config, (err) => log.warn({ err }, 'object store'));
  const own = withSmallPacks(engine, pool);
  const copy = await openSecondCopy(config, (err) => log.warn({ err }, 'second copy'));
  const store = withCopy(own, copy);
  const retire = { pool, store, ...retireFrom(pool, kurrent) };
  const signer = await openSigningKey(config.dataFolder);
  const ids = opaqueIds(lookupKey);
  const { publicUrl } = config;
  return {
    engine,
    ...retire,
    disposal: composeDisposal({ pool, retire, beside: kurrent, masterKey, ids, signer, publicUrl }),
    sealWithin: sealFrom(
      (client) => postgresKeyRing(client, { masterKey, random: randomBytes }),
      kurrent,
    ),
    logWithin: logSealFrom(kurrent),
    stamping: await stampingOf(config, pool, kurrent ?? postgresLog(pool)),
    tellNext: await tellerOf(config, pool),
    tellChanges: changesFrom(pool, kurrent),
    placeHolds: holdsFrom(pool, kurrent),
    writeSchedules: () => writeSchedules(pool),
    deliverNext: deliverFrom(pool, { masterKey, derivationKey }, await sendingOf(config)),
    tellDestructions: tellDestructions.bind(undefined, pool, keyLedger(config.keys.ledgerFile)),
    fixityStep: fixityFrom(
      { pool, beside: kurrent, masterKey, store: own, ...healedBy(own, copy) },
      config.fixity,
    ),
    copyStep: copy && copiesFrom({ pool, beside: kurrent, store: own, copy }),
    close: async () => {
      await engine.close();
      copy?.close();
      await kurrent?.close();
      await pool.end();
    },
  };
}

const openPool = async (config: Config, log: Log): Promise<Pool> => {
  const { pools, sessions } = databaseAccess(config);
  if (pools.isPooler) await keepBounds(sessions.url);
  return createPool({
    ...pools,
    name: 'arkim retention-worker',
    onIdleError: (err) => log.warn({ err }, 'a database connection broke'),
  });
};

/** What retires and sweeps packs by the log: the one given, else the one that commits with the pool's database. */
export function retireFrom(
  pool: Pool,
  beside: EventLog | undefined,
): Pick<RetentionWorker, 'within' | 'named'> {
  const { lastTypes } = beside ?? postgresLog(pool);
  return {
    within: (client) => ({ ...retireWithin(client), ...(beside ?? postgresLog(client)) }),
    named: (packs) => namedPacks(pool, lastTypes, packs),
  };
}

/** What chains access records and tells the log of each day: the one given, else the one that commits with the pool's database. */
export const sealFrom =
  (keysWithin: (client: PoolClient) => Pick<KeyRing, 'find'>, beside: EventLog | undefined) =>
  (client: PoolClient): SealTransaction => ({
    sealBatch: () => sealBatch(client, keysWithin(client)),
    sealDays: () => sealDays(client),
    append: (appends) => (beside ?? postgresLog(client)).append(appends),
  });

/** What takes the log into its tree and seals it: the log given, else the one that commits with the client's database. */
export const logSealFrom =
  (beside: EventLog | undefined) =>
  (client: PoolClient): LogTransaction => {
    const log = beside ?? postgresLog(client);
    return {
      takeLeaves: () => takeLeaves(client, log),
      nextHead: () => nextHead(client, log),
      append: (appends) => log.append(appends),
    };
  };

/** What has seals stamped by the authority of the settings. */
export async function stampingOf(
  { timeStamps }: Pick<Config, 'timeStamps'>,
  pool: Pool,
  log: EventLog,
): Promise<StampPorts | undefined> {
  if (timeStamps === undefined) return undefined;
  const { url, caFile } = timeStamps;
  const trusted = readCertificates(await readFile(caFile, 'utf8'));
  return {
    log,
    unstamped: (limit) => unstampedSeals(pool, limit),
    ask: (hash, signal) => askTimeStamp({ url, trusted, random: randomBytes }, hash, signal),
  };
}

/** What follows the log and tells of studies: the log given, else the one that commits with the pool's database. */
export const changesFrom =
  (pool: Pool, beside: EventLog | undefined, wallMs = Date.now): RetentionWorker['tellChanges'] =>
  (round) =>
    tellChanges(
      { pool, log: beside ?? postgresLog(pool), isBeside: beside !== undefined, wallMs },
      round,
    );

/** What brings legal holds to studies, by the log given, else the one that commits with the pool's database. */
export const holdsFrom =
  (pool: Pool, beside: EventLog | undefined): RetentionWorker['placeHolds'] =>
  () =>
    placeHolds({ pool, logWithin: (client) => beside ?? postgresLog(client) });

async function tellerOf({ auditSyslog }: Config, pool: Pool): Promise<RetentionWorker['tellNext']> {
  if (auditSyslog === undefined) return undefined;
  const { host, port, caFile } = auditSyslog;
  const ca = caFile === undefined ? undefined : await readFile(caFile);
  return () => tellNext({ pool, send: (frames) => sendSyslog({ host, port, ca }, frames) });
}

const retireWithin = (client: PoolClient) => ({
  isPackInUse: (version: number, pack: string) => isPackInUse(client, version, pack),
  packKind: (version: number, pack: string) => packKind(client, version, pack),
  applyRemoved: (version: number, pack: string) => applyRemoved(client, version, pack),
});
