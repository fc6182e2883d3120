import type { Access } from '#evidence/access-query';
import { actionCodeOf, DCM, eventOf, outcomeCodeOf } from '#evidence/audit-codes';
import type { Resource } from '../fhir/fhir-answer.js';

const EVENT_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const INTERACTION = 'http://hl7.org/fhir/restful-interaction';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const OBJECT_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const ACT_REASON = 'http://terminology.hl7.org/CodeSystem/v3-ActReason';
const ROLE = 'urn:arkim:role';
const ORGANISATION = 'urn:arkim:organisation';
const ACTOR = 'urn:arkim:actor';
const CLAIM = 'urn:arkim:claim';
const PROFILES = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit';
/** Characters of the id of a person that go into the id of a resource, which has 64 at most. */
const PERSON_CHARACTERS = 31;

/** The record, and the part of a person that one access of it is about. */
export const auditEventId = ({ record, person }: Pick<Access, 'record' | 'person'>): string => {
  const id = record.replaceAll('-', '');
  return person === '' ? id : `${id}.${person.slice(0, PERSON_CHARACTERS)}`;
};

/** Which record an id is of, and how its person's id begins; undefined when it is none. */
export function readAuditEventId(id: string): { record: string; person: string } | undefined {
  const [, hex = '', person = ''] = /^([0-9a-f]{32})(?:\.([0-9a-f]{1,31}))?$/.exec(id) ?? [];
  if (hex === '') return undefined;
  return { record: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), person };
}

/** `isWhole`: the reader learns what was searched for, and the subject of the credential beside the name in it; else the name or role alone. */
export type AuditEventView = Readonly<{ base: string; isWhole: boolean }>;

/** One access as an AuditEvent of FHIR R4, in the shapes of IHE BALP (RESTful activity) with the codes of DICOM PS3.15 §A.5. */
export function auditEvent(access: Access, view: AuditEventView): Resource {
  const isSearch = access.action === 'search';
  const profile = isSearch ? `${PROFILES}.PatientQuery` : `${PROFILES}.PatientRead`;
  return {
    resourceType: 'AuditEvent',
    id: auditEventId(access),
    ...(access.person !== '' && access.outcome === 'permit'
      ? { meta: { profile: [profile] } }
      : {}),
    type: { system: EVENT_TYPE, code: 'rest', display: 'Restful Operation' },
    subtype: [
      ...(access.action === 'authenticate' ? [] : [interactionOf(isSearch)]),
      { system: DCM, ...eventOf(access) },
    ],
    action: actionCodeOf(access),
    ...(access.windowStart === null ? {} : { period: { start: access.windowStart } }),
    recorded: access.recordedAt,
    outcome: outcomeCodeOf(access),
    outcomeDesc: outcomeTextOf(access),
    ...(access.purpose === '' ? {} : { purposeOfEvent: [purposeOf(access)] }),
    agent: [
      userOf(access, view),
      ...actedForBy(access),
      ...organisationOf(access),
      CLIENT,
      server(view),
    ],
    source: {
      observer: { display: 'Arkim' },
      site: access.hospital || access.organisation || 'arkim',
    },
    entity: entitiesOf(access, view),
  };
}

const interactionOf = (isSearch: boolean) => ({
  system: INTERACTION,
  code: isSearch ? 'search' : 'read',
});

const outcomeTextOf = ({ rule, policyVersion, repeats }: Access): string =>
  [
    policyVersion === '' ? rule : `${rule} (policy ${policyVersion})`,
    ...(repeats > 0 ? [`${repeats} times more before`] : []),
  ].join(', ');

const concept = (system: string, code: string, display?: string) => ({
  coding: [{ system, code, ...(display ? { display } : {}) }],
});

const purposeOf = ({ purpose }: Access) => concept(ACT_REASON, purpose);

function userOf(access: Access, { isWhole }: AuditEventView) {
  const { personal, roles, machine, purpose } = access;
  const name = personal?.name ?? (isWhole ? personal?.subject : undefined);
  return {
    type: concept(PARTICIPATION, machine ? 'CST' : 'IRCP'),
    role: roles.map((role) => concept(ROLE, role)),
    who: {
      ...(access.actor === '' ? {} : { identifier: { system: ACTOR, value: access.actor } }),
      display: access.actor === '' ? 'unknown' : (name ?? roles.join(', ')),
    },
    ...(isWhole && personal?.subject ? { altId: personal.subject } : {}),
    requestor: true,
    ...(purpose === '' ? {} : { purposeOfUse: [purposeOf(access)] }),
  };
}

const actedForBy = ({ behalfActor }: Access) =>
  behalfActor === ''
    ? []
    : [
        {
          type: concept(PARTICIPATION, 'RESP', 'responsible party'),
          who: { identifier: { system: ACTOR, value: behalfActor } },
          requestor: false,
        },
      ];

const organisationOf = ({ organisation, behalfOrganisation }: Access) => {
  const value = behalfOrganisation || organisation;
  if (value === '') return [];
  return [
    {
      type: concept(PARTICIPATION, 'PROV', 'healthcare provider'),
      who: { identifier: { system: ORGANISATION, value } },
      requestor: false,
    },
  ];
};

const CLIENT = {
  type: concept(DCM, '110152', 'Destination Role ID'),
  who: { display: 'DICOMweb client' },
  requestor: false,
};

const server = ({ base }: AuditEventView) => ({
  type: concept(DCM, '110153', 'Source Role ID'),
  who: { display: 'Arkim' },
  requestor: false,
  network: { address: base, type: '5' },
});

const entity = (what: object, type: string, role: string) => ({
  what,
  type: { system: ENTITY_TYPE, code: type },
  role: { system: OBJECT_ROLE, code: role },
});

function entitiesOf(access: Access, { isWhole }: AuditEventView) {
  const { person, studies, personal } = access;
  const patient = person === '' ? [] : [entity({ reference: `Patient/${person}` }, '1', '1')];
  const shown = studies.flatMap(({ claim, studyUid }) => [
    entity({ identifier: { system: CLAIM, value: claim } }, '2', '3'),
    ...(studyUid === ''
      ? []
      : [
          entity(
            { identifier: { system: 'urn:dicom:uid', value: `urn:oid:${studyUid}` } },
            '2',
            '3',
          ),
        ]),
  ]);
  const asked = isWhole ? personal?.query : undefined;
  const query =
    asked === undefined
      ? []
      : [
          {
            ...entity({ display: 'query' }, '2', '24'),
            query: Buffer.from(asked).toString('base64'),
          },
        ];
  return [...patient, ...shown, ...query];
}
