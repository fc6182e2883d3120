import { randomBytes } from 'node:crypto';
import type { Provider, Type } from '@nestjs/common';
import type { Pool } from 'pg';
import { archiveUpcasters } from '#archive/upcasters';
import type { KeyRing } from '#events/key-ring';
import type { Log } from '#events/log';
import { postgresLog } from '#events/postgres/postgres-log';
import { careCommands } from '#index/postgres/care-commands';
import type { FactPorts } from '#index/postgres/commit-facts';
import type { Ports } from '../ports.js';
import { BreakGlassController } from './break-glass.controller.js';
import { CARE, type CarePorts } from './care-ports.js';
import { ConfidentialityController } from './confidentiality.controller.js';
import { ConsentsController } from './consents.controller.js';
import { NoticesController } from './notices.controller.js';
import { OpenApiController } from './openapi.controller.js';
import { PatientsController } from './patients.controller.js';
import { RelationshipReviewsController } from './relationship-reviews.controller.js';
import { RelationshipsController } from './relationships.controller.js';

/** What commands of the edge append with. `beside`: the log, when it isn't in the pool's database. `keys` must not be of this pool: a command would wait for a connection while it holds one. */
export const factPorts = (pool: Pool, keys: KeyRing, beside: Log | undefined): FactPorts => ({
  pool,
  logWithin: (client) => beside ?? postgresLog(client),
  ledger: { keys, upcasters: archiveUpcasters, random: randomBytes },
});

export const careOf = careCommands;

export const governanceControllers: readonly Type[] = [
  OpenApiController,
  BreakGlassController,
  RelationshipsController,
  RelationshipReviewsController,
  ConsentsController,
  ConfidentialityController,
  PatientsController,
  NoticesController,
];

export const governanceProviders = ({ pool, ids, care, wallMs }: Ports): Provider[] => [
  { provide: CARE, useValue: { pool, ids, care, wallMs } satisfies CarePorts },
];
