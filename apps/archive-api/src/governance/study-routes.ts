import { z } from 'zod';
import { isUid } from '#dicom/uid';
import {
  claimId,
  type GovernanceRoute,
  level,
  patientIdentifier,
  tags,
} from './governance-route.js';

const UID_CHARACTERS_MAX = 64;

/** A study by its claim, or (custodians only) by its UID. */
export const confidentialityBody = z
  .strictObject({
    claim: claimId.optional(),
    study: z.string().max(UID_CHARACTERS_MAX).refine(isUid).optional(),
    level,
    tags: tags.default([]),
  })
  .refine(({ claim, study }) => (claim === undefined) !== (study === undefined), {
    message: 'one of the two',
    path: ['claim'],
  });

const effective = z.object({ claim: claimId, level, tags });

export const vipBody = z.strictObject({ patient: patientIdentifier, vip: z.boolean() });

export const STUDY_ROUTES: readonly GovernanceRoute[] = [
  {
    operation: 'setConfidentiality',
    area: 'confidentiality',
    method: 'post',
    path: '/governance/confidentiality',
    demands: 'set-confidentiality',
    summary:
      'The patient, or the hospital that has the study, says how confidential it is; the stricter of the two holds.',
    body: confidentialityBody,
    answers: { 200: { description: 'What holds now.', schema: effective } },
  },
  {
    operation: 'flagPatient',
    area: 'patients',
    method: 'post',
    path: '/governance/vip',
    demands: 'flag-patient',
    summary:
      'The hospital is alerted whenever somebody looks at studies of this patient, who has some there; or no longer.',
    body: vipBody,
    answers: { 204: { description: 'It holds from now on.' } },
  },
];
