import type { Provider, Type } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { objectCopies } from '#index/postgres/object-copies';
import type { Ports } from '../ports.js';
import { COPIES, CopiesController, type CopiesPorts } from './copies.controller.js';

export const copiesControllers: readonly Type[] = [CopiesController];

export const copiesProviders = ({
  pool,
  findable,
  recordAccess,
  policyInForce = () => accessPolicy,
  wallMs,
}: Ports): Provider[] => [
  {
    provide: COPIES,
    useValue: {
      ...{ copies: objectCopies({ pool, findable }), policyInForce, recordAccess, wallMs },
    } satisfies CopiesPorts,
  },
];
