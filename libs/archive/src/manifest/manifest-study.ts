import type { DicomJson } from '#dicom/dicom-json';

/** How a manifest names an instance in its content tree (PS3.3 §A.35.4.3.1.1). */
export type InstanceKind = 'IMAGE' | 'WAVEFORM' | 'COMPOSITE';

/** `number` and `frames` are null where the instance doesn't say. */
export type ManifestInstance = Readonly<{
  instance: string;
  sopClass: string;
  kind: InstanceKind;
  number: number | null;
  frames: number | null;
}>;

/** `attributes`: those of its row, of the Series level. */
export type ManifestSeries = Readonly<{
  attributes: DicomJson;
  instances: readonly ManifestInstance[];
}>;

/** Whose study it is, as the archive knows it now. `system`: URI of the assigning authority; `id`: the opaque id of the identifier. */
export type ManifestPatient = Readonly<{
  id: string;
  system: string;
  value: string;
  /** Person name as in DICOM, YYYYMMDD, M, F, O; '' where it isn't known. */
  name: string;
  birthDate: string;
  sex: string;
}>;

/** All that a manifest is made of: the same gives the same documents. */
export type ManifestStudy = Readonly<{
  hospital: Readonly<{ code: string; name: string }>;
  patient: ManifestPatient;
  /** Those of its row, of the Study level. */
  attributes: DicomJson;
  modalities: readonly string[];
  /** SNOMED CT codes of IHE-MADO1, sorted. */
  regions: readonly string[];
  series: readonly ManifestSeries[];
  /** The root under which DICOMweb retrieves this claim, and the UID of that place (PS3.3 Table C.17-3a). */
  root: string;
  location: string;
}>;

/** What is new with each manifest: the UIDs of its documents and of their series, a name for each resource, and when it was made (ISO 8601, UTC). */
export type ManifestNames = Readonly<{
  kos: string;
  mado: string;
  series: string;
  madeAt: string;
  /** A UUID for each part of the FHIR document, by what it is. */
  uuidOf: (part: string) => string;
}>;

/** First value as text, '' when there is none; a person name's groups joined. */
export function textOf(attributes: DicomJson, tag: string): string {
  const value = attributes[tag]?.Value?.[0];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value).trim();
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as Record<string, string>;
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '').trim();
}

/** The items of a sequence. */
export const itemsOf = (attributes: DicomJson, tag: string): readonly DicomJson[] =>
  (attributes[tag]?.Value ?? []).filter(
    (item): item is DicomJson => typeof item === 'object' && item !== null,
  );
