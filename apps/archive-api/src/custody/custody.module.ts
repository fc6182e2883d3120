import type { Provider, Type } from '@nestjs/common';
import { fixityFigures, openDamage } from '#index/postgres/fixity-ledger';
import type { Ports } from '../ports.js';
import { FIXITY, FixityController, type FixityPorts } from './fixity.controller.js';

const FIXITY_DAYS = 90;

export const custodyControllers: readonly Type[] = [FixityController];

export const custodyProviders = ({ pool, wallMs, fixityDays = FIXITY_DAYS }: Ports): Provider[] => [
  {
    provide: FIXITY,
    useValue: {
      ...{ days: fixityDays, wallMs },
      figures: () => fixityFigures(pool),
      damageOf: (hospital, limit) => openDamage(pool, hospital, limit),
    } satisfies FixityPorts,
  },
];

/** What the metrics ask. */
export const fixityFiguresOf =
  ({ pool }: Pick<Ports, 'pool'>) =>
  () =>
    fixityFigures(pool);
