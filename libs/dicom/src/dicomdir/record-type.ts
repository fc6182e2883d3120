import type { DicomJson } from '../dicom-json.js';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const PLANS = new Set(['1.2.840.10008.5.1.4.34.7', '1.2.840.10008.5.1.4.34.10']);
const ROWS = '00280010';

/** By the end of the SOP Class UID behind the root of the storage classes, most special first. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^88\.59$/, 'KEY OBJECT DOC'],
  [/^(?:88\.|78\.6$|79\.1$)/, 'SR DOCUMENT'],
  [/^(?:11\.|131$)/, 'PRESENTATION'],
  [/^9\./, 'WAVEFORM'],
  [/^104\./, 'ENCAP DOC'],
  [/^481\.2$/, 'RT DOSE'],
  [/^481\.3$/, 'RT STRUCTURE SET'],
  [/^481\.[58]$/, 'RT PLAN'],
  [/^481\.[4679]$/, 'RT TREAT RECORD'],
  [/^481\.(?:1\d|2[0-2])$/, 'RADIOTHERAPY'],
  [/^4\.2$/, 'SPECTROSCOPY'],
  [/^66$/, 'RAW DATA'],
  [/^66\.[13]$/, 'REGISTRATION'],
  [/^66\.2$/, 'FIDUCIAL'],
  [/^66\.5$/, 'SURFACE'],
  [/^66\.6$/, 'TRACT'],
  [/^67$/, 'VALUE MAP'],
  [/^68\.[12]$/, 'SURFACE SCAN'],
  [/^77\.1\.5\.3$/, 'STEREOMETRIC'],
  [/^(?:78\.[1-578]|80\.1)$/, 'MEASUREMENT'],
  [/^90\.1$/, 'ASSESSMENT'],
];

/** Directory Record Type (0004,1430) of an instance (PS3.3 §F.3.2.2, Table F.4-1): what is no image and of no known class is PRIVATE. */
export function recordTypeOf(sopClass: string, header: DicomJson): string {
  if (PLANS.has(sopClass)) return 'PLAN';
  const end = sopClass.startsWith(STORAGE) ? sopClass.slice(STORAGE.length) : '';
  const known = TYPES.find(([pattern]) => pattern.test(end))?.[1];
  return known ?? (header[ROWS] === undefined ? 'PRIVATE' : 'IMAGE');
}
