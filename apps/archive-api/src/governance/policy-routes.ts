import { z } from 'zod';
import {
  ACTIONS,
  CONDITIONS,
  LEVELS,
  OBLIGATIONS,
  PLACES,
  PURPOSES,
  ROLES,
  STATES,
  STUDY_ACTIONS,
} from '#archive/access/access-words';
import { JURISDICTION } from '#archive/access/jurisdictions';
import { actorId, type GovernanceRoute } from './governance-route.js';

const RULES_MAX = 200;
const LISTED_MAX = 100;
/** The world has 249 countries. */
const JURISDICTIONS_MAX = 300;
const ADULT_YEARS_MAX = 30;

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/);
const why = z.string().trim().max(500);
const some = <T extends string>(words: readonly T[]) =>
  z
    .array(z.enum(words))
    .min(1)
    .max(words.length)
    .refine((list) => new Set(list).size === list.length, { message: 'repeated' });
const codes = z.array(z.string().regex(JURISDICTION)).min(1).max(JURISDICTIONS_MAX);
const jurisdictions = z.union([z.strictObject({ in: codes }), z.strictObject({ notIn: codes })]);
const roles = z.union([some(ROLES), z.literal('anyone')]);

const rule = z.strictObject({
  id,
  effect: z.enum(['permit', 'deny']),
  why,
  roles,
  actions: z.union([some(ACTIONS), z.literal('any')]),
  purposes: some(PURPOSES).exactOptional(),
  places: some(PLACES),
  jurisdictions: jurisdictions.exactOptional(),
  levels: some(LEVELS).exactOptional(),
  states: some(STATES).exactOptional(),
  when: some(CONDITIONS).exactOptional(),
  obligations: some(OBLIGATIONS).exactOptional(),
});

/** A table as it is published: closed vocabularies, bounded, nothing else in it. */
export const policyTable = z.strictObject({
  version,
  actsForOthers: z.array(z.enum(ROLES)).max(ROLES.length),
  adultFromYears: z.number().int().min(1).max(ADULT_YEARS_MAX),
  rules: z.array(rule).min(1).max(RULES_MAX),
  alsoObliged: z
    .array(
      z.strictObject({ id, why, roles, when: some(CONDITIONS), obligations: some(OBLIGATIONS) }),
    )
    .max(RULES_MAX),
});

export const publishBody = z.strictObject({ basedOn: version, policy: policyTable });
export const dryRunBody = z.strictObject({ policy: policyTable });
export const tableQuery = z.strictObject({ version: version.optional() });

const published = z.object({
  version,
  basedOn: version,
  publishedAt: z.iso.datetime(),
  actor: actorId,
});
const versions = z.object({ inForce: version, published: z.array(published).max(LISTED_MAX) });
const difference = z.object({
  action: z.enum(STUDY_ACTIONS),
  role: z.enum(ROLES),
  organisation: z.string(),
  gained: z.number().int(),
  lost: z.number().int(),
});
const differences = z.object({ comparedWith: version, differences: z.array(difference) });

export const VERSIONS_LISTED_MAX = LISTED_MAX;

export const POLICY_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listAccessPolicies',
    area: 'policies',
    method: 'get',
    path: '/governance/policies/access',
    demands: 'read-policy',
    summary: 'The version in force, and those that were published, the latest first.',
    answers: { 200: { description: 'The versions.', schema: versions } },
  },
  {
    operation: 'readAccessPolicy',
    area: 'policies',
    method: 'get',
    path: '/governance/policies/access/table',
    demands: 'read-policy',
    summary: 'The whole table of a version, or of the one in force.',
    query: tableQuery,
    answers: { 200: { description: 'The table.', schema: policyTable } },
  },
  {
    operation: 'tryAccessPolicy',
    area: 'policies',
    method: 'post',
    path: '/governance/policies/access/dry-run',
    demands: 'publish-policy',
    summary:
      'How many studies would become visible to which roles of which organisations, or stop being so. Nothing changes.',
    body: dryRunBody,
    answers: { 200: { description: 'What would change.', schema: differences } },
    refusals: { 413: 'The body is larger than 256 KiB.' },
  },
  {
    operation: 'publishAccessPolicy',
    area: 'policies',
    method: 'post',
    path: '/governance/policies/access',
    demands: 'publish-policy',
    summary: 'Puts a table in force, everywhere within a minute.',
    body: publishBody,
    answers: { 201: { description: 'It is in force.', schema: z.object({ version }) } },
    refusals: {
      409: 'Another version is in force than it is based on, or this version is used already.',
      413: 'The body is larger than 256 KiB.',
    },
  },
];
