import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import { convertFrame } from '#dicom/convert-frame';
import { displayFrame } from '#dicom/display-frame';
import type { KeyRing } from '#events/key-ring';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { opaqueIds } from '#index/opaque-ids';
import { findableReader } from '#index/postgres/findable-reader';
import { rowsInOneGo } from '#index/postgres/rows-in-one-go';
import { archiveIssuer } from '#platform/archive-issuer';
import { type DemoClaims, openDemoIssuer } from '#platform/demo-issuer';
import { derivationKeyOf } from '#platform/derived-key';
import { createLog } from '#platform/log';
import { signingKey } from '#platform/signing-key';
import { createTokenVerifier } from '#platform/verify-token';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { testObjectStore } from '../../../test/support/object-store.js';
import { recordingPorts } from './audit/auditing.module.js';
import { hospitalRegistry } from './caller/hospital-registry.js';
import { openTerms } from './cds/cds.module.js';
import { webhooksOf } from './changes/changes.module.js';
import { createApp } from './create-app.js';
import { identityOf } from './fhir/fhir.module.js';
import {
  careOf,
  dispositionsOf,
  factPorts,
  holdsOf,
  ordersOf,
  policiesOf,
  windowsOf,
} from './governance/governance.module.js';
import type { Ports } from './ports.js';
import { retentionOf } from './retention/retention.module.js';
import { STORE_SETTINGS, type StoreSettings } from './store/store-settings.js';

export const testStoreSettings: StoreSettings = {
  ...STORE_SETTINGS,
  waitMs: 2_000,
  admission: { ...STORE_SETTINGS.admission, freeBytesMin: 1_000 },
};

/** The edge, listening on a port of its own, over real adapters (keys in memory, objects where the suite has them). */
export type TestApi = Readonly<{
  url: string;
  app: NestFastifyApplication;
  ports: Ports & Readonly<{ keys: KeyRing }>;
  token: (role: string, hospital?: string) => Promise<string>;
  /** A token that says more. */
  sign: (claims: Partial<DemoClaims>) => Promise<string>;
  close: () => Promise<void>;
}>;

const HOUR_S = 3_600;

const newKey = () =>
  String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
const OBJECT_BYTES_MAX = 256 * 1024 ** 2;

const NO_READS = () => ({ primary: 0, replica: 0 });

/** Opens the edge over `pool`, a migrated database; `changes` replaces single ports. */
export async function testApi(
  pool: Pool,
  changes: Partial<Omit<Ports, 'keys'>> & Readonly<{ keys?: KeyRing }> = {},
): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'arkim-api-'));
  const issuer = await openDemoIssuer(folder);
  const keys = changes.keys ?? memoryKeyRing(randomBytes);
  const ids = changes.ids ?? opaqueIds(randomBytes(32));
  const objects = await testObjectStore(OBJECT_BYTES_MAX, changes.objects);
  const clock = { nowMs: Date.now, wallMs: Date.now };
  const tokens = archiveIssuer('urn:arkim:archive', randomBytes(32));
  const issuers = [issuer.trusted, tokens.trusted];
  const registry = changes.registry ?? hospitalRegistry(pool, issuers, clock);
  const findable = findableReader(pool, { nowMs: Date.now });
  const ports = {
    pool,
    objects: withSmallPacks(objects.store, pool),
    findable,
    searching: { findable, inOneGo: rowsInOneGo(pool, Date.now), reads: NO_READS },
    ids,
    decode: convertFrame,
    display: displayFrame,
    ...recordingPorts(pool, keys),
    verify: createTokenVerifier(registry.issuers),
    registry,
    proxySecret: undefined,
    tokens,
    log: createLog({ name: 'archive-api test', level: 'fatal' }),
    nowMs: Date.now,
    wallMs: Date.now,
    care: careOf(factPorts(pool, keys, undefined)),
    holds: holdsOf(factPorts(pool, keys, undefined)),
    orders: ordersOf(factPorts(pool, keys, undefined)),
    termsOf: await openTerms(pool, Date.now),
    policies: policiesOf(factPorts(pool, keys, undefined)),
    windows: windowsOf(factPorts(pool, keys, undefined)),
    dispositions: dispositionsOf(factPorts(pool, keys, undefined), {
      graceDays: 0,
      wallMs: changes.wallMs ?? Date.now,
    }),
    retention: retentionOf(factPorts(pool, keys, undefined)),
    identity: identityOf(factPorts(pool, keys, undefined), ids),
    webhooks: webhooksOf(factPorts(pool, keys, undefined), derivationKeyOf(Buffer.alloc(32, 1))),
    demo: false,
    signer: signingKey(newKey()),
    firstLook: { viewerFolder: folder, pagesFolder: folder, issuer: undefined },
    store: testStoreSettings,
    ...(changes.findable === undefined ? {} : { searching: undefined }),
    ...changes,
    keys,
  };
  const app = await createApp(ports);
  await app.listen(0, '127.0.0.1');
  const sign = (claims: Partial<DemoClaims>) =>
    issuer.sign({
      organisation: 'HOSP-A',
      roles: [],
      subject: 'someone',
      issuedAtS: Math.floor(Date.now() / 1000),
      lifetimeS: HOUR_S,
      ...claims,
    });
  return {
    url: await app.getUrl(),
    app,
    ports,
    sign,
    token: (role, hospital = 'HOSP-A') => sign({ organisation: hospital, roles: [role] }),
    close: async () => {
      await app.close();
      await objects.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Onboards hospitals the short way: their row alone. */
export async function onboard(pool: Pool, ...hospitals: readonly string[]): Promise<void> {
  for (const hospital of hospitals)
    await pool.query(
      'insert into hospitals (hospital, name, onboarded_at) values ($1, $1, now())',
      [hospital],
    );
}
