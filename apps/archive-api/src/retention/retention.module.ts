import type { Provider, Type } from '@nestjs/common';
import type { FactPorts } from '#index/postgres/commit-facts';
import { publishedRetention } from '#index/postgres/published-retention';
import { retentionCommands } from '#index/postgres/retention-commands';
import { tryRetention } from '#index/postgres/try-retention';
import type { Ports } from '../ports.js';
import { RetentionController } from './retention.controller.js';
import { RetentionFactsController } from './retention-facts.controller.js';
import { RetentionPoliciesController } from './retention-policies.controller.js';
import { RETENTION, type RetentionDesk, type RetentionPorts } from './retention-ports.js';

/** What a dry run over HTTP looks at; `arkim retention dry-run` has no bound. */
const TRIED_STUDIES_MAX = 1_000_000;

/** Policies and facts of keeping, over the log and the rows. */
export const retentionOf = (facts: FactPorts): RetentionDesk => ({
  ...publishedRetention(facts),
  ...retentionCommands(facts),
  tryOut: (tried, signal) =>
    tryRetention(facts.pool, { ...tried, studiesMax: TRIED_STUDIES_MAX, signal }),
});

export const retentionControllers: readonly Type[] = [
  RetentionPoliciesController,
  RetentionController,
  RetentionFactsController,
];

export const retentionProviders = ({
  pool,
  ids,
  retention,
  wallMs,
  findable,
  searching,
}: Ports): Provider[] => [
  {
    provide: RETENTION,
    useValue: {
      ...{ pool, ids, retention, wallMs },
      rows: (searching?.findable ?? findable).rows,
    } satisfies RetentionPorts,
  },
];
