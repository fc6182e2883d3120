import { z } from 'zod';
import {
  claimPath,
  firstFault,
  isSafeUri,
  issuerText,
  keyMembers,
  multiFactor,
  ORGANISATION,
  parseJson,
  valueTable,
  withKeys,
} from './config/issuers-setting.js';

/** The roles that a hospital's own issuers and machines may give: nothing of the agency, of patients or of the archive itself. */
export const HOSPITAL_ROLES = [
  'modality',
  'radiologist',
  'physician',
  'radiographer',
  'screening-reader',
  'teleradiologist',
  'hospital-system',
  'records-manager',
  'dpo',
] as const;

const ISSUERS_MAX = 20;
const CLIENTS_MAX = 1000;
/** Old and new side by side while they are renewed. */
const CERTIFICATES_MAX = 8;
const HL7_SENDERS_MAX = 100;
const NAME_CHARS_MAX = 200;
const CATALOGUES_MAX = 20;
/** All catalogues of a hospital are in one fact, which may have half a megabyte. */
const CATALOGUES_CHARS_MAX = 200_000;
const CODES_MAX = 5_000;
const MEANING_CHARS_MAX = 200;

/** Longer than a month nobody may keep an exam from its patient. */
const PATIENT_DELAY_DAYS_MAX = 30;

const short = z.string().min(1).max(64);
const role = z.enum(HOSPITAL_ROLES);
const authority = z.string().regex(/^[^\\^]{1,64}$/, 'is 1 to 64 letters without ^ or \\');
/** Facts have had them; nothing over HTTP reads them, and nobody is to believe that something does. */
const aeTitles = z
  .array(z.string())
  .max(0, 'mean nothing here: the archive is reached over HTTP alone. Leave them out')
  .default([]);

const issuer = z
  .strictObject({
    issuer: issuerText,
    audience: issuerText.default('arkim'),
    ...keyMembers,
    claims: z
      .strictObject({
        organisation: claimPath.nullable().default(null),
        roles: claimPath.default('roles'),
        affiliations: claimPath.nullable().default(null),
      })
      .prefault({}),
    values: z
      .strictObject({
        organisations: valueTable(z.string().regex(ORGANISATION)).nullable().default(null),
        roles: valueTable(role).nullable().default(null),
      })
      .prefault({}),
    mfa: multiFactor,
  })
  .transform(withKeys);

const launchAddress = issuerText.refine(isSafeUri, 'must be https');

const client = z
  .strictObject({
    id: z.string().regex(/^[\w.:/@-]{1,200}$/, 'is 1 to 200 letters, digits and . : / @ - _'),
    ...keyMembers,
    certificates: z
      .array(z.string().regex(/^[\w-]{43}$/, 'is a SHA-256 in base64url (x5t#S256)'))
      .max(CERTIFICATES_MAX)
      .default([]),
    roles: z.array(role).min(1),
    aeTitles,
    cdsHooks: z
      .strictObject({
        userIssuer: issuerText,
        userRole: z.enum(['physician', 'radiographer']).optional(),
        smartLaunch: launchAddress.optional(),
      })
      .optional(),
  })
  .transform(withKeys);

const hl7Sender = z.strictObject({
  facility: short,
  application: short.optional(),
  characterSet: z.enum(['ASCII', '8859/1', 'UNICODE UTF-8']).optional(),
  certificate: z
    .string()
    .regex(/^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, 'is a SHA-256 in hexadecimal')
    .optional(),
  duplicates: z
    .strictObject({
      client: z.string().min(1).max(NAME_CHARS_MAX),
      answer: z.enum(['acknowledgement', 'response']).optional(),
    })
    .optional(),
});

const catalogue = z.strictObject({
  name: short,
  system: issuerText,
  designator: z.string().min(1).max(16).optional(),
  codes: z
    .record(short, z.string().min(1).max(MEANING_CHARS_MAX))
    .refine((codes) => Object.keys(codes).length <= CODES_MAX, `has more than ${CODES_MAX} codes`)
    .optional(),
});

const isUnique = (names: readonly string[]) => new Set(names).size === names.length;

const file = z.strictObject({
  hospital: z.string().regex(ORGANISATION, 'is 1 to 64 letters, digits, dots, dashes'),
  name: z.string().min(1).max(NAME_CHARS_MAX),
  jurisdiction: z
    .string()
    .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'is a code of ISO 3166 such as LU or FR-GES'),
  group: z.union([z.literal(''), z.string().regex(ORGANISATION)]).default(''),
  issuers: z
    .array(issuer)
    .max(ISSUERS_MAX)
    .refine((list) => isUnique(list.map((each) => each.issuer)), 'an issuer is listed twice')
    .default([]),
  clients: z
    .array(client)
    .max(CLIENTS_MAX)
    .refine((list) => isUnique(list.map(({ id }) => id)), 'a client is listed twice')
    .default([]),
  authorities: z
    .strictObject({
      default: authority.nullable().default(null),
      issuers: z.record(short, authority).default({}),
    })
    .prefault({}),
  aeTitles,
  language: z.enum(['en', 'fr', 'de', 'pt']).optional(),
  patientAccess: z
    .strictObject({ afterDays: z.number().int().min(0).max(PATIENT_DELAY_DAYS_MAX) })
    .optional(),
  catalogues: z
    .array(catalogue)
    .max(CATALOGUES_MAX)
    .refine(
      (list) => JSON.stringify(list).length <= CATALOGUES_CHARS_MAX,
      `are more than ${CATALOGUES_CHARS_MAX} characters`,
    )
    .default([]),
  hl7: z.strictObject({ senders: z.array(hl7Sender).max(HL7_SENDERS_MAX) }).optional(),
  rejection: z
    .strictObject({
      sentAgain: z.enum(['reject', 'restore', 'ignore']).default('reject'),
      qualityShownTo: z.array(role).max(HOSPITAL_ROLES.length).default([]),
    })
    .optional(),
});

/** A hospital as its file describes it; the form is in docs/hospitals.md. */
export type HospitalFile = z.infer<typeof file>;

/** Reads the text of a hospital's file, or says in one line what is wrong with it. */
export function readHospitalFile(text: string): HospitalFile | string {
  const read = file.safeParse(parseJson(text));
  return read.success ? read.data : firstFault(read.error);
}
