import { ACCESS_RULES, OBLIGATION_RULES } from './access-rules.js';
import type { AccessPolicy } from './access-table.js';

/** The policy until another is published. It is data: `decideAccess`, `decideAction` and the reach of a search are its only readers (design D11). */
export const accessPolicy: AccessPolicy = {
  version: '2026-11-6',
  actsForOthers: ['agency'],
  adultFromYears: 18,
  rules: ACCESS_RULES,
  alsoObliged: OBLIGATION_RULES,
};
