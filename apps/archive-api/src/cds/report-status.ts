import { textIn } from '#dicom/attributes';
import type { DicomJson } from '#dicom/dicom-json';

/** What there is of a report on the exam: signed off, written and not signed off, a document that doesn't say, or nothing. */
export type ReportStatus = 'verified' | 'unverified' | 'there' | 'none';

const SR = '1.2.840.10008.5.1.4.1.1.88';
/** Basic Text, Enhanced, Comprehensive, Comprehensive 3D and Extensible SR (PS3.4 §B.5): what radiologists report in. */
const TEXTS: readonly string[] = ['11', '22', '33', '34', '35'].map((last) => `${SR}.${last}`);
/** Encapsulated PDF and CDA Storage. */
const DOCUMENTS: readonly string[] = [
  '1.2.840.10008.5.1.4.1.1.104.1',
  '1.2.840.10008.5.1.4.1.1.104.2',
];

/** Whether instances of this class are reports on an exam, and not its measurements, doses or notes. */
export const isReport = (sopClass: string): boolean =>
  TEXTS.includes(sopClass) || DOCUMENTS.includes(sopClass);

const COMPLETION_FLAG = '0040A491';
const VERIFICATION_FLAG = '0040A493';

/** What one report says of itself (PS3.3 §C.17.2); documents say nothing. */
export function statusIn(sopClass: string, header: DicomJson): Exclude<ReportStatus, 'none'> {
  if (DOCUMENTS.includes(sopClass)) return 'there';
  const isDone =
    textIn(header, COMPLETION_FLAG) === 'COMPLETE' &&
    textIn(header, VERIFICATION_FLAG) === 'VERIFIED';
  return isDone ? 'verified' : 'unverified';
}

const ORDER: readonly ReportStatus[] = ['verified', 'unverified', 'there', 'none'];

/** Of several reports the one that says most. */
export const bestOf = (all: readonly ReportStatus[]): ReportStatus =>
  ORDER.find((status) => all.includes(status)) ?? 'none';
