/** A code of an order or a data set. `system`: a URI, an OID or a DICOM coding scheme designator, as it was given; '' when none was. */
export type ExamCode = Readonly<{ system: string; value: string; display: string }>;

/**
 * What an order or the headers of a study say of the exam. All is as it was written; what isn't known is left empty.
 * `codes`: of the procedure, standard or the hospital's own, the one that was requested first.
 */
export type ExamWords = Readonly<{
  /** DICOM modality codes. */
  modalities: readonly string[];
  codes: readonly ExamCode[];
  /** Anatomic Region Sequence (0008,2218), or the body site of an order. */
  anatomicRegions: readonly ExamCode[];
  /** Body Part Examined (0018,0015). */
  bodyParts: readonly string[];
  /** `L`, `R`, `B`, `U` as (0020,0060) and (0020,0062) have it, or codes of CID 244. */
  laterality: readonly string[];
  /** Of the study or the order, the most telling first. */
  descriptions: readonly string[];
  /** Of series: description, protocol, performed step. They fill in what the study doesn't say. */
  seriesDescriptions: readonly string[];
  /** Contrast/Bolus Agent (0018,0010) and its like. */
  contrastAgents: readonly string[];
}>;

/** Nothing is known. */
export const NO_WORDS: ExamWords = {
  modalities: [],
  codes: [],
  anatomicRegions: [],
  bodyParts: [],
  laterality: [],
  descriptions: [],
  seriesDescriptions: [],
  contrastAgents: [],
};
