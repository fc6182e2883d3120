import type { Provider, Type } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { MATCH_WINDOWS } from '#exams/match-windows';
import { duplicateFigures } from '#index/postgres/duplicate-figures';
import { isHospital, personOf } from '../governance/whose-patient.js';
import type { Ports } from '../ports.js';
import { CHECKS, type CheckPorts, DuplicatesController } from './duplicates.controller.js';
import { FeedbackController } from './feedback.controller.js';
import { DuplicateFiguresController } from './figures.controller.js';
import { ORDERS, type OrderPorts } from './order-ports.js';

/** What hospitals order, seen from the edge. */
export const orderControllers: readonly Type[] = [
  DuplicatesController,
  DuplicateFiguresController,
  FeedbackController,
];

export const orderProviders = (ports: Ports): Provider[] => {
  const { pool, orders, wallMs, recordAccess, ids, findable, searching, termsOf } = ports;
  const { policyInForce = () => accessPolicy, windowsInForce = () => MATCH_WINDOWS } = ports;
  const searched = searching?.findable ?? findable;
  return [
    {
      provide: ORDERS,
      useValue: {
        ...{ orders, wallMs, figuresOf: duplicateFigures(pool) },
        isHospital: (hospital) => isHospital(pool, hospital),
        tokenIssuer: ports.tokens.trusted.issuer,
      } satisfies OrderPorts,
    },
    {
      provide: CHECKS,
      useValue: {
        ...{ orders, ids, wallMs, recordAccess, termsOf, policyInForce, windowsInForce },
        findable: searched,
        rows: searched.rows,
        personOf: (patient) => personOf(pool, patient),
      } satisfies CheckPorts,
    },
  ];
};
