/** Kinds of apparatus that answer the same questions. `DX`: projection radiography, computed or digital. */
export const MODALITY_GROUPS = [
  'CT',
  'MR',
  'US',
  'DX',
  'MG',
  'NM',
  'PT',
  'XA',
  'RF',
  'DXA',
  'IO',
  'other',
] as const;
export type ModalityGroup = (typeof MODALITY_GROUPS)[number];

/** Which side of the body. `none`: what was looked at has no sides; `unknown`: it has, and nobody says which. */
export type Laterality = 'left' | 'right' | 'both' | 'none' | 'unknown';

/** `both`: without and with in one exam. `none`: the modality group gives none. */
export const CONTRASTS = ['without', 'with', 'both', 'none', 'unknown'] as const;
export type Contrast = (typeof CONTRASTS)[number];

/** What an exam is for, where that changes whether it repeats another. */
export const PURPOSE_HINTS = [
  'screening',
  'follow-up',
  'post-procedure',
  'intervention',
  'planning',
  'trauma',
  'angiography',
  'perfusion',
  'growth',
] as const;
export type PurposeHint = (typeof PURPOSE_HINTS)[number];

/** Where a class comes from, the surest first. */
export const EVIDENCE_SOURCES = [
  'procedure-code',
  'local-code',
  'anatomic-region',
  'body-part',
  'description',
  'none',
] as const;
export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number];

/**
 * What exam it is: of an order or of a stored study alike. `regions`: fine regions, codes of `regions.tsv`, sorted; `coarse`: SNOMED CT codes of
 * the set IHE-MADO1. `confidence`: 0 to 1. Empty `regions`: unknown.
 */
export type ExamClass = Readonly<{
  group: ModalityGroup;
  regions: readonly string[];
  coarse: readonly string[];
  laterality: Laterality;
  contrast: Contrast;
  purposes: readonly PurposeHint[];
  evidence: EvidenceSource;
  confidence: number;
}>;
