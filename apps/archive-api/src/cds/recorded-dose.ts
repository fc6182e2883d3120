import { itemsIn, numberIn, textIn } from '#dicom/attributes';
import type { DicomJson } from '#dicom/dicom-json';

/** What a dose report adds up. `dlp`: dose length product in mGy·cm, `dap`: dose area product in Gy·m², `glandular`: average glandular dose in mGy. */
export type RecordedDose = Readonly<{ quantity: DoseQuantity; value: number }>;
export type DoseQuantity = 'dlp' | 'dap' | 'glandular';

/** Concepts of PS3.16 TID 10002, 10005, 10012 and the units (UCUM) that are read; a report in others is left aside. */
const CONCEPTS: Readonly<Record<string, Readonly<{ quantity: DoseQuantity; unit: string }>>> = {
  '113813': { quantity: 'dlp', unit: 'mGy.cm' },
  '113722': { quantity: 'dap', unit: 'Gy.m2' },
  '111637': { quantity: 'glandular', unit: 'mGy' },
};
/** Content items that are looked at; totals stand near the top. */
const ITEMS_MAX = 5_000;

/** The total of an X-Ray Radiation Dose SR: the first that it tells; of both breasts the sum isn't told. */
export function doseIn(report: DicomJson): RecordedDose | undefined {
  const waiting: DicomJson[] = [...itemsIn(report, CONTENT)];
  for (let looked = 0; looked < ITEMS_MAX && looked < waiting.length; looked++) {
    const item = waiting[looked];
    if (item === undefined) break;
    const dose = doseOf(item);
    if (dose !== undefined) return dose;
    waiting.push(...itemsIn(item, CONTENT));
  }
  return undefined;
}

const CONTENT = '0040A730';
const CONCEPT_NAME = '0040A043';
const MEASURED_VALUE = '0040A300';
const NUMERIC_VALUE = '0040A30A';
const UNITS = '004008EA';
const CODE_VALUE = '00080100';
const CODING_SCHEME = '00080102';

function doseOf(item: DicomJson): RecordedDose | undefined {
  const [concept] = itemsIn(item, CONCEPT_NAME);
  const known = textIn(concept, CODING_SCHEME) === 'DCM' ? textIn(concept, CODE_VALUE) : '';
  if (!Object.hasOwn(CONCEPTS, known)) return undefined;
  const { quantity, unit } = CONCEPTS[known] as (typeof CONCEPTS)[string];
  const [measured] = itemsIn(item, MEASURED_VALUE);
  const [units] = itemsIn(measured, UNITS);
  const value = numberIn(measured, NUMERIC_VALUE);
  const isTold = textIn(units, CODE_VALUE) === unit && value !== undefined && value > 0;
  return isTold ? { quantity, value } : undefined;
}
