/** Names of code systems by which orders and data sets call them → one name for all: DICOM's designator where there is one (PS3.16 Table 8-1). */
const NAMES: Readonly<Record<string, string>> = {
  ln: 'LN',
  loinc: 'LN',
  'http://loinc.org': 'LN',
  '2.16.840.1.113883.6.1': 'LN',
  sct: 'SCT',
  snomed: 'SCT',
  'http://snomed.info/sct': 'SCT',
  '2.16.840.1.113883.6.96': 'SCT',
  srt: 'SRT',
  snm3: 'SRT',
  '99sdm': 'SRT',
  '2.16.840.1.113883.6.6': 'SRT',
  dcm: 'DCM',
  'http://dicom.nema.org/resources/ontology/dcm': 'DCM',
  '1.2.840.10008.2.16.4': 'DCM',
  radlex: 'RADLEX',
  rpid: 'RADLEX',
  'http://radlex.org': 'RADLEX',
  'http://www.radlex.org': 'RADLEX',
  '2.16.840.1.113883.6.256': 'RADLEX',
  ccam: 'CCAM',
  '1.2.250.1.213.2.5': 'CCAM',
};

/** The one name of a code system; what isn't known stays as it was written, without `urn:oid:`. */
export function codeSystem(written: string): string {
  const plain = written.trim().replace(/^urn:oid:/i, '');
  return NAMES[plain.toLowerCase()] ?? plain;
}

/** A code as tables look it up. */
export const codeKey = (system: string, value: string): string =>
  `${codeSystem(system)}|${value.trim()}`;
