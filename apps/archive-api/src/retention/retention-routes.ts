import { z } from 'zod';
import { RETENTION_MARKS } from '#retention/retention-policy';
import { SCHEDULE_STATES } from '#retention/schedule';
import {
  claimId,
  freeText,
  type GovernanceRoute,
  opaqueId,
  pageOf,
  patientIdentifier,
} from '../governance/governance-route.js';

const PAGE_ITEMS_MAX = 200;
const day = z.iso.date();
const limit = z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(100);

/** `before`: exclusive, tomorrow when none is named; `after`: day and claim of the last that was seen, with a point between them. */
export const dueQuery = z.strictObject({
  before: day.optional(),
  after: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}\.[0-9a-f]{32}$/)
    .refine((text) => day.safeParse(text.slice(0, text.indexOf('.'))).success)
    .optional(),
  limit,
});

export const disputesQuery = z.strictObject({
  state: z.enum(['open', 'closed']).default('open'),
  after: opaqueId.optional(),
  limit,
});

const about = { patient: patientIdentifier.optional(), claim: claimId.optional() };
const isOfOne = ({ patient, claim }: { patient?: unknown; claim?: unknown }) =>
  (patient === undefined) !== (claim === undefined);
const ONE = { message: 'one of the two', path: ['claim'] };

/** Of all that the hospital holds of a patient, or of one study. */
export const disputeBody = z
  .strictObject({ ...about, from: day, reason: freeText })
  .refine(isOfOne, ONE);
export const closeBody = z.strictObject({ until: day });
export const markBody = z
  .strictObject({ ...about, mark: z.enum(RETENTION_MARKS), on: day.optional() })
  .refine(isOfOne, ONE);
export const deathBody = z.strictObject({ patient: patientIdentifier, date: day });
export const retractBody = z.strictObject({ patient: patientIdentifier });

const state = z.enum(SCHEDULE_STATES);
const text = z.string();
const counts = z.object({
  hospital: text,
  schedules: z.array(
    z.object({ state, because: text, studies: z.number().int(), next: day.nullable() }),
  ),
});
const due = z.object({
  ...{ claim: claimId, dueOn: day, mustGoOn: day.nullable() },
  ...{ policy: text, rule: text, legalSource: text, policyVersion: text },
});
const schedule = z.object({
  ...{ claim: claimId, state, because: text, dueOn: day.nullable(), mustGoOn: day.nullable() },
  ...{ policy: text, rule: text, legalSource: text, policyVersion: text },
  inputs: z.record(text, z.unknown()),
  computedAt: z.iso.datetime(),
});
const dispute = z.object({
  ...{ id: opaqueId, scope: z.enum(['patient', 'study']), from: day, until: day.nullable() },
});
const made = z.object({ id: opaqueId });

const area = 'retention';
const read = { area, method: 'get', demands: 'read-retention' } as const;
const keep = { area, method: 'post', demands: 'keep-retention' } as const;
const identify = { area, method: 'post', demands: 'keep-identity' } as const;
const HOLDS = { 204: { description: 'It holds from now on.' } };

export const RETENTION_ROUTES: readonly GovernanceRoute[] = [
  {
    ...read,
    operation: 'countSchedules',
    path: '/governance/retention',
    summary:
      'How the studies of the own hospital are scheduled: how many may go on a day, are suspended, or undecided and why.',
    answers: { 200: { description: 'Counts; it names no study.', schema: counts } },
  },
  {
    ...read,
    operation: 'listDueStudies',
    path: '/governance/retention/due',
    summary:
      'Studies of the own hospital that no policy keeps any more before a day, by which rule and law, the longest due first.',
    query: dueQuery,
    answers: { 200: { description: 'A page of studies.', schema: pageOf(due) } },
  },
  {
    ...read,
    operation: 'readSchedule',
    path: '/governance/retention/studies/{id}',
    summary: 'When a study of the own hospital may go, by what, and what that was made of.',
    answers: { 200: { description: 'Its schedule.', schema: schedule } },
  },
  {
    ...read,
    operation: 'listDisputes',
    path: '/governance/retention/disputes',
    summary: 'Disputes that the own hospital has told of.',
    query: disputesQuery,
    answers: { 200: { description: 'A page of disputes.', schema: pageOf(dispute) } },
  },
  {
    ...keep,
    operation: 'openDispute',
    path: '/governance/retention/disputes',
    summary:
      'Somebody claims against the own hospital: nothing of the patient, or the study, may go meanwhile.',
    body: disputeBody,
    answers: { 201: { description: 'It is open.', schema: made } },
    refusals: { 409: 'As many disputes and marks stand as one patient or study may have.' },
  },
  {
    ...keep,
    operation: 'closeDispute',
    path: '/governance/retention/disputes/{id}/close',
    summary: 'The dispute has ended; where the law stops the clock, its days are added.',
    body: closeBody,
    answers: HOLDS,
  },
  {
    ...keep,
    operation: 'setRetentionMark',
    path: '/governance/retention/marks',
    summary: 'What a law keeps longer for: an illness, a transfusion, a programme.',
    body: markBody,
    answers: { 201: { description: 'It is marked.', schema: made } },
    refusals: { 409: 'As many disputes and marks stand as one patient or study may have.' },
  },
  {
    ...keep,
    operation: 'clearRetentionMark',
    method: 'delete',
    path: '/governance/retention/marks/{id}',
    summary: 'The mark was wrong, or isn’t true any more.',
    answers: HOLDS,
  },
  {
    ...identify,
    operation: 'recordDeath',
    path: '/governance/retention/deaths',
    summary:
      'The patient is dead, says the caller’s organisation; said of its own studies by a hospital, of all by the agency.',
    body: deathBody,
    answers: HOLDS,
  },
  {
    ...identify,
    operation: 'retractDeath',
    path: '/governance/retention/deaths/retract',
    summary: 'The caller’s organisation says no longer that the patient is dead.',
    body: retractBody,
    answers: HOLDS,
  },
];
