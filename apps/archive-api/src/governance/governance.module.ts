import { randomBytes } from 'node:crypto';
import type { Provider, Type } from '@nestjs/common';
import type { Pool } from 'pg';
import { accessPolicy } from '#archive/access/access-policy';
import { archiveUpcasters } from '#archive/upcasters';
import type { KeyRing } from '#events/key-ring';
import type { Log } from '#events/log';
import { openLogBeside } from '#events/postgres/open-log-beside';
import { postgresLog } from '#events/postgres/postgres-log';
import { MATCH_WINDOWS } from '#exams/match-windows';
import { accessPolicies } from '#index/postgres/access-policies';
import { careCommands } from '#index/postgres/care-commands';
import type { FactPorts } from '#index/postgres/commit-facts';
import { dispositionDesk } from '#index/postgres/disposition-desk';
import { holdDesk } from '#index/postgres/hold-desk';
import { orderCommands } from '#index/postgres/order-commands';
import { publishedWindows } from '#index/postgres/published-windows';
import type { Config } from '#platform/config';
import type { Log as AppLog } from '#platform/log';
import { OperatorFault } from '#platform/operator-fault';
import { patiently } from '#platform/patiently';
import { HOLDS, HoldsController, type HoldsPorts } from '../holds/holds.controller.js';
import { openInForce } from '../policy/in-force.js';
import { openPolicyInForce } from '../policy/policy-in-force.js';
import type { Ports } from '../ports.js';
import { retentionControllers, retentionOf } from '../retention/retention.module.js';
import { BreakGlassController } from './break-glass.controller.js';
import { CARE, type CarePorts } from './care-ports.js';
import { ConfidentialityController } from './confidentiality.controller.js';
import { ConsentsController } from './consents.controller.js';
import { DISPOSITIONS, DispositionsController } from './dispositions.controller.js';
import {
  MATCH_WINDOWS_PORTS,
  MatchWindowsController,
  type MatchWindowsPorts,
} from './match-windows.controller.js';
import { NoticesController } from './notices.controller.js';
import { OpenApiController } from './openapi.controller.js';
import { PatientsController } from './patients.controller.js';
import { POLICIES, PoliciesController, type PolicyPorts } from './policies.controller.js';
import { RelationshipReviewsController } from './relationship-reviews.controller.js';
import { RelationshipsController } from './relationships.controller.js';

/** What commands of the edge append with. `beside`: the log, when it isn't in the pool's database. `keys` must not be of this pool: a command would wait for a connection while it holds one. */
export const factPorts = (pool: Pool, keys: KeyRing, beside: Log | undefined): FactPorts => ({
  pool,
  logWithin: (client) => beside ?? postgresLog(client),
  ledger: { keys, upcasters: archiveUpcasters, random: randomBytes },
});

export const careOf = careCommands;
export const policiesOf = accessPolicies;
export const ordersOf = orderCommands;
export const windowsOf = publishedWindows;
export const dispositionsOf = dispositionDesk;
export const holdsOf = holdDesk;

/** Opens what changes treatment, consent and policies, and the policy in force: over the log where the settings say it is, no other (ADR 16). */
export async function openGovernance(
  config: Config,
  log: AppLog,
  { pool, keys }: Readonly<{ pool: Pool; keys: KeyRing }>,
) {
  const waits = (err: unknown) => log.warn({ err }, 'the database does not answer yet');
  const beside = await patiently(
    () => openLogBeside(config, pool, (line) => new OperatorFault(line)),
    waits,
  );
  const facts = factPorts(pool, keys, beside);
  const policies = policiesOf(facts);
  const { current, look, close } = await patiently(
    () => openPolicyInForce(policies, (err) => log.warn({ err }, 'the policy was not looked for')),
    waits,
  );
  const windows = windowsOf(facts);
  const windowsNow = await openInForce(windows, MATCH_WINDOWS, (err) =>
    log.warn({ err }, 'the windows of duplicate exams were not looked for'),
  );
  return {
    facts,
    ports: {
      events: beside ?? postgresLog(pool),
      ...{ care: careOf(facts), orders: ordersOf(facts), holds: holdsOf(facts) },
      ...{ policies, policyInForce: current, lookForPolicy: look },
      dispositions: dispositionsOf(facts, {
        graceDays: config.disposalGraceDays,
        wallMs: Date.now,
      }),
      ...{ windows, windowsInForce: windowsNow.current, lookForWindows: windowsNow.look },
      retention: retentionOf(facts),
    },
    close: async () => {
      close();
      windowsNow.close();
      await beside?.close();
    },
  };
}

export const governanceControllers: readonly Type[] = [
  OpenApiController,
  BreakGlassController,
  RelationshipsController,
  RelationshipReviewsController,
  ConsentsController,
  ConfidentialityController,
  PatientsController,
  NoticesController,
  PoliciesController,
  MatchWindowsController,
  DispositionsController,
  ...retentionControllers,
  HoldsController,
];

export const governanceProviders = ({
  pool,
  ids,
  care,
  holds,
  policies,
  policyInForce = () => accessPolicy,
  lookForPolicy: look = async () => {},
  windows,
  windowsInForce = () => MATCH_WINDOWS,
  lookForWindows = async () => {},
  searching,
  findable,
  dispositions,
  wallMs,
}: Ports): Provider[] => [
  { provide: DISPOSITIONS, useValue: dispositions },
  { provide: CARE, useValue: { pool, ids, care, wallMs } satisfies CarePorts },
  { provide: HOLDS, useValue: { pool, ids, holds, wallMs } satisfies HoldsPorts },
  {
    provide: POLICIES,
    useValue: {
      ...{ policies, policyInForce, look, wallMs },
      findable: searching?.findable ?? findable,
    } satisfies PolicyPorts,
  },
  {
    provide: MATCH_WINDOWS_PORTS,
    useValue: {
      ...{ windows, windowsInForce, look: lookForWindows, wallMs },
      findable: searching?.findable ?? findable,
    } satisfies MatchWindowsPorts,
  },
];
