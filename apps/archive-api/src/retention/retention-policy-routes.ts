import { z } from 'zod';
import { MODALITY_GROUPS, PURPOSE_HINTS } from '#exams/exam-class';
import { RETENTION_MARKS, RETENTION_TRIGGERS } from '#retention/retention-policy';
import { SCHEDULE_STATES } from '#retention/schedule';
import {
  actorId,
  claimId,
  type GovernanceRoute,
  organisationCode,
} from '../governance/governance-route.js';

const POLICIES_MAX = 500;
const RULES_MAX = 20;
const SOURCE_CHARACTERS_MAX = 500;
const YEARS_OF_AGE_MAX = 150;
const LISTED_MAX = 100;
const DURATION_CHARACTERS_MAX = 24;

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/);
const jurisdiction = z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/);
const duration = z.string().max(DURATION_CHARACTERS_MAX);
const years = z.number().int().min(0).max(YEARS_OF_AGE_MAX);
const day = z.iso.date();
const ages = z.strictObject({ from: years.exactOptional(), below: years.exactOptional() });

const subject = z.strictObject({
  groups: z.array(z.enum(MODALITY_GROUPS)).min(1).max(MODALITY_GROUPS.length).exactOptional(),
  purposes: z.array(z.enum(PURPOSE_HINTS)).min(1).max(PURPOSE_HINTS.length).exactOptional(),
  marks: z.array(z.enum(RETENTION_MARKS)).min(1).max(RETENTION_MARKS.length).exactOptional(),
  ageAtExam: ages.exactOptional(),
  madeFrom: day.exactOptional(),
  madeBefore: day.exactOptional(),
});
const rule = z.strictObject({
  ...{ id, trigger: z.enum(RETENTION_TRIGGERS), keep: duration },
  when: z
    .strictObject({ ageAtLastContact: ages.exactOptional(), diedWithin: duration.exactOptional() })
    .exactOptional(),
  replaces: z.boolean().exactOptional(),
});
const policy = z.strictObject({
  ...{ id, jurisdiction, appliesTo: subject, mode: z.enum(['min', 'max', 'fixed']) },
  rules: z.array(rule).min(1).max(RULES_MAX),
  disputeStopsClock: z.boolean().exactOptional(),
  legalSource: z.string().trim().min(1).max(SOURCE_CHARACTERS_MAX),
});

/** Policies as they are published: closed vocabularies, bounded, nothing else in them. */
const retentionTable = z.strictObject({
  version,
  policies: z.array(policy).min(1).max(POLICIES_MAX),
});

export const publishRetentionBody = z.strictObject({ basedOn: version, table: retentionTable });
/** `on`: the day that counts as today. */
export const tryRetentionBody = z.strictObject({ table: retentionTable, on: day.optional() });
export const retentionTableQuery = z.strictObject({ version: version.optional() });
export const RETENTION_LISTED_MAX = LISTED_MAX;

const published = z.object({
  ...{ version, basedOn: version, publishedAt: z.iso.datetime(), actor: actorId },
});
const versions = z.object({ inForce: version, published: z.array(published).max(LISTED_MAX) });
const count = z.number().int();
const difference = z.object({
  ...{ comparedWith: version, on: day, studies: count, more: z.boolean() },
  ...{ dueBefore: count, dueAfter: count, earlier: count, later: count, otherwise: count },
  counts: z.array(
    z.object({
      ...{ jurisdiction: z.string(), state: z.enum(SCHEDULE_STATES), because: z.string() },
      ...{ policy: z.string(), rule: z.string(), studies: count, due: count },
    }),
  ),
  newlyDue: z.array(
    z.object({ claim: claimId, hospital: organisationCode, dueOn: day, rule: z.string() }),
  ),
});

export const RETENTION_POLICY_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listRetentionPolicies',
    area: 'policies',
    method: 'get',
    path: '/governance/policies/retention',
    demands: 'read-policy',
    summary:
      'The version of the policies of keeping in force, and those that were published, the latest first.',
    answers: { 200: { description: 'The versions.', schema: versions } },
  },
  {
    operation: 'readRetentionPolicies',
    area: 'policies',
    method: 'get',
    path: '/governance/policies/retention/table',
    demands: 'read-policy',
    summary: 'All policies of keeping of a version, or of the one in force.',
    query: retentionTableQuery,
    answers: { 200: { description: 'The policies.', schema: retentionTable } },
  },
  {
    operation: 'tryRetentionPolicies',
    area: 'policies',
    method: 'post',
    path: '/governance/policies/retention/dry-run',
    demands: 'publish-policy',
    summary:
      'Which studies might go by other policies, by which rule, and how many would be due earlier or later. Nothing changes. Minutes for a million studies.',
    body: tryRetentionBody,
    answers: { 200: { description: 'What would change.', schema: difference } },
    refusals: {
      409: 'Another dry run is under way at this edge.',
      413: 'The body is larger than 256 KiB.',
    },
  },
  {
    operation: 'publishRetentionPolicies',
    area: 'policies',
    method: 'post',
    path: '/governance/policies/retention',
    demands: 'publish-policy',
    summary: 'Puts policies of keeping in force; all schedules follow.',
    body: publishRetentionBody,
    answers: { 201: { description: 'They are in force.', schema: z.object({ version }) } },
    refusals: {
      409: 'Other policies are in force than they are based on, or this version is used already.',
      413: 'The body is larger than 256 KiB.',
    },
  },
];
