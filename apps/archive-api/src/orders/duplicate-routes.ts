import { z } from 'zod';
import {
  claimId,
  type GovernanceRoute,
  opaqueId,
  organisationCode,
  patientIdentifier,
} from '../governance/governance-route.js';
import { FIGURE_ROUTES } from './figure-routes.js';

const CODES_MAX = 10;
const TEXTS_MAX = 10;
const TEXT = /^[^\p{Cc}\p{Cs}]{1,250}$/u;
const MODALITY = /^[A-Z][A-Z0-9]{1,15}$/;

const text = z.string().trim().regex(TEXT);
const code = z.strictObject({
  system: z.string().trim().max(250).default(''),
  value: text,
  display: z.string().trim().max(250).default(''),
});

/** An order that the own hospital's system has told of (docs/hl7.md), by one of its numbers. */
export const orderQuery = z
  .strictObject({
    order: opaqueId.optional(),
    number: text.optional(),
    accession: text.optional(),
  })
  .refine((query) => Object.values(query).filter((one) => one !== undefined).length === 1, {
    path: ['order'],
  });

/** An exam that somebody means to do, in words. */
export const examBody = z.strictObject({
  patient: patientIdentifier,
  procedure: z
    .strictObject({
      codes: z.array(code).max(CODES_MAX).default([]),
      descriptions: z.array(text).max(TEXTS_MAX).default([]),
      modality: z.string().regex(MODALITY).or(z.literal('')).default(''),
      bodySites: z.array(text).max(TEXTS_MAX).default([]),
      laterality: z.enum(['L', 'R', 'B', '']).default(''),
      reasons: z.array(text).max(TEXTS_MAX).default([]),
    })
    .refine(({ codes, descriptions }) => codes.length + descriptions.length > 0, {
      path: ['codes'],
    }),
  /** The day on which it is to be done; today when none is named. */
  on: z.iso.date().optional(),
});

const exam = z.object({
  group: z.string(),
  regions: z.array(z.string()),
  laterality: z.string(),
  contrast: z.string(),
  purposes: z.array(z.string()),
  evidence: z.string(),
  confidence: z.number(),
});

const duplicate = z.object({
  kind: z.enum(['study', 'order']),
  /** In words. */
  summary: z.string(),
  grade: z.string(),
  indicator: z.string(),
  reasons: z.array(z.string()),
  days: z.number().int().nullable(),
  on: z.iso.date(),
  hospital: organisationCode,
  hospitalName: z.string(),
  exam,
  /** Of a study: where it is, and what it is called there. */
  study: z
    .object({
      claim: claimId,
      uid: z.string(),
      description: z.string(),
      instances: z.number().int(),
      bytes: z.number().int(),
      address: z.string(),
    })
    .nullable(),
});

const judged = z.object({
  order: opaqueId.nullable(),
  state: z.enum(['active', 'cancelled', 'performed']).nullable(),
  on: z.iso.date(),
  exam,
  duplicates: z.array(duplicate),
});

const answer = z.object({ windows: z.string(), orders: z.array(judged) });

export const DUPLICATE_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'checkOrder',
    area: 'duplicates',
    method: 'get',
    path: '/governance/duplicates',
    demands: 'search',
    summary:
      'Which exams an order of the own hospital would repeat, by its opaque id, its placer’s number (ORC-2) or its accession number: of what the caller may open.',
    query: orderQuery,
    answers: { 200: { description: 'Each order of that number, judged.', schema: answer } },
  },
  {
    operation: 'checkExam',
    area: 'duplicates',
    method: 'post',
    path: '/governance/duplicates/search',
    demands: 'search',
    summary: 'Which exams one that is meant to be done would repeat: of what the caller may open.',
    body: examBody,
    answers: { 200: { description: 'The exam, judged.', schema: answer } },
  },
  ...FIGURE_ROUTES,
];
