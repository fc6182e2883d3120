import type { HeaderJson } from '#index/header-json';
import { textOf } from '#index/header-json';
import type { InstanceFact } from '#index/instance-fact';
import { momentOf } from './dicom-moment.js';
import { type Coding, known, plainText, unsigned } from './dicom-words.js';
import { DICOM_CODES } from './imaging-criteria.js';
import type { SeriesShown } from './imaging-rows.js';

const SNOMED = 'http://snomed.info/sct';
/** Laterality (0020,0060) in SNOMED CT. */
const SIDES: Readonly<Record<string, Coding>> = {
  L: { system: SNOMED, code: '7771000', display: 'Left' },
  R: { system: SNOMED, code: '24028007', display: 'Right' },
};
const OTHER_MODALITY = 'OT';

/** A modality (PS3.3 §C.7.3.1.1.1). FHIR wants one of each series. */
export const modalityCoding = (modality: string): Coding => ({
  system: DICOM_CODES,
  code: plainText(modality) ?? OTHER_MODALITY,
});

/** One series of an ImagingStudy. `instances` when they are to be shown; `zone`: of the study. */
export function imagingSeries(
  series: SeriesShown,
  { zone, instances }: Readonly<{ zone: string; instances?: readonly InstanceFact[] | undefined }>,
) {
  const header = JSON.parse(series.json) as HeaderJson;
  const ownZone = textOf(header, '00080201') || zone;
  const started = momentOf(textOf(header, '00080021'), textOf(header, '00080031'), ownZone);
  const site = plainText(series.body_part);
  return known({
    uid: series.series_uid,
    number: unsigned(series.number),
    modality: modalityCoding(series.modality),
    description: plainText(series.description),
    numberOfInstances: unsigned(series.instance_count),
    bodySite: site === undefined ? undefined : { display: site },
    laterality: SIDES[textOf(header, '00200060').trim()],
    started: started?.dateTime,
    instance: instances?.map(imagingInstance),
  });
}

const imagingInstance = ({ instance, sopClass, number }: InstanceFact) =>
  known({
    uid: instance,
    sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${sopClass}` },
    number: unsigned(number),
  });
