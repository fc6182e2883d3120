import { z } from 'zod';
import type { Action } from '#archive/access/access-words';

/** What a status means, and what its JSON is when it has any. */
export type RouteAnswer = Readonly<{ description: string; schema?: z.ZodType }>;

/**
 * One operation of the governance API. `path` is a template: `{id}` is one segment, an opaque id. `demands`: what the caller must be permitted to
 * do. `answers`: when it goes well; refusals are told by problems, the same for all (`refusals` adds to them).
 */
export type GovernanceRoute = Readonly<{
  operation: string;
  area: string;
  method: 'get' | 'post' | 'put' | 'delete';
  path: string;
  demands: Action;
  summary: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  answers: Readonly<Record<number, RouteAnswer>>;
  refusals?: Readonly<Record<number, string>>;
}>;

const ID = /^[0-9a-f-]{32,36}$/;
const ORGANISATION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const IDENTIFIER = /^[^\p{Cc}\p{Cs}]{1,250}$/u;
const URN_OF_OID = /^urn:oid:/i;
const TAG = /^[a-z][a-z0-9-]{0,31}$/;
const TAGS_MAX = 16;
const TEXT_CHARACTERS_MAX = 2_000;

/** Opaque: a digest in hex, or a UUID. */
export const opaqueId = z.string().regex(ID);
/** Who did something, as records of access name them. */
export const actorId = z.string().regex(/^[0-9a-f]{32}$/);
/** The claim of a study: opaque, of the hospital that has it. */
export const claimId = z.string().regex(/^[0-9a-f]{32}$/);
export const organisationCode = z.string().regex(ORGANISATION);
export const level = z.enum(['N', 'R', 'V']);
export const tags = z.array(z.string().regex(TAG)).max(TAGS_MAX);
export const freeText = z.string().trim().min(1).max(TEXT_CHARACTERS_MAX);
export const instant = z.iso.datetime({ offset: true });

/** A patient as an assigning authority names them; an OID counts with its URN and without. Never part of an address. */
export const patientIdentifier = z.strictObject({
  authority: z
    .string()
    .trim()
    .overwrite((text) => text.replace(URN_OF_OID, ''))
    .regex(IDENTIFIER),
  value: z.string().trim().regex(IDENTIFIER),
});

/** What was made, and the opaque id of the patient whom it is about. */
export const made = z.object({ id: opaqueId, patient: opaqueId });

export const review = z.strictObject({
  outcome: z.enum(['justified', 'unjustified']),
  note: z.string().trim().max(TEXT_CHARACTERS_MAX).default(''),
});

const PAGE_ITEMS_MAX = 200;

/** A page of a queue: `after` is the id of the last item that was seen. */
export const queuePage = z.strictObject({
  state: z.enum(['open', 'overdue', 'reviewed']).default('open'),
  after: opaqueId.optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(100),
});

/** Items, and whether there are more after the last. */
export const pageOf = (item: z.ZodType) => z.object({ items: z.array(item), more: z.boolean() });
