import type { DicomJson, JsonElement } from '../dicom-json.js';
import { vrOfTag } from '../dictionary.js';

/** `always`: stands in the record also when the file has no value for it; `present`: only when it has. */
type Keys = Readonly<{ always: readonly string[]; present?: readonly string[] }>;

const NUMBER = '00200013';
const CONTENT_DATE = '00080023';
const CONTENT_TIME = '00080033';
const LABEL = '00700080';
const CONCEPT_NAME = '0040A043';
const CONTENT = '0040A730';
const DESCRIPTION_AND_CREATOR = ['00700081', '00700084'];

const DATED = [NUMBER, CONTENT_DATE, CONTENT_TIME];
const IDENTIFIED: Keys = { always: [...DATED, LABEL, ...DESCRIPTION_AND_CREATOR] };

/** Keys of the records (PS3.3 §F.5), by their type. */
const KEYS: Readonly<Record<string, Keys>> = {
  PATIENT: { always: ['00100010', '00100020'] },
  STUDY: { always: ['00080020', '00080030', '00080050', '00081030', '0020000D', '00200010'] },
  SERIES: { always: ['00080060', '0020000E', '00200011'] },
  IMAGE: { always: [NUMBER] },
  'RT DOSE': { always: [NUMBER, '3004000A'], present: ['30040006'] },
  'RT STRUCTURE SET': { always: [NUMBER, '30060002', '30060008', '30060009'] },
  'RT PLAN': { always: [NUMBER, '300A0002', '300A0006', '300A0007'] },
  'RT TREAT RECORD': { always: [NUMBER, '30080250', '30080251'] },
  PRESENTATION: {
    always: ['00700082', '00700083', NUMBER, LABEL, ...DESCRIPTION_AND_CREATOR],
    present: ['00081115', '00700402'],
  },
  WAVEFORM: { always: DATED },
  'SR DOCUMENT': {
    always: [...DATED, '0040A491', '0040A493', CONCEPT_NAME],
    present: ['0040A030', CONTENT],
  },
  'KEY OBJECT DOC': { always: [...DATED, CONCEPT_NAME], present: [CONTENT] },
  SPECTROSCOPY: {
    always: ['00080008', ...DATED, '00280008', '00280010', '00280011', '00289001', '00289002'],
    present: ['00089092'],
  },
  'RAW DATA': { always: DATED },
  REGISTRATION: IDENTIFIED,
  FIDUCIAL: IDENTIFIED,
  'VALUE MAP': IDENTIFIED,
  MEASUREMENT: IDENTIFIED,
  SURFACE: IDENTIFIED,
  TRACT: IDENTIFIED,
  'ENCAP DOC': {
    always: [...DATED, '00420010', CONCEPT_NAME, '00420012'],
    present: ['0040E001'],
  },
  'SURFACE SCAN': { always: [CONTENT_DATE, CONTENT_TIME] },
  ASSESSMENT: { always: [NUMBER, '00080012', '00080013'] },
  RADIOTHERAPY: {
    always: [NUMBER, ...DESCRIPTION_AND_CREATOR],
    present: ['30100033', '30100034'],
  },
};

/** What of a header stands in its record of this type; empty where the file has no value. */
export function keysOf(type: string, header: DicomJson): DicomJson {
  const { always, present = [] } = KEYS[type] ?? { always: [] };
  const keys: DicomJson = {};
  for (const tag of always) keys[tag] = header[tag] ?? emptyElement(tag);
  for (const tag of present) {
    const element = tag === CONTENT ? modifiersOf(header[tag]) : header[tag];
    if (element?.Value !== undefined) keys[tag] = element;
  }
  return keys;
}

const emptyElement = (tag: string): JsonElement => {
  const vr = vrOfTag(Number.parseInt(tag, 16));
  return { vr: vr === 'US or SS' ? 'US' : vr };
};

/** Of the content of a document only what modifies its title (PS3.3 §F.5.25). */
function modifiersOf(content: JsonElement | undefined): JsonElement | undefined {
  const items = (content?.Value ?? []) as readonly DicomJson[];
  const modifiers = items.filter((item) => item?.['0040A010']?.Value?.[0] === 'HAS CONCEPT MOD');
  return modifiers.length === 0 ? undefined : { vr: 'SQ', Value: modifiers };
}
