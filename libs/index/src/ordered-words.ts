import type { OrderedProcedure } from '#archive/order-events';
import { type ExamWords, NO_WORDS } from '#exams/exam-words';

/** SNOMED CT, as DICOM names it: what a body site of an order is coded by when it is a code. */
const SITES = 'SCT';

/** What is to be done, in the words by which studies are classified too. Why it is wanted tells of no region, and isn't among them. */
export const orderedWords = ({
  codes,
  descriptions,
  modality,
  bodySites,
  laterality,
}: OrderedProcedure): ExamWords => ({
  ...NO_WORDS,
  modalities: modality === '' ? [] : [modality],
  codes,
  anatomicRegions: bodySites.map((value) => ({ system: SITES, value, display: '' })),
  bodyParts: bodySites,
  laterality: laterality === '' ? [] : [laterality],
  descriptions,
});
