const text = (vr, ...Value) => ({ vr, Value });
const person = (name) => text('PN', { Alphabetic: name });

/** What all instances of a series say alike, as DICOM JSON (PS3.18 §F.2): patient, study, series, equipment. */
export function seriesHeader(study, series) {
  const { person: patient, kind } = study;
  return {
    '00080005': text('CS', 'ISO_IR 192'),
    '00080008': text('CS', 'ORIGINAL', 'PRIMARY', 'AXIAL'),
    '00080016': text('UI', kind.sopClass),
    '00080020': text('DA', study.date),
    '00080021': text('DA', study.date),
    '00080030': text('TM', study.time),
    '00080031': text('TM', study.time),
    '00080050': text('SH', study.accession),
    '00080060': text('CS', kind.modality),
    '00080070': text('LO', 'Arkim bench'),
    '00080080': text('LO', `Hôpital ${study.hospital}`),
    '00080090': person(study.referring),
    '00081010': text('SH', `${kind.modality}-${study.hospital}-1`),
    '00081030': text('LO', study.description),
    '0008103E': text('LO', series.description),
    '00081090': text('LO', `Model ${kind.modality}`),
    '00100010': person(patient.name),
    '00100020': text('LO', study.patientId),
    '00100021': text('LO', study.hospital),
    '00100030': text('DA', patient.birthDate),
    '00100040': text('CS', patient.sex),
    '00180015': text('CS', series.part),
    '0020000D': text('UI', study.uid),
    '0020000E': text('UI', series.uid),
    '00200010': text('SH', String(study.number)),
    '00200011': text('IS', series.number),
    '00280002': text('US', 1),
    '00280010': text('US', kind.pixels.rows),
    '00280011': text('US', kind.pixels.columns),
    '00280100': text('US', kind.pixels.bits),
    '00400244': text('DA', study.date),
    '00400245': text('TM', study.time),
  };
}

/** The header of one instance. */
export const instanceHeader = (ofSeries, instance, number) => ({
  ...ofSeries,
  '00080018': text('UI', instance.uid),
  '00200013': text('IS', number),
});

/** What else a whole header says: for studies whose extracts are written. */
export function wholeHeader(header, number) {
  const {
    Value: [rows],
  } = header['00280010'];
  return {
    ...header,
    '00080012': header['00080020'],
    '00080013': header['00080030'],
    '00080022': header['00080020'],
    '00080023': header['00080020'],
    '00080032': header['00080030'],
    '00080033': header['00080030'],
    '00180050': text('DS', 1),
    '00180060': text('DS', 120),
    '00181020': text('LO', 'VB42A'),
    '00181030': text('LO', 'Protocole standard'),
    '00181151': text('IS', 200 + (number % 40)),
    '00181210': text('SH', 'B30f'),
    '00185100': text('CS', 'HFS'),
    '00200032': text('DS', -180, -180.5, number * 1.25),
    '00200037': text('DS', 1, 0, 0, 0, 1, 0),
    '00200052': text('UI', `${header['0020000E'].Value[0]}.0`),
    '00201041': text('DS', number * 1.25),
    '00280004': text('CS', 'MONOCHROME2'),
    '00280030': text('DS', 360 / rows, 360 / rows),
    '00280101': header['00280100'],
    '00280102': text('US', header['00280100'].Value[0] - 1),
    '00280103': text('US', 0),
    '00281050': text('DS', 40),
    '00281051': text('DS', 400),
    '00281052': text('DS', -1024),
    '00281053': text('DS', 1),
  };
}
