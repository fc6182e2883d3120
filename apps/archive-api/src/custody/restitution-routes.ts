import { z } from 'zod';
import { claimId, type GovernanceRoute } from '../governance/governance-route.js';

/** One study of the own hospital, or without a claim all of it. */
export const restitutionBody = z.strictObject({ claim: claimId.optional() });

export const RESTITUTION_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'giveBack',
    area: 'custody',
    method: 'post',
    path: '/governance/restitutions',
    demands: 'restitute',
    summary:
      'What the own hospital deposited, or one study of it, as a tar archive: the bytes as they were received, what the log says of them, and the proofs.',
    body: restitutionBody,
    answers: { 200: { description: 'The package (application/x-tar), as it is made.' } },
  },
];
