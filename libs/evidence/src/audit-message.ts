import type { ProvenRecord } from './audit-chain.js';
import { actionCodeOf, eventOf, outcomeCodeOf } from './audit-codes.js';

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const quoted = (text: string): string =>
  `"${text.replace(/[&<>"]/g, (each) => ESCAPED[each] ?? '')}"`;

const attributes = (all: Readonly<Record<string, string>>): string =>
  Object.entries(all)
    .map(([name, value]) => ` ${name}=${quoted(value)}`)
    .join('');

const code = (element: string, value: string, system: string, text: string): string =>
  `<${element}${attributes({ 'csd-code': value, codeSystemName: system, originalText: text })}/>`;

/** A record as an audit message of DICOM PS3.15 §A.5.1. It names nobody: who and whom are the opaque ids of the archive. */
export function auditMessage(record: ProvenRecord): string {
  const { code: id, display } = eventOf(record);
  const event = attributes({
    EventActionCode: actionCodeOf(record),
    EventDateTime: record.recordedAt,
    EventOutcomeIndicator: outcomeCodeOf(record),
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?><AuditMessage>',
    `<EventIdentification${event}>`,
    code('EventID', id, 'DCM', display),
    code('EventTypeCode', record.rule, 'ARKIM', `${record.action} ${record.kind}`),
    '</EventIdentification>',
    ...participants(record),
    `<AuditSourceIdentification${attributes({ AuditEnterpriseSiteID: record.hospital || record.organisation || 'arkim', AuditSourceID: 'arkim' })}/>`,
    ...objects(record),
    '</AuditMessage>',
  ].join('');
}

function participants(record: ProvenRecord): readonly string[] {
  const { actor, organisation, roles, behalfActor, behalfOrganisation } = record;
  const user = attributes({
    UserID: actor || 'unknown',
    AlternativeUserID: organisation,
    UserIsRequestor: 'true',
  });
  const codes = roles.map((role) => code('RoleIDCode', role, 'ARKIM', role));
  const other = attributes({
    UserID: behalfActor,
    AlternativeUserID: behalfOrganisation,
    UserIsRequestor: 'false',
  });
  return [
    `<ActiveParticipant${user}>${codes.join('')}</ActiveParticipant>`,
    ...(behalfActor === '' ? [] : [`<ActiveParticipant${other}/>`]),
  ];
}

const object = (id: string, [type, role]: readonly [string, string], idType: string): string => {
  const named = attributes({
    ParticipantObjectID: id,
    ParticipantObjectTypeCode: type,
    ParticipantObjectTypeCodeRole: role,
  });
  return `<ParticipantObjectIdentification${named}>${idType}<ParticipantObjectName>${id}</ParticipantObjectName></ParticipantObjectIdentification>`;
};

function objects({ claim, person, id, purpose }: ProvenRecord): readonly string[] {
  const detail = purpose === '' ? '' : `;purpose=${purpose}`;
  return [
    ...(claim === ''
      ? []
      : [
          object(
            claim,
            ['2', '3'],
            code('ParticipantObjectIDTypeCode', 'claim', 'ARKIM', 'Claim of a study'),
          ),
        ]),
    ...(person === ''
      ? []
      : [
          object(
            person,
            ['1', '1'],
            code('ParticipantObjectIDTypeCode', '2', 'RFC-3881', 'Patient Number'),
          ),
        ]),
    object(
      `${id}`,
      ['2', '13'],
      code('ParticipantObjectIDTypeCode', 'record', 'ARKIM', `Audit record${detail}`),
    ),
  ];
}
