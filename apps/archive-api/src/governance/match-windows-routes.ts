import { z } from 'zod';
import { MODALITY_GROUPS, PURPOSE_HINTS } from '#exams/exam-class';
import { PROTOCOLS } from '#exams/match-windows';
import { LOUDNESS } from '#exams/match-words';
import { actorId, type GovernanceRoute } from './governance-route.js';

const ROWS_MAX = 500;
const REGIONS_MAX = 100;
const DAYS_MAX = 3_650;
const LISTED_MAX = 100;

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
const version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/);
const group = z.enum(MODALITY_GROUPS);
const regions = z.array(id).min(1).max(REGIONS_MAX);
const coarse = z
  .array(z.string().regex(/^\d{6,18}$/))
  .min(1)
  .max(REGIONS_MAX);
const days = z.number().int().min(0).max(DAYS_MAX);

const window = z.strictObject({
  id,
  group,
  regions: regions.exactOptional(),
  coarse: coarse.exactOptional(),
  purposes: z.array(z.enum(PURPOSE_HINTS)).min(1).max(PURPOSE_HINTS.length).exactOptional(),
  warnDays: days,
  infoDays: days.nullable(),
});
const whole = z.strictObject({
  whole: id,
  parts: regions,
  standsIn: z.array(group).max(MODALITY_GROUPS.length),
});
const equivalent = z.strictObject({
  ...{ id, group, regions },
  protocol: z.enum(PROTOCOLS),
  indicator: z.enum(['warning', 'info']),
});

/** Windows as they are published: closed vocabularies, bounded, nothing else in them. Regions are named by their codes. */
const windowsTable = z.strictObject({
  version,
  windows: z.array(window).min(1).max(ROWS_MAX),
  wholes: z.array(whole).max(ROWS_MAX),
  equivalents: z.array(equivalent).max(ROWS_MAX),
  confidenceMin: z.number().min(0).max(1),
});

export const publishWindowsBody = z.strictObject({ basedOn: version, windows: windowsTable });
export const tryWindowsBody = z.strictObject({ windows: windowsTable });
export const windowsQuery = z.strictObject({ version: version.optional() });
export const WINDOWS_LISTED_MAX = LISTED_MAX;

const published = z.object({
  ...{ version, basedOn: version, publishedAt: z.iso.datetime(), actor: actorId },
});
const versions = z.object({ inForce: version, published: z.array(published).max(LISTED_MAX) });
const indicator = z.enum(LOUDNESS);
const difference = z.object({
  comparedWith: version,
  from: z.iso.date(),
  exams: z.number().int(),
  more: z.boolean(),
  changed: z.number().int(),
  differences: z.array(
    z.object({ group, before: indicator, after: indicator, exams: z.number().int() }),
  ),
});

export const MATCH_WINDOWS_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'listMatchWindows',
    area: 'policies',
    method: 'get',
    path: '/governance/policies/match-windows',
    demands: 'read-policy',
    summary:
      'The version of the windows of duplicate exams in force, and those that were published, the latest first.',
    answers: { 200: { description: 'The versions.', schema: versions } },
  },
  {
    operation: 'readMatchWindows',
    area: 'policies',
    method: 'get',
    path: '/governance/policies/match-windows/table',
    demands: 'read-policy',
    summary: 'All windows of a version, or of the one in force.',
    query: windowsQuery,
    answers: { 200: { description: 'The windows.', schema: windowsTable } },
  },
  {
    operation: 'tryMatchWindows',
    area: 'policies',
    method: 'post',
    path: '/governance/policies/match-windows/dry-run',
    demands: 'publish-policy',
    summary:
      'How many exams of the last 90 days would be warned of otherwise, had each just been ordered: by what the archive has. Nothing changes.',
    body: tryWindowsBody,
    answers: { 200: { description: 'What would change.', schema: difference } },
    refusals: { 413: 'The body is larger than 256 KiB.' },
  },
  {
    operation: 'publishMatchWindows',
    area: 'policies',
    method: 'post',
    path: '/governance/policies/match-windows',
    demands: 'publish-policy',
    summary: 'Puts windows in force, everywhere within a minute.',
    body: publishWindowsBody,
    answers: { 201: { description: 'They are in force.', schema: z.object({ version }) } },
    refusals: {
      409: 'Other windows are in force than they are based on, or this version is used already.',
      413: 'The body is larger than 256 KiB.',
    },
  },
];
