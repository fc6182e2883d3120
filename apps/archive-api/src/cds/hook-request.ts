import { z } from 'zod';
import { isShallow } from './is-shallow.js';
import type { ImagingHook } from './services.js';

/** Bytes of the body of one call: more than any basket of orders. */
export const CALL_BYTES_MAX = 256 * 1024;
const ENTRIES_MAX = 200;
const IDENTIFIERS_MAX = 50;
const CODINGS_MAX = 50;
const LIST_MAX = 50;
const TEXT_CHARACTERS_MAX = 1_000;
const ADDRESS_CHARACTERS_MAX = 2_000;

const text = z.string().max(TEXT_CHARACTERS_MAX);
const address = z.string().max(ADDRESS_CHARACTERS_MAX);
const resourceId = z.string().regex(/^[A-Za-z0-9\-._]{1,64}$/);

const coding = z.looseObject({
  system: address.optional(),
  code: text.optional(),
  display: text.optional(),
});
const concept = z.looseObject({
  coding: z.array(coding).max(CODINGS_MAX).optional(),
  text: text.optional(),
});
const concepts = z.array(concept).max(LIST_MAX).optional();
const identifier = z.looseObject({
  use: text.optional(),
  system: address.optional(),
  value: text.optional(),
  period: z.looseObject({ end: text.optional() }).optional(),
});
const reference = z.looseObject({
  reference: address.optional(),
  identifier: identifier.optional(),
});

/** A ServiceRequest of FHIR R4, as far as it is looked at; its other members are kept for who has to give it back. */
const serviceRequest = z
  .looseObject({
    resourceType: z.literal('ServiceRequest'),
    id: resourceId.optional(),
    status: text.optional(),
    doNotPerform: z.boolean().optional(),
    priority: text.optional(),
    category: concepts,
    code: concept.optional(),
    orderDetail: concepts,
    bodySite: concepts,
    reasonCode: concepts,
    subject: reference,
    occurrenceDateTime: text.optional(),
    occurrencePeriod: z.looseObject({ start: text.optional() }).optional(),
    occurrenceTiming: z.looseObject({}).optional(),
    authoredOn: text.optional(),
    supportingInfo: z.array(z.unknown()).max(LIST_MAX).optional(),
  })
  .refine(isShallow);

const otherResource = z
  .looseObject({ resourceType: text })
  .refine(({ resourceType }) => resourceType !== 'ServiceRequest');

const patient = z.object({
  resourceType: z.literal('Patient'),
  id: resourceId.optional(),
  identifier: z.array(identifier).max(IDENTIFIERS_MAX).optional(),
});

/** The body of a call of a hook (CDS Hooks 2.0, Calling a CDS Service), and the context of order-select and order-sign. */
export const hookRequest = (hook: ImagingHook) =>
  z.object({
    hook: z.literal(hook),
    hookInstance: z.guid(),
    context: z.object({
      userId: z.string().regex(/^[A-Za-z]{1,64}\/[A-Za-z0-9\-._]{1,64}$/),
      patientId: resourceId,
      draftOrders: z.object({
        resourceType: z.literal('Bundle'),
        entry: z
          .array(z.object({ resource: z.union([serviceRequest, otherResource]).optional() }))
          .max(ENTRIES_MAX)
          .optional(),
      }),
      selections:
        hook === 'order-select'
          ? z.array(address).max(ENTRIES_MAX)
          : z.array(address).max(ENTRIES_MAX).optional(),
    }),
    prefetch: z.object({ patient: patient.nullish() }).nullish(),
  });

export type HookRequest = z.output<ReturnType<typeof hookRequest>>;
export type ServiceRequest = z.output<typeof serviceRequest>;
export type StatedIdentifier = z.output<typeof identifier>;
export type Concept = z.output<typeof concept>;
