import { z } from 'zod';
import {
  claimId,
  type GovernanceRoute,
  instant,
  organisationCode,
} from '../governance/governance-route.js';

/** Damaged packs that one answer lists, the oldest first. */
export const DAMAGE_LISTED_MAX = 500;

const count = z.number().int();
const round = z.object({
  ...{ round: count, startedAt: instant, endedAt: instant.nullable() },
  ...{ packs: count, bytes: count, damaged: count },
});
const damage = z.object({
  ...{ claim: claimId, hospital: organisationCode, pack: z.string(), kind: z.string() },
  ...{ damage: z.enum(['missing', 'trailer', 'bytes']), contents: count, foundAt: instant },
});

const coverage = z.object({
  days: count,
  oldestReadingAt: instant.nullable(),
  isInTime: z.boolean(),
  round: round.nullable(),
  ended: round.nullable(),
  damagedPacks: count,
  healedPacks: count,
  damage: z.array(damage).max(DAMAGE_LISTED_MAX),
});

export const FIXITY_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'readFixity',
    area: 'custody',
    method: 'get',
    path: '/governance/fixity',
    demands: 'read-fixity',
    summary:
      'How far everything was read again and held against its digests, and which studies of the own hospital are damaged.',
    answers: {
      200: { description: 'Figures of the archive; damage of the own hospital.', schema: coverage },
    },
  },
];
