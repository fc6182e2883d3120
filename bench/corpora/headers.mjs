import { dataSet } from './part10.mjs';
import { pad } from './people.mjs';

const ctClass = '1.2.840.10008.5.1.4.1.1.2';
/** SOP classes by corpus kind; small studies take that of their modality. */
export const sopClasses = {
  ct: ctClass,
  mg: '1.2.840.10008.5.1.4.1.1.1.2',
  enhanced: '1.2.840.10008.5.1.4.1.1.2.1',
  CT: ctClass,
  MR: '1.2.840.10008.5.1.4.1.1.4',
  CR: '1.2.840.10008.5.1.4.1.1.1',
  DX: '1.2.840.10008.5.1.4.1.1.1.1',
  US: '1.2.840.10008.5.1.4.1.1.6.1',
};

const code = (value, scheme, meaning) =>
  dataSet([
    [0x00080100, 'SH', value],
    [0x00080102, 'SH', scheme],
    [0x00080104, 'LO', meaning],
  ]);

/** The attributes each instance has: patient, study, series, equipment, image plane and pixel module. */
export function instanceElements(facts) {
  return [...subjectElements(facts), ...seriesElements(facts), ...pixelElements(facts)];
}

function subjectElements({ uids, sopClass, person }) {
  return [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080016, 'UI', sopClass],
    [0x00080018, 'UI', uids.instance],
    [0x00080020, 'DA', person.date],
    [0x00080030, 'TM', '101500.000'],
    [0x00080050, 'SH', `A${person.id.slice(6, 11)}${person.id.slice(12)}`],
    [0x00080090, 'PN', 'Referrer^Ruth'],
    [0x00081030, 'LO', `Bench study of ${person.modality}`],
    [0x00100010, 'PN', person.name],
    [0x00100020, 'LO', person.id],
    [0x00100021, 'LO', 'BENCH'],
    [0x00100030, 'DA', '19500101'],
    [0x00100040, 'CS', 'O'],
    [0x00101010, 'AS', '035Y'],
    [0x0020000d, 'UI', uids.study],
    [0x00200010, 'SH', person.id.slice(12)],
  ];
}

function seriesElements({ uids, person, number, modality }) {
  return [
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
    [0x00080021, 'DA', person.date],
    [0x00080022, 'DA', person.date],
    [0x00080023, 'DA', person.date],
    [0x00080031, 'TM', '101600.000'],
    [0x00080032, 'TM', '101601.000'],
    [0x00080060, 'CS', modality],
    [0x00080070, 'LO', 'Arkim bench'],
    [0x00080080, 'LO', 'Hospital of measures'],
    [0x0008103e, 'LO', 'Series to measure with'],
    [0x00181000, 'LO', 'BENCH-1'],
    [0x00181030, 'LO', 'Protocol of measures'],
    [0x0020000e, 'UI', uids.series],
    [0x00200011, 'IS', '1'],
    [0x00200013, 'IS', String(number + 1)],
  ];
}

function pixelElements({ rows, columns }) {
  return [
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', [rows]],
    [0x00280011, 'US', [columns]],
    [0x00280100, 'US', [16]],
    [0x00280101, 'US', [16]],
    [0x00280102, 'US', [15]],
    [0x00280103, 'US', [0]],
  ];
}

/** What a scanner writes beside that into each CT slice: about as much as a real header holds, sequences included. */
export function ctElements({ uids, number }) {
  const z = (-250 + number * 0.625).toFixed(3);
  return [...ctAcquisition(number), ...ctPlane(uids, number, z), ...ctSequences(uids)];
}

function ctAcquisition(number) {
  return [
    [0x00180015, 'CS', 'CHEST'],
    [0x00180022, 'CS', 'HELICAL MODE'],
    [0x00180050, 'DS', '0.625'],
    [0x00180060, 'DS', '120'],
    [0x00180090, 'DS', '500'],
    [0x00181020, 'LO', 'bench.1.0'],
    [0x00181100, 'DS', '360'],
    [0x00181110, 'DS', '949.147'],
    [0x00181111, 'DS', '541'],
    [0x00181120, 'DS', '0'],
    [0x00181130, 'DS', (140 + number / 100).toFixed(4)],
    [0x00181140, 'CS', 'CW'],
    [0x00181150, 'IS', '500'],
    [0x00181151, 'IS', String(200 + (number % 90))],
    [0x00181152, 'IS', String(100 + (number % 45))],
    [0x00181160, 'SH', 'BODY FILTER'],
    [0x00181170, 'IS', '24000'],
    [0x00181190, 'DS', '1.2'],
    [0x00181210, 'SH', 'STANDARD'],
    [0x00185100, 'CS', 'FFS'],
    [0x00189305, 'FD', [0.5]],
    [0x00189306, 'FD', [0.625]],
    [0x00189307, 'FD', [40]],
    [0x00189309, 'FD', [78.75]],
    [0x00189310, 'FD', [39.375]],
    [0x00189311, 'FD', [0.984375]],
    [0x00189345, 'FD', [10.25 + number / 1000]],
  ];
}

function ctPlane(uids, number, z) {
  return [
    [0x00200012, 'IS', '1'],
    [0x00200032, 'DS', `-180.000\\-180.000\\${z}`],
    [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
    [0x00200052, 'UI', `${uids.series}.1`],
    [0x00201040, 'LO', 'SN'],
    [0x00201041, 'DS', z],
    [0x00280030, 'DS', '0.703125\\0.703125'],
    [0x00281050, 'DS', '40\\-600'],
    [0x00281051, 'DS', '400\\1500'],
    [0x00281052, 'DS', '-1024'],
    [0x00281053, 'DS', '1'],
    [0x00281054, 'LO', 'HU'],
    [0x00281055, 'LO', 'MEDIASTINUM\\LUNG'],
    [0x00321060, 'LO', 'CT of the chest'],
    [0x00400244, 'DA', '19850101'],
    [0x00400245, 'TM', '101400'],
    [0x00400253, 'SH', `PPS${pad(number, 5)}`],
    [0x00400254, 'LO', 'Chest, without contrast'],
  ];
}

function ctSequences(uids) {
  const request = dataSet([
    [0x00321060, 'LO', 'CT of the chest'],
    [0x00400007, 'LO', 'CT chest'],
    [0x00400009, 'SH', 'SPS-1'],
    [0x00401001, 'SH', 'RP-1'],
  ]);
  const localizer = dataSet([
    [0x00081150, 'UI', ctClass],
    [0x00081155, 'UI', `${uids.series}.2`],
  ]);
  return [
    [0x00081032, 'SQ', [code('71250', 'C4', 'CT chest')]],
    [0x00081140, 'SQ', [localizer]],
    [0x00082218, 'SQ', [code('51185008', 'SCT', 'Chest')]],
    [0x00400260, 'SQ', [code('CT1', '99BENCH', 'Chest protocol')]],
    [0x00400275, 'SQ', [request]],
  ];
}

/** Functional groups of an enhanced multi-frame CT (PS3.3 §C.7.6.16): one item per frame. */
export function enhancedElements({ frames, uids }) {
  const measures = dataSet([
    [0x00180050, 'DS', '0.625'],
    [0x00280030, 'DS', '0.703125\\0.703125'],
  ]);
  const orientation = dataSet([[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]);
  const shared = dataSet([
    [0x00209116, 'SQ', [orientation]],
    [0x00289110, 'SQ', [measures]],
  ]);
  const perFrame = Array.from({ length: frames }, (_, at) => frameItem(at));
  return [
    [0x00280008, 'IS', String(frames)],
    [0x00200052, 'UI', `${uids.series}.1`],
    [0x52009229, 'SQ', [shared]],
    [0x52009230, 'SQ', perFrame],
  ];
}

function frameItem(at) {
  const content = dataSet([
    [0x00209056, 'SH', '1'],
    [0x00209057, 'UL', [at + 1]],
  ]);
  const position = dataSet([[0x00200032, 'DS', `-180\\-180\\${(at * 0.625).toFixed(3)}`]]);
  const transform = dataSet([
    [0x00281052, 'DS', '-1024'],
    [0x00281053, 'DS', '1'],
    [0x00281054, 'LO', 'HU'],
  ]);
  return dataSet([
    [0x00209111, 'SQ', [content]],
    [0x00209113, 'SQ', [position]],
    [0x00289145, 'SQ', [transform]],
  ]);
}
