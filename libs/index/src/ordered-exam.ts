import type { OrderedProcedure } from '#archive/order-events';
import { classify } from '#exams/classify';
import type { ExamClass, PurposeHint } from '#exams/exam-class';
import { type ExamWords, NO_WORDS } from '#exams/exam-words';
import type { Terms } from '#exams/terms';

/** Why an exam is wanted tells of these, and of no region: «pain in the chest» isn't an exam of it. */
const OF_REASONS: readonly PurposeHint[] = ['follow-up', 'post-procedure', 'trauma', 'planning'];

/** What exam an order asks for: of what is to be done, with what its reasons say of the purpose. Pure. */
export function orderedExam(procedure: OrderedProcedure, terms: Terms): ExamClass {
  const exam = classify(orderedWords(procedure), terms);
  const reasons = classify({ ...NO_WORDS, descriptions: procedure.reasons }, terms);
  const told = reasons.purposes.filter((purpose) => OF_REASONS.includes(purpose));
  return { ...exam, purposes: [...new Set([...exam.purposes, ...told])].sort() };
}

/** The words of an order as those of a study are classified. */
const orderedWords = ({
  codes,
  descriptions,
  modality,
  bodySites,
  laterality,
}: OrderedProcedure): ExamWords => ({
  ...NO_WORDS,
  modalities: modality === '' ? [] : [modality],
  codes,
  anatomicRegions: bodySites.map((value) => ({ system: 'SCT', value, display: '' })),
  bodyParts: bodySites,
  laterality: laterality === '' ? [] : [laterality],
  descriptions,
});
