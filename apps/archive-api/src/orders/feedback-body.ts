import { z } from 'zod';
import { OVERRIDE_CODES } from '../cds/codes.js';

const ITEMS_MAX = 50;
const SUGGESTIONS_MAX = 20;
const COMMENT_CHARACTERS_MAX = 2_000;
const CODES: readonly string[] = OVERRIDE_CODES;

const uuid = z.uuid().transform((text) => text.toLowerCase());
const reason = z.looseObject({
  code: z.string().refine((code) => CODES.includes(code)),
  system: z.string().max(250).optional(),
});

/** What was made of one card. Members that the standard adds, and extensions, are let be. */
const given = z.looseObject({
  card: uuid,
  outcome: z.enum(['accepted', 'overridden']),
  acceptedSuggestions: z
    .array(z.looseObject({ id: uuid }))
    .max(SUGGESTIONS_MAX)
    .optional(),
  overrideReason: z
    .looseObject({
      reason: reason.optional(),
      userComment: z.string().max(COMMENT_CHARACTERS_MAX).optional(),
    })
    .optional(),
  outcomeTimestamp: z.iso.datetime({ offset: true }),
});
export type GivenFeedback = z.output<typeof given>;

/** Feedback as clients send it (CDS Hooks 2.0, Feedback). */
export const feedbackBody = z.looseObject({ feedback: z.array(given).min(1).max(ITEMS_MAX) });
