import type { Provider, Type } from '@nestjs/common';
import type { Pool } from 'pg';
import { accessPolicy } from '#archive/access/access-policy';
import { MATCH_WINDOWS } from '#exams/match-windows';
import { parseTerms, TERM_FILES } from '#exams/terms';
import { hospitalAuthorities } from '#index/postgres/hospital-authorities';
import { hospitalSettings } from '#index/postgres/hospital-settings';
import { hospitalTerms } from '#index/postgres/hospital-terms';
import type { TermsOf } from '#index/terms-of';
import { readInstalled } from '#platform/installed-files';
import { certificateOf } from '../caller/certificate-of.js';
import { clientKeys } from '../machine-tokens/client-keys.js';
import { usedAssertions } from '../machine-tokens/used-assertions.js';
import { ordersWaiting } from '../orders/orders-waiting.js';
import type { Ports } from '../ports.js';
import { readExtracts } from '../retrieve/read-extracts.js';
import { CDS_CLIENTS, type CdsClientPorts } from './cds-client.guard.js';
import { CDS, type CdsPorts } from './cds-ports.js';
import { CdsServicesController } from './cds-services.controller.js';

/** What words of exams mean, by the data files of the installation and the catalogues of hospitals. */
export async function openTerms(pool: Pool, nowMs: () => number): Promise<TermsOf> {
  const { files, digest } = await readInstalled('libs/exams/terms', TERM_FILES);
  return hospitalTerms(parseTerms(files, digest), hospitalSettings(pool, nowMs));
}

export const cdsControllers: readonly Type[] = [CdsServicesController];

/** What the services of CDS Hooks, and the guard before them, are given. */
export const cdsProviders = (ports: Ports): Provider[] => [
  { provide: CDS_CLIENTS, useValue: clientsOf(ports) },
  { provide: CDS, useValue: cdsOf(ports) },
];

const clientsOf = ({
  pool,
  registry,
  proxySecret,
  tokens,
  publicUrl,
  wallMs,
}: Ports): CdsClientPorts => ({
  ...{ registry, publicUrl, wallMs },
  keysOf: clientKeys(),
  useOnce: usedAssertions(pool),
  certificateOf: certificateOf(proxySecret),
  tokenIssuer: tokens.trusted.issuer,
});

function cdsOf(ports: Ports): CdsPorts {
  const { pool, ids, care, orders, registry, recordAccess, publicUrl, wallMs, nowMs } = ports;
  const { policyInForce = () => accessPolicy, windowsInForce = () => MATCH_WINDOWS } = ports;
  const { rows } = ports.searching?.findable ?? ports.findable;
  const { termsOf } = ports;
  return {
    ...{ pool, ids, care, orders, registry, recordAccess, publicUrl, wallMs },
    ...{ policyInForce, windowsInForce, termsOf },
    findable: { ...ports.findable, rows },
    readExtract: readExtracts(ports.objects, ports.keys),
    authoritiesOf: hospitalAuthorities(pool, nowMs),
    ordersWaiting: ordersWaiting({ rows, policyInForce, wallMs, termsOf }),
  };
}
