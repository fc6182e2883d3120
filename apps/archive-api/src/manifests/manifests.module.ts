import type { Provider, Type } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { hospitalAuthorities } from '#index/postgres/hospital-authorities';
import { patientFinder } from '#index/postgres/patient-finder';
import type { Ports } from '../ports.js';
import { MANIFESTS, type ManifestPorts } from './manifest-ports.js';
import { ManifestsController } from './manifests.controller.js';

export const manifestControllers: readonly Type[] = [ManifestsController];

export const manifestProviders = ({
  pool,
  findable,
  ids,
  keys,
  recordAccess,
  policyInForce = () => accessPolicy,
  nowMs,
  wallMs,
}: Ports): Provider[] => [
  {
    provide: MANIFESTS,
    useValue: {
      ...{ findable, ids, keys, recordAccess, policyInForce, wallMs },
      finder: patientFinder(pool),
      authoritiesOf: hospitalAuthorities(pool, nowMs),
    } satisfies ManifestPorts,
  },
];
