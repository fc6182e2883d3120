import { z } from 'zod';
import {
  actorId,
  claimId,
  type GovernanceRoute,
  instant,
  level,
  made,
  opaqueId,
  organisationCode,
  patientIdentifier,
} from './governance-route.js';

/** Left out by patients, who speak for themselves. */
const patient = patientIdentifier.optional();
const target = { organisation: organisationCode.optional(), actor: actorId.optional() };
const isOne = ({
  organisation,
  actor,
}: Readonly<{ organisation?: string | undefined; actor?: string | undefined }>) =>
  (organisation === undefined) !== (actor === undefined);
const ONE = { message: 'one of the two', path: ['organisation'] };

export const oppositionBody = z
  .strictObject({ patient, hospital: organisationCode.optional(), claim: claimId.optional() })
  .refine(({ hospital, claim }) => hospital === undefined || claim === undefined, {
    message: 'one of the two at most',
    path: ['claim'],
  });

export const grantBody = z
  .strictObject({ patient, ...target, level, claim: claimId.optional(), until: instant.optional() })
  .refine(isOne, ONE);

export const exclusionBody = z.strictObject({ patient, ...target }).refine(isOne, ONE);

export const representativeBody = z.strictObject({
  patient,
  representative: patientIdentifier,
  capacity: z.enum(['parent', 'guardian', 'trusted-person']),
  until: instant.optional(),
});

export const consentsBody = z.strictObject({ patient: patientIdentifier });

const orNull = <T extends z.ZodType>(type: T) => type.nullable();
const entry = { id: opaqueId, patient: opaqueId, from: instant };
const whom = { organisation: orNull(organisationCode), actor: orNull(actorId) };

const consents = z.object({
  oppositions: z.array(
    z.object({ ...entry, hospital: orNull(organisationCode), claim: orNull(claimId) }),
  ),
  grants: z.array(
    z.object({ ...entry, ...whom, level, claim: orNull(claimId), until: orNull(instant) }),
  ),
  exclusions: z.array(z.object({ ...entry, ...whom })),
  representatives: z.array(
    z.object({ ...entry, representative: opaqueId, until: orNull(instant) }),
  ),
  represents: z.array(z.object({ ...entry, until: orNull(instant) })),
});

const given = { 201: { description: 'It holds from now on.', schema: made } };
const taken = { 204: { description: 'It holds no longer.' } };
const TOO_MANY = { 409: 'The patient has as many as one may have.' };

/** How one kind of consent is told and taken back. */
const both = (
  kind: string,
  told: Readonly<{ operation: string; summary: string; body: z.ZodType }>,
  ended: Readonly<{ operation: string; summary: string }>,
): readonly GovernanceRoute[] => [
  {
    ...told,
    area: 'consent',
    method: 'post',
    path: `/governance/${kind}`,
    demands: 'keep-consent',
    answers: given,
    refusals: TOO_MANY,
  },
  {
    ...ended,
    area: 'consent',
    method: 'delete',
    path: `/governance/${kind}/{id}`,
    demands: 'keep-consent',
    answers: taken,
  },
];

export const CONSENT_ROUTES: readonly GovernanceRoute[] = [
  ...both(
    'oppositions',
    {
      operation: 'recordOpposition',
      summary:
        'A patient opposes that others than the custodian see their studies: of one hospital, one study, or all.',
      body: oppositionBody,
    },
    { operation: 'withdrawOpposition', summary: 'They oppose it no longer.' },
  ),
  ...both(
    'grants',
    {
      operation: 'giveGrant',
      summary: 'A patient lets an organisation, or one person, see their studies up to a level.',
      body: grantBody,
    },
    { operation: 'revokeGrant', summary: 'It is taken back.' },
  ),
  ...both(
    'exclusions',
    {
      operation: 'recordExclusion',
      summary: 'A patient keeps out an organisation, or one person.',
      body: exclusionBody,
    },
    { operation: 'withdrawExclusion', summary: 'They are kept out no longer.' },
  ),
  ...both(
    'representatives',
    {
      operation: 'nameRepresentative',
      summary: 'Somebody may act for a patient: a parent, a guardian, a person of trust.',
      body: representativeBody,
    },
    { operation: 'removeRepresentative', summary: 'They may no longer.' },
  ),
  {
    operation: 'listConsents',
    area: 'consent',
    method: 'get',
    path: '/governance/consents',
    demands: 'keep-consent',
    summary: 'All that holds now of the patient who asks.',
    answers: { 200: { description: 'By kind.', schema: consents } },
  },
  {
    operation: 'searchConsents',
    area: 'consent',
    method: 'post',
    path: '/governance/consents/search',
    demands: 'keep-consent',
    summary: 'The same of a patient whom the agency names.',
    body: consentsBody,
    answers: { 200: { description: 'By kind.', schema: consents } },
  },
];
