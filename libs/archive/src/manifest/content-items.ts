import type { DicomJson, JsonElement } from '#dicom/dicom-json';
import type { ManifestInstance } from './manifest-study.js';

/** A coded entry (PS3.3 §8.8). */
export type Code = Readonly<{ value: string; scheme: string; meaning: string }>;

const SHORT_CODE_CHARACTERS_MAX = 16;

export const one = (vr: string, value: string | number | DicomJson): JsonElement => ({
  vr,
  Value: [value],
});

/** Empty where there is no text: attributes of type 2. */
export const maybe = (vr: string, text: string): JsonElement =>
  text === '' ? { vr } : one(vr, text);

/** A date or time as DICOM writes it, empty where it is none: what can't be read must not be passed on. */
export const moment = (vr: 'DA' | 'TM', text: string): JsonElement =>
  maybe(vr, MOMENTS[vr].test(text) ? text : '');

const MOMENTS = { DA: /^\d{8}$/, TM: /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/ };

export const items = (all: readonly DicomJson[]): JsonElement =>
  all.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: all };

/** Longer codes than SH holds go where PS3.3 §8.8 has them. */
export const codeItem = ({ value, scheme, meaning }: Code): DicomJson => ({
  ...(value.length > SHORT_CODE_CHARACTERS_MAX
    ? { '00080119': one('UC', value) }
    : { '00080100': one('SH', value) }),
  '00080102': one('SH', scheme),
  '00080104': one('LO', meaning),
});

type Relation = 'CONTAINS' | 'HAS ACQ CONTEXT' | 'HAS CONCEPT MOD';

const item = (relation: Relation, type: string, name?: Code): DicomJson => ({
  '0040A010': one('CS', relation),
  '0040A040': one('CS', type),
  ...(name && { '0040A043': one('SQ', codeItem(name)) }),
});

export const container = (name: Code, content: readonly DicomJson[]): DicomJson => ({
  ...item('CONTAINS', 'CONTAINER', name),
  '0040A050': one('CS', 'SEPARATE'),
  '0040A730': items(content),
});

export const coded = (name: Code, value: Code, relation: Relation = 'HAS ACQ CONTEXT') => ({
  ...item(relation, 'CODE', name),
  '0040A168': one('SQ', codeItem(value)),
});

/** None where there is no text. */
export const texts = (name: Code, text: string): readonly DicomJson[] =>
  text === '' ? [] : [{ ...item('HAS ACQ CONTEXT', 'TEXT', name), '0040A160': one('UT', text) }];

export const dates = (name: Code, date: string): readonly DicomJson[] =>
  MOMENTS.DA.test(date)
    ? [{ ...item('HAS ACQ CONTEXT', 'DATE', name), '0040A121': one('DA', date) }]
    : [];

export const times = (name: Code, time: string): readonly DicomJson[] =>
  MOMENTS.TM.test(time)
    ? [{ ...item('HAS ACQ CONTEXT', 'TIME', name), '0040A122': one('TM', time) }]
    : [];

export const uidReference = (name: Code, uid: string): DicomJson => ({
  ...item('HAS ACQ CONTEXT', 'UIDREF', name),
  '0040A124': one('UI', uid),
});

/** A count in a unit of UCUM, such as `{series}`. */
export const count = (name: Code, value: number, unit: string): DicomJson => ({
  ...item('HAS ACQ CONTEXT', 'NUM', name),
  '0040A300': one('SQ', {
    '004008EA': one('SQ', codeItem({ value: unit, scheme: 'UCUM', meaning: unit.slice(1, -1) })),
    '0040A30A': one('DS', String(value)),
  }),
});

/** A reference to an instance, with what is said of it. */
export const reference = (
  { kind, sopClass, instance }: ManifestInstance,
  content: readonly DicomJson[] = [],
): DicomJson => ({
  ...item('CONTAINS', kind),
  '00081199': one('SQ', sopReference({ sopClass, instance })),
  ...(content.length > 0 && { '0040A730': items(content) }),
});

export const sopReference = ({
  sopClass,
  instance,
}: Pick<ManifestInstance, 'sopClass' | 'instance'>): DicomJson => ({
  '00081150': one('UI', sopClass),
  '00081155': one('UI', instance),
});
