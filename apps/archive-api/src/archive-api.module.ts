import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { KEY_CACHE_MS } from '#events/key-ring';
import { openMasterKey } from '#events/open-master-key';
import { keyCache } from '#events/postgres/key-cache';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { opaqueIds } from '#index/opaque-ids';
import { archiveIssuer } from '#platform/archive-issuer';
import type { Config } from '#platform/config';
import { trustedIssuers } from '#platform/issuers';
import type { Log } from '#platform/log';
import { masterKeyPlaces } from '#platform/master-key-places';
import { readSecrets } from '#platform/secrets';
import { createTokenVerifier } from '#platform/verify-token';
import { openHandOver } from '#storage/hand-over';
import { handOverSocket } from '#storage/hand-over-socket';
import { openObjectStore } from '#storage/open-object-store';
import { ingestQueue } from '#storage/postgres/ingest-queue';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { accessProviders } from './access/access-providers.js';
import { auditControllers, auditProviders, recordingPorts } from './audit/auditing.module.js';
import { certificateOf } from './caller/certificate-of.js';
import { hospitalRegistry } from './caller/hospital-registry.js';
import { CapabilitiesController } from './capabilities/capabilities.controller.js';
import { openTerms } from './cds/cds.module.js';
import { webhookPorts } from './changes/changes.module.js';
import type { CheckPorts } from './commitment/check-instances.js';
import { CommitmentController } from './commitment/commitment.controller.js';
import { COMMITMENT, CommitmentChecker } from './commitment/commitment-checker.js';
import { custodyPorts } from './custody/custody.module.js';
import { openDatabase } from './database.module.js';
import { edgeProviders } from './edge-providers.js';
import { identityOf, personNamedBy } from './fhir/fhir.module.js';
import { HomeController } from './first-look/home.controller.js';
import { openFirstLook } from './first-look/open-first-look.js';
import { ViewerController } from './first-look/viewer.controller.js';
import {
  governanceControllers,
  governanceProviders,
  openGovernance,
} from './governance/governance.module.js';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './health/metrics.controller.js';
import { objectsAnswer } from './health/objects-answer.js';
import { clientKeys } from './machine-tokens/client-keys.js';
import {
  TOKEN_ENDPOINT,
  TokenController,
  type TokenPorts,
} from './machine-tokens/token.controller.js';
import { usedAssertions } from './machine-tokens/used-assertions.js';
import type { Ports } from './ports.js';
import { readProviders } from './read-providers.js';
import { retentionProviders } from './retention/retention.module.js';
import { BulkResourcesController } from './retrieve/bulk-resources/bulk-resources.controller.js';
import { createConversionPool } from './retrieve/conversion/conversion-pool.js';
import { createDisplayPool } from './retrieve/rendered/display-pool.js';
import { RenderedController } from './retrieve/rendered/rendered.controller.js';
import { WadoRsController } from './retrieve/wado-rs.controller.js';
import { WadoUriController } from './retrieve/wado-uri.controller.js';
import { QidoController } from './search/qido.controller.js';
import { sharingControllers, sharingProviders } from './sharing.module.js';
import type { Load } from './store/admission.js';
import { admitRequest } from './store/admit-request.js';
import { admitUnlessFrozen } from './store/admit-unless-frozen.js';
import { FindReceiptHandler } from './store/find-receipt.js';
import { loadGauge } from './store/load-gauge.js';
import { byteBudget } from './store/metadata/byte-budget.js';
import { RECEIPT_POOL, RECEIPTS, ReceiptFeed } from './store/receipt-feed.js';
import { ReceiptsController } from './store/receipts.controller.js';
import { type Receipts, receipts } from './store/receipts.js';
import { receiveLimitsOf } from './store/receive-limits.js';
import { RECORD_STORED, type RecordStoredPorts } from './store/record-stored.js';
import { requestGate } from './store/request-gate.js';
import { STORE, StoreInstancesHandler, type StorePorts } from './store/store-instances.js';
import { STORE_SETTINGS } from './store/store-settings.js';
import { StowController } from './store/stow.controller.js';

const KEYS_HELD_MAX = 10_000;
/** As many senders at once never wait for a file to be made. */
const SPARE_FILES_MAX = 32;

/** The adapters that the settings name, open; `close` lets them go. */
export type OpenedPorts = Readonly<{ ports: Ports; close: () => Promise<void> }>;

/** The composition root: config → ports. */
export async function openPorts(config: Config, log: Log): Promise<OpenedPorts> {
  const nowMs = () => performance.now();
  const database = await openDatabase(config, log, nowMs);
  const { pool } = database.ports;
  const { derivationKey, lookupKey } = await readSecrets(config.dataFolder);
  const report = (err: unknown) => log.warn({ err }, 'object store');
  const objects = await openObjectStore(config, report, { sparesMax: SPARE_FILES_MAX });
  const threads = openThreads(log);
  const believed = await whoIsBelieved(config, pool, { derivationKey, nowMs });
  const handOver = handOverOf(config);
  const keys = openKeys(config, pool, nowMs);
  const ids = opaqueIds(lookupKey);
  const governance = await openGovernance(config, log, { pool: database.commandPool, keys });
  return {
    ports: {
      ...database.ports,
      objects: withSmallPacks(objects, pool),
      ids,
      ...threads.ports,
      keys,
      ...governance.ports,
      termsOf: await openTerms(pool, nowMs),
      publicUrl: config.publicUrl,
      identity: identityOf(governance.facts, ids),
      ...webhookPorts(config, governance.facts, derivationKey),
      ...recordingPorts(pool, keys),
      ...believed,
      ...{ log, nowMs, wallMs: Date.now },
      demo: config.demo,
      ...(await custodyPorts(config)),
      edge: config.edge,
      firstLook: await openFirstLook(config),
      store: storeSettingsOf(config),
      handOver,
    },
    close: async () => {
      handOver?.close();
      await threads.close();
      await objects.close();
      await governance.close();
      await database.close();
    },
  };
}

/** Who signs tokens that count, and which hospitals there are. */
async function whoIsBelieved(
  config: Config,
  pool: Pool,
  { derivationKey, nowMs }: Readonly<{ derivationKey: Buffer; nowMs: () => number }>,
) {
  const tokens = archiveIssuer(config.tokenIssuer, derivationKey);
  const issuers = [...(await trustedIssuers(config)), tokens.trusted];
  const registry = hospitalRegistry(pool, issuers, { nowMs, wallMs: Date.now });
  const verify = createTokenVerifier(registry.issuers);
  return { tokens, registry, verify, proxySecret: config.proxySecret };
}

/** What works on pixels off the event loop. */
function openThreads(log: Log) {
  const conversions = createConversionPool({
    onFault: (err) => log.error({ err }, 'a conversion thread died'),
  });
  const drawings = createDisplayPool((err) => log.error({ err }, 'a rendering thread died'));
  return {
    ports: { decode: conversions.convertFrame, display: drawings.display },
    close: () => Promise.all([conversions.close(), drawings.close()]),
  };
}
const openKeys = (config: Config, pool: Pool, nowMs: () => number) => {
  const { masterKey } = openMasterKey(masterKeyPlaces(config), randomBytes);
  const cache = keyCache({ keysMax: KEYS_HELD_MAX, ttlMs: KEY_CACHE_MS, nowMs });
  return postgresKeyRing(pool, { masterKey, random: randomBytes, cache });
};

const storeSettingsOf = ({ storeWaitMs, storeLimits }: Config): Ports['store'] => ({
  ...STORE_SETTINGS,
  waitMs: storeWaitMs,
  receive: receiveLimitsOf(storeLimits),
});

@Module({})
class ArchiveApiModule {}

const handOverOf = ({ dataFolder }: Config) => {
  const socket = handOverSocket(dataFolder);
  return socket === undefined ? undefined : openHandOver(socket);
};

/** Ports → what the controllers are given. */
export function archiveApiModule(ports: Ports): DynamicModule {
  const load = loadGauge(ports.pool, ports.objects, ports.nowMs);
  return {
    module: ArchiveApiModule,
    imports: [CqrsModule.forRoot()],
    controllers: [
      HomeController,
      ViewerController,
      HealthController,
      MetricsController,
      StowController,
      ReceiptsController,
      WadoRsController,
      RenderedController,
      BulkResourcesController,
      WadoUriController,
      QidoController,
      CapabilitiesController,
      CommitmentController,
      TokenController,
      ...governanceControllers,
      ...auditControllers,
      ...sharingControllers,
    ],
    providers: [
      ...edgeProviders(ports, load, objectsAnswer(ports.objects, ports.nowMs)),
      ...store(ports, load),
      ...accessProviders(ports),
      ...readProviders({ ...ports, personNamed: personNamedBy(ports) }),
      ...commitment(ports),
      tokenEndpoint(ports),
      ...governanceProviders(ports),
      ...retentionProviders(ports),
      ...auditProviders(ports),
      ...sharingProviders(ports),
    ],
  };
}

function store(ports: Ports, load: () => Promise<Load>): Provider[] {
  const { pool, objects, log, handOver, store: settings } = ports;
  const awaited = receipts(pool, (cause) =>
    log.warn({ err: cause }, 'receipts could not be read; they are asked for again'),
  );
  const admit = admitUnlessFrozen(ports.registry, admitRequest(load, requestGate(), settings));
  const enqueue = ingestQueue(pool);
  const budget = byteBudget(settings.receive.metadataTogetherBytesMax);
  return [
    { provide: RECEIPT_POOL, useValue: ports.sessions ?? pool },
    { provide: RECEIPTS, useValue: awaited satisfies Receipts },
    {
      provide: STORE,
      useValue: {
        pool,
        objects,
        budget,
        admit,
        enqueue,
        handOver,
        receipts: awaited,
        settings,
      } satisfies StorePorts,
    },
    {
      provide: RECORD_STORED,
      useValue: { recordAccess: ports.recordAccess, ids: ports.ids } satisfies RecordStoredPorts,
    },
    ReceiptFeed,
    StoreInstancesHandler,
    FindReceiptHandler,
  ];
}

const tokenEndpoint = ({ pool, registry, tokens, proxySecret }: Ports): Provider => ({
  provide: TOKEN_ENDPOINT,
  useValue: {
    registry,
    tokens,
    useOnce: usedAssertions(pool),
    keysOf: clientKeys(),
    certificateOf: certificateOf(proxySecret),
  } satisfies TokenPorts,
});

const commitment = ({ pool, objects, findable, ids }: Ports): Provider[] => [
  { provide: COMMITMENT, useValue: { pool, objects, findable, ids } satisfies CheckPorts },
  CommitmentChecker,
];
