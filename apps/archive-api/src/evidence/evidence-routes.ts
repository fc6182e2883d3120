import { z } from 'zod';
import type { GovernanceRoute } from '../governance/governance-route.js';

const SEALS_LISTED_MAX = 200;

const day = z.iso.date();
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const base64 = z.string();
const count = z.number().int();

export const sealsQuery = z.strictObject({
  after: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(SEALS_LISTED_MAX).default(100),
});
export const growthQuery = z.strictObject({ from: day, to: day });
export const sealDay = day;

const seal = z.object({
  ...{ day, number: count, previous: hash, size: count, root: hash },
  ...{ sealedAt: z.iso.datetime(), digest: hash },
});
const listed = seal.extend({ stamps: count, stampedAt: z.iso.datetime().nullable() });
const stamp = z.object({
  ...{ day, order: count, path: z.array(z.array(hash)), token: base64 },
  stampedAt: z.iso.datetime(),
});

const shared = { area: 'evidence', method: 'get' } as const;

export const EVIDENCE_ROUTES: readonly GovernanceRoute[] = [
  {
    ...shared,
    operation: 'listSeals',
    path: '/governance/evidence/seals',
    demands: 'read-seals',
    summary:
      'The daily seals of the log, the newest first, with how often each was time-stamped. `after`: the number of the last one that was seen.',
    query: sealsQuery,
    answers: {
      200: {
        description: 'The seals.',
        schema: z.object({ items: z.array(listed), more: z.boolean() }),
      },
    },
  },
  {
    ...shared,
    operation: 'readSeal',
    path: '/governance/evidence/seals/{id}',
    demands: 'read-seals',
    summary:
      'The seal of a day, whose id is the day as YYYY-MM-DD: the document that was time-stamped, its time-stamps (RFC 3161), and the evidence record of them all (RFC 4998).',
    answers: {
      200: {
        description: 'The seal.',
        schema: z.object({
          seal,
          document: z.string(),
          stamps: z.array(stamp),
          record: base64.nullable(),
        }),
      },
    },
  },
  {
    ...shared,
    operation: 'proveGrowth',
    path: '/governance/evidence/growth',
    demands: 'read-seals',
    summary:
      'What proves that the log of one day is the beginning of that of another (RFC 9162 §2.1.4).',
    query: growthQuery,
    answers: {
      200: {
        description: 'Both seals, and what joins their roots.',
        schema: z.object({ from: seal, to: seal, path: z.array(hash) }),
      },
    },
  },
  {
    ...shared,
    operation: 'proveEvent',
    path: '/governance/evidence/events/{id}',
    demands: 'read-seals',
    summary:
      'What proves that an event is in the log, without the event itself (RFC 9162 §2.1.3): its place, the path to the root, and the first seal that covers it.',
    answers: {
      200: {
        description: 'The proof.',
        schema: z.object({ index: count, path: z.array(hash), seal }),
      },
    },
  },
  {
    ...shared,
    operation: 'exportStudyEvidence',
    path: '/governance/evidence/studies/{id}',
    demands: 'read-evidence',
    summary:
      'All that proves a study of the own hospital, whose id is its claim, as lines of JSON (application/x-ndjson): its events as they are sealed, each with its proof, and the digests of its instances.',
    answers: { 200: { description: 'The lines that docs/evidence.md describes.' } },
  },
];
