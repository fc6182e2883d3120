import type { Attribute, HeaderJson } from './header-json.js';

/** Study and patient attributes that a study row carries: those that PS3.18 Table 10.6.3-3 requires, shown even when empty, … */
const STUDY_REQUIRED = {
  '00080020': 'DA',
  '00080030': 'TM',
  '00080050': 'SH',
  '00080090': 'PN',
  '00100010': 'PN',
  '00100020': 'LO',
  '00100030': 'DA',
  '00100040': 'CS',
  '0020000D': 'UI',
  '00200010': 'SH',
} as const;

/** … and those that viewers and the agency ask for, shown when present. */
const STUDY_OPTIONAL = [
  '00080051',
  '00080201',
  '00081030',
  '00081032',
  '00081048',
  '00081060',
  '00081080',
  '00100021',
  '00100024',
  '00100032',
  '00101002',
  '00101010',
  '00101020',
  '00101030',
  '00104000',
  '00321060',
  '00321064',
] as const;

/** Series attributes: required by PS3.18 Table 10.6.3-4, … */
const SERIES_REQUIRED = { '00080060': 'CS', '0020000E': 'UI', '00200011': 'IS' } as const;

/** … and shown when present. */
const SERIES_OPTIONAL = [
  '00080021',
  '00080031',
  '00080070',
  '00080080',
  '00080201',
  '00081010',
  '0008103E',
  '00081040',
  '00081050',
  '00081070',
  '00081090',
  '00180015',
  '00181000',
  '00181030',
  '00185100',
  '00200060',
  '00400244',
  '00400245',
  '00400254',
  '00400275',
] as const;

type Level = Readonly<{ required: Readonly<Record<string, string>>; optional: readonly string[] }>;

export const STUDY_LEVEL: Level = { required: STUDY_REQUIRED, optional: STUDY_OPTIONAL };
export const SERIES_LEVEL: Level = { required: SERIES_REQUIRED, optional: SERIES_OPTIONAL };

const isEmpty = (attribute: Attribute | undefined) => (attribute?.Value?.length ?? 0) === 0;

/** The first value that an instance brings stays; what no earlier one had is filled in. Replay in any batch size gives the same. */
export function mergeAttributes(level: Level, before: HeaderJson, header: HeaderJson): HeaderJson {
  const missing = [...Object.keys(level.required), ...level.optional].filter(
    (tag) => isEmpty(before[tag]) && !isEmpty(header[tag]),
  );
  if (missing.length === 0) return before;
  return {
    ...before,
    ...Object.fromEntries(missing.map((tag) => [tag, header[tag]])),
  } as HeaderJson;
}

/** Ready DICOM JSON of a row: its attributes, the required ones even when empty, and `more` (counts), in tag order. */
export function rowJson(level: Level, attributes: HeaderJson, more: HeaderJson): string {
  const all: Record<string, Attribute> = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
  for (const [tag, vr] of Object.entries(level.required)) all[tag] = { vr };
  Object.assign(all, attributes, more);
  return JSON.stringify(
    Object.fromEntries(
      Object.keys(all)
        .sort()
        .map((tag) => [tag, all[tag]]),
    ),
  );
}
