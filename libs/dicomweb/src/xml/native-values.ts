import type { JsonValue, PersonName } from '#dicom/dicom-json';
import { traitsOf } from '#dicom/vr';

/** Components of a name by its group, each in their order; empty where absent. */
export type PersonNames = Record<string, readonly string[]>;

/** SV and UV may have more digits than a JSON number keeps (PS3.18 §F.2.3). */
const KEPT_AS_TEXT = ['SV', 'UV'];
const NOT_FINITE: Readonly<Record<string, string>> = {
  nan: 'NaN',
  inf: 'Infinity',
  '+inf': 'Infinity',
  '-inf': '-Infinity',
};

/** The text of a `Value` as PS3.18 §F.2.3 has it; null when it is empty. What is no number stays text, for the writer to refuse. */
export function readValue(vr: string, text: string): JsonValue {
  const kind = traitsOf(vr)?.kind;
  const isText = kind === 'text' || kind === 'free' || kind === 'name';
  const value = isText ? text : text.trim();
  if (value === '') return null;
  if (kind !== 'number' || KEPT_AS_TEXT.includes(vr)) return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : (NOT_FINITE[value.toLowerCase()] ?? value);
}

/** Components joined with carets (PS3.5 §6.2.1.1), null when there are none. */
export function readName(groups: PersonNames): JsonValue {
  const name: Record<string, string> = {};
  for (const [group, components] of Object.entries(groups)) {
    const joined = components.join('^').replace(/\^+$/, '');
    if (joined !== '') name[group] = joined;
  }
  return Object.keys(name).length === 0 ? null : (name as PersonName);
}
