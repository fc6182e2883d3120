import { z } from 'zod';
import { isUid } from '#dicom/uid';
import { MODALITY_GROUPS } from '#exams/exam-class';
import { columnText } from '#index/header-json';
import {
  actorId,
  claimId,
  freeText,
  type GovernanceRoute,
  instant,
  opaqueId,
  organisationCode,
  pageOf,
  patientIdentifier,
} from '../governance/governance-route.js';

const UID_CHARACTERS_MAX = 64;
const PAGE_ITEMS_MAX = 200;
const CODES_MAX = 50;

/** What a row keeps whole. */
const told = freeText.refine((text) => columnText(text) === text);
const note = z
  .string()
  .trim()
  .refine((text) => columnText(text) === text)
  .default('');
const limit = z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(100);
/** SNOMED CT identifiers, as `study_exams.coarse` has them. */
const region = z.string().regex(/^[1-9][0-9]{5,17}$/);

const scope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('patient'), patient: patientIdentifier }),
  z
    .strictObject({
      kind: z.literal('study'),
      claim: claimId.optional(),
      study: z.string().max(UID_CHARACTERS_MAX).refine(isUid).optional(),
    })
    .refine(({ claim, study }) => (claim === undefined) !== (study === undefined), {
      message: 'one of the two',
      path: ['claim'],
    }),
  z
    .strictObject({
      kind: z.literal('query'),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      groups: z.array(z.enum(MODALITY_GROUPS)).max(MODALITY_GROUPS.length).default([]),
      regions: z.array(region).max(CODES_MAX).default([]),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
      message: 'ends before it begins',
      path: ['to'],
    }),
]);

export const openHoldBody = z.strictObject({ scope, reason: told, reviewDue: instant });
export const reviewHoldBody = z.strictObject({ note, reviewDue: instant });
export const askReleaseBody = z.strictObject({ reason: told });
export const decideReleaseBody = z.strictObject({ note });
export const heldBody = z.strictObject({
  claims: z.array(claimId).min(1).max(PAGE_ITEMS_MAX),
});

export const holdsQuery = z.strictObject({
  state: z.enum(['standing', 'overdue', 'release-asked', 'released', 'all']).default('standing'),
  after: opaqueId.optional(),
  limit,
});
export const holdStudiesQuery = z.strictObject({ after: claimId.optional(), limit });

const orNull = <T extends z.ZodType>(type: T) => type.nullable();
const count = z.number().int();

const shown = z.object({
  id: opaqueId,
  hospital: orNull(organisationCode),
  scope: z.enum(['patient', 'study', 'query']),
  patient: orNull(opaqueId),
  claim: orNull(claimId),
  criteria: orNull(
    z.object({
      from: z.string(),
      to: z.string(),
      groups: z.array(z.string()),
      regions: z.array(z.string()),
    }),
  ),
  reason: orNull(z.string()),
  openedBy: actorId,
  openedAt: instant,
  reviewDue: instant,
  reviewedAt: orNull(instant),
  status: z.enum(['standing', 'release-asked', 'released']),
  askedBy: orNull(actorId),
  askedAt: orNull(instant),
  askedReason: orNull(z.string()),
  releasedBy: orNull(actorId),
  releasedAt: orNull(instant),
  confirmedAt: orNull(instant),
  confirmedStudies: orNull(count),
  endedAt: orNull(instant),
});
const reached = shown.extend({ placed: count, isComing: z.boolean() });

const shared = { area: 'legal-holds', demands: 'keep-holds' } as const;
const done = { 204: { description: 'It is written down.' } };
const OVER = { 409: 'The case is over, or was decided otherwise.' };

/** What is done to one case. */
const act = (
  name: string,
  { operation, summary, body }: Pick<GovernanceRoute, 'operation' | 'summary' | 'body'>,
): GovernanceRoute => ({
  ...shared,
  operation,
  method: 'post',
  path: `/governance/legal-holds/{id}/${name}`,
  summary,
  ...(body && { body }),
  answers: done,
  refusals: OVER,
});

export const HOLD_ROUTES: readonly GovernanceRoute[] = [
  {
    ...shared,
    operation: 'openHold',
    method: 'post',
    path: '/governance/legal-holds',
    summary:
      'Nothing of a patient, one study, or all that fit a query may be destroyed: of the own hospital; the agency’s holds are for all.',
    body: openHoldBody,
    answers: {
      201: {
        description: 'They are held from now on; it is confirmed when it is placed on every study.',
        schema: z.object({ id: opaqueId }),
      },
    },
    refusals: { 409: 'There are as many standing cases as a hospital may have.' },
  },
  {
    ...shared,
    operation: 'listHolds',
    method: 'get',
    path: '/governance/legal-holds',
    summary:
      'The cases of the own hospital and those for all, whose review is due first before others.',
    query: holdsQuery,
    answers: { 200: { description: 'A page of cases.', schema: pageOf(shown) } },
  },
  {
    ...shared,
    operation: 'showHold',
    method: 'get',
    path: '/governance/legal-holds/{id}',
    summary: 'One case, and how far it has come.',
    answers: { 200: { description: 'As it is now.', schema: reached } },
  },
  {
    ...shared,
    operation: 'listHeldStudies',
    method: 'get',
    path: '/governance/legal-holds/{id}/studies',
    summary: 'The studies of the own hospital that it is placed on.',
    query: holdStudiesQuery,
    answers: { 200: { description: 'A page of claims.', schema: pageOf(claimId) } },
  },
  {
    ...shared,
    operation: 'askHeld',
    method: 'post',
    path: '/governance/legal-holds/held',
    summary: 'Which of these studies of the own hospital are held.',
    body: heldBody,
    answers: {
      200: { description: 'Those that are.', schema: z.object({ held: z.array(claimId) }) },
    },
  },
  act('review', {
    operation: 'reviewHold',
    summary: 'It is still needed; when that is asked again.',
    body: reviewHoldBody,
  }),
  act('ask-release', {
    operation: 'askHoldRelease',
    summary: 'Asks that it ends: another person decides.',
    body: askReleaseBody,
  }),
  act('decline-release', {
    operation: 'declineHoldRelease',
    summary: 'It stays.',
    body: decideReleaseBody,
  }),
  act('release', {
    operation: 'releaseHold',
    summary: 'It ends: said by another person than who asked for it.',
    body: decideReleaseBody,
  }),
];
