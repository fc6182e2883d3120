import type { ModalityGroup } from './exam-class.js';

/** Modalities (PS3.3 §C.7.3.1.1.1) whose instances show the body → their group. */
const GROUPS: Readonly<Record<string, ModalityGroup>> = {
  CT: 'CT',
  MR: 'MR',
  MA: 'MR',
  US: 'US',
  IVUS: 'US',
  BDUS: 'US',
  EC: 'US',
  CR: 'DX',
  DX: 'DX',
  DR: 'DX',
  RG: 'DX',
  MG: 'MG',
  NM: 'NM',
  ST: 'NM',
  PT: 'PT',
  XA: 'XA',
  DS: 'XA',
  DF: 'RF',
  RF: 'RF',
  BMD: 'DXA',
  DXA: 'DXA',
  IO: 'IO',
  PX: 'IO',
};

/** Of several in one study, the first of these says what exam it was: a PET with its CT is a PET. */
const TELLING: readonly ModalityGroup[] = [
  'PT',
  'NM',
  'XA',
  'CT',
  'MR',
  'MG',
  'RF',
  'DXA',
  'IO',
  'DX',
  'US',
];

/** Other modalities that hold images: photographs, endoscopy, pathology, waveforms. Reports and the like say nothing of the exam. */
const SILENT: ReadonlySet<string> = new Set(
  'AR ASMT AU DOC FID HD KO M3D OT PLAN PR REG RESP RTDOSE RTPLAN RTRECORD RTSTRUCT RWV SEG SMR SR SRF STAIN TEXTUREMAP'.split(
    ' ',
  ),
);

/** The group of a study with these modalities; undefined when none of them says anything. */
export function modalityGroup(modalities: readonly string[]): ModalityGroup | undefined {
  const telling = modalities
    .map((modality) => modality.trim().toUpperCase())
    .filter((modality) => modality !== '' && !SILENT.has(modality));
  if (telling.length === 0) return undefined;
  const groups = new Set(telling.map((modality) => GROUPS[modality] ?? 'other'));
  return TELLING.find((group) => groups.has(group)) ?? 'other';
}
