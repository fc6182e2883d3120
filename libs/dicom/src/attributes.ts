import type { DicomJson, JsonValue } from './dicom-json.js';

/** Value `at` of an attribute as a number; undefined when there is none, or it is no finite number. */
export function numberIn(dataSet: DicomJson | undefined, tag: string, at = 0): number | undefined {
  const value = dataSet?.[tag]?.Value?.[at];
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** First value of an attribute as a text; empty when there is none. */
export function textIn(dataSet: DicomJson | undefined, tag: string): string {
  const value = dataSet?.[tag]?.Value?.[0];
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Items of a sequence; none when it is absent. */
export const itemsIn = (dataSet: DicomJson | undefined, tag: string): readonly DicomJson[] =>
  dataSet?.[tag]?.vr === 'SQ' ? (dataSet[tag].Value?.filter(isDataSet) ?? []) : [];

const isDataSet = (value: JsonValue): value is DicomJson =>
  typeof value === 'object' && value !== null;

const SHARED = '52009229';
const PER_FRAME = '52009230';

/** The item of a functional group macro that holds for a frame (PS3.3 §C.7.6.16), its own before the shared one. `frameIndex` counts from 0. */
export function macroOf(
  dataSet: DicomJson,
  frameIndex: number,
  macro: string,
): DicomJson | undefined {
  const own = dataSet[PER_FRAME]?.Value?.[frameIndex] as DicomJson | undefined;
  const [shared] = itemsIn(dataSet, SHARED);
  return itemsIn(own, macro)[0] ?? itemsIn(shared, macro)[0];
}
