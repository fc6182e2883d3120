import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { KEY_CACHE_MS } from '#events/key-ring';
import { keyCache } from '#events/postgres/key-cache';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { opaqueIds } from '#index/opaque-ids';
import { archiveIssuer } from '#platform/archive-issuer';
import type { Config } from '#platform/config';
import { trustedIssuers } from '#platform/issuers';
import type { Log } from '#platform/log';
import { readSecrets } from '#platform/secrets';
import { createTokenVerifier } from '#platform/verify-token';
import { openObjectStore } from '#storage/open-object-store';
import { ingestQueue } from '#storage/postgres/ingest-queue';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { accessProviders } from './access/access-providers.js';
import { openRecordAccess } from './audit/auditing.module.js';
import { authenticate, IDENTIFY, identify } from './caller/authenticate.js';
import { certificateOf } from './caller/certificate-of.js';
import { HOSPITAL_REGISTRY, hospitalRegistry } from './caller/hospital-registry.js';
import { PermitGuard, RECORD_ACCESS } from './caller/permit.guard.js';
import { RegistryFeed } from './caller/registry-feed.js';
import { CapabilitiesController } from './capabilities/capabilities.controller.js';
import type { CheckPorts } from './commitment/check-instances.js';
import { CommitmentController } from './commitment/commitment.controller.js';
import { COMMITMENT, CommitmentChecker } from './commitment/commitment-checker.js';
import { openDatabase } from './database.module.js';
import { credentialOf } from './first-look/credential-of.js';
import { FIRST_LOOK } from './first-look/first-look.js';
import { HomeController, SESSION_VERIFIER } from './first-look/home.controller.js';
import { OFFERED_HOSPITALS, offeredHospitals } from './first-look/offered-hospitals.js';
import { openFirstLook } from './first-look/open-first-look.js';
import { ViewerController } from './first-look/viewer.controller.js';
import { HealthController } from './health/health.controller.js';
import { MetricsController } from './health/metrics.controller.js';
import { METRICS, metrics } from './health/metrics.js';
import { OBJECTS_ANSWER, type ObjectsAnswer, objectsAnswer } from './health/objects-answer.js';
import { READINESS, readiness } from './health/readiness.js';
import { clientKeys } from './machine-tokens/client-keys.js';
import {
  TOKEN_ENDPOINT,
  TokenController,
  type TokenPorts,
} from './machine-tokens/token.controller.js';
import { usedAssertions } from './machine-tokens/used-assertions.js';
import type { Ports } from './ports.js';
import { LOG, ProblemFilter } from './problem.filter.js';
import { readProviders } from './read-providers.js';
import { BulkResourcesController } from './retrieve/bulk-resources/bulk-resources.controller.js';
import { createConversionPool } from './retrieve/conversion/conversion-pool.js';
import { createDisplayPool } from './retrieve/rendered/display-pool.js';
import { RenderedController } from './retrieve/rendered/rendered.controller.js';
import { WadoRsController } from './retrieve/wado-rs.controller.js';
import { WadoUriController } from './retrieve/wado-uri.controller.js';
import { QidoController } from './search/qido.controller.js';
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
  const { masterKey, lookupKey } = await readSecrets(config.dataFolder);
  const report = (err: unknown) => log.warn({ err }, 'object store');
  const objects = await openObjectStore(config, report, SPARE_FILES_MAX);
  const conversions = createConversionPool({
    onFault: (err) => log.error({ err }, 'a conversion thread died'),
  });
  const drawings = createDisplayPool((err) => log.error({ err }, 'a rendering thread died'));
  const tokens = archiveIssuer(config.tokenIssuer, masterKey);
  const issuers = [...(await trustedIssuers(config)), tokens.trusted];
  const registry = hospitalRegistry(pool, issuers, { nowMs, wallMs: Date.now });
  const cache = keyCache({ keysMax: KEYS_HELD_MAX, ttlMs: KEY_CACHE_MS, nowMs });
  const keys = postgresKeyRing(pool, { masterKey, random: randomBytes, cache });
  return {
    ports: {
      ...database.ports,
      objects: withSmallPacks(objects, pool),
      ids: opaqueIds(lookupKey),
      decode: conversions.convertFrame,
      display: drawings.display,
      keys,
      recordAccess: openRecordAccess(pool, keys),
      verify: createTokenVerifier(registry.issuers),
      registry,
      proxySecret: config.proxySecret,
      tokens,
      log,
      nowMs,
      demo: config.demo,
      firstLook: await openFirstLook(config),
      store: {
        ...STORE_SETTINGS,
        waitMs: config.storeWaitMs,
        receive: receiveLimitsOf(config.storeLimits),
      },
    },
    close: async () => {
      await Promise.all([conversions.close(), drawings.close()]);
      await objects.close();
      await database.close();
    },
  };
}

@Module({})
class ArchiveApiModule {}

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
    ],
    providers: [
      ...edge(ports, load, objectsAnswer(ports.objects, ports.nowMs)),
      ...store(ports, load),
      ...accessProviders(ports),
      ...readProviders(ports),
      ...commitment(ports),
      tokenEndpoint(ports),
    ],
  };
}

const edge = (
  { pool, log, demo, firstLook, verify, registry, searching, ...ports }: Ports,
  load: () => Promise<Load>,
  answers: ObjectsAnswer,
): Provider[] => [
  { provide: LOG, useValue: log },
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_GUARD, useClass: PermitGuard },
  { provide: HOSPITAL_REGISTRY, useValue: registry },
  { provide: RECORD_ACCESS, useValue: ports.recordAccess },
  RegistryFeed,
  {
    provide: IDENTIFY,
    useValue: identify(
      authenticate({ verify, registry, ids: ports.ids, tokenIssuer: ports.tokens.trusted.issuer }),
      {
        credentialOf: credentialOf(firstLook),
        certificateOf: certificateOf(ports.proxySecret),
      },
    ),
  },
  { provide: READINESS, useValue: readiness(pool, demo) },
  { provide: METRICS, useValue: metrics(load, answers, searching?.reads) },
  { provide: OBJECTS_ANSWER, useValue: answers },
  { provide: FIRST_LOOK, useValue: firstLook },
  { provide: OFFERED_HOSPITALS, useValue: offeredHospitals(pool) },
  { provide: SESSION_VERIFIER, useValue: verify },
];

function store(ports: Ports, load: () => Promise<Load>): Provider[] {
  const { pool, objects, log, store: settings } = ports;
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
        receipts: awaited,
        settings,
      } satisfies StorePorts,
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
