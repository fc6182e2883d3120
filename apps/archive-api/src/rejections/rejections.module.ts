import type { Provider, Type } from '@nestjs/common';
import { rejectionsOf } from '#index/postgres/rejections';
import type { Rejections } from '#index/rejections';
import type { Ports } from '../ports.js';
import { REJECTIONS, RejectionsController } from './rejections.controller.js';

export const rejectionsControllers: readonly Type[] = [RejectionsController];

export const rejectionsProviders = ({ pool, findable }: Ports): Provider[] => [
  { provide: REJECTIONS, useValue: rejectionsOf({ pool, findable }) satisfies Rejections },
];
