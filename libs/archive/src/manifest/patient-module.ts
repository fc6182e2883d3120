import type { DicomJson, PersonName } from '#dicom/dicom-json';
import { maybe, moment, one } from './content-items.js';
import type { ManifestPatient } from './manifest-study.js';

const OID = 'urn:oid:';

/** The patient, each identifier with who assigned it (IHE RAD MADO §6.X.2.5). */
export function patientModule(patient: ManifestPatient): DicomJson {
  const { name, birthDate, sex } = patient;
  const identified = identifier(patient);
  return {
    '00100010': name === '' ? { vr: 'PN' } : { vr: 'PN', Value: [personName(name)] },
    ...identified,
    '00100030': moment('DA', birthDate),
    '00100040': maybe('CS', sex),
    '00101002': one('SQ', { ...identified, '00100022': one('CS', 'TEXT') }),
  };
}

const identifier = ({ value, system }: ManifestPatient): DicomJson => {
  const isOid = system.startsWith(OID);
  return {
    '00100020': one('LO', value),
    '00100024': one('SQ', {
      '00400032': one('UT', isOid ? system.slice(OID.length) : system),
      '00400033': one('CS', isOid ? 'ISO' : 'URI'),
    }),
  };
};

/** The name in the DICOM JSON Model. */
const personName = (text: string): PersonName => {
  const [Alphabetic = '', Ideographic = '', Phonetic = ''] = text.split('=');
  return {
    ...(Alphabetic !== '' && { Alphabetic }),
    ...(Ideographic !== '' && { Ideographic }),
    ...(Phonetic !== '' && { Phonetic }),
  };
};
