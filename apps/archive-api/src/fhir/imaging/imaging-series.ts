import type { HeaderJson } from '#index/header-json';
import { textOf } from '#index/header-json';
import type { InstanceFact } from '#index/instance-fact';
import { SNOMED } from './body-site.js';
import { momentOf } from './dicom-moment.js';
import { type Coding, known, plainText, unsigned } from './dicom-words.js';
import { DICOM_CODES } from './imaging-criteria.js';
import type { SeriesShown } from './imaging-rows.js';

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

/** `zone`: of the study; `site`: where the series looked at; `instances` when they are to be shown. */
type SeriesContext = Readonly<{
  zone: string;
  site: Coding | undefined;
  instances: readonly InstanceFact[] | undefined;
}>;

/** One series of an ImagingStudy. */
export function imagingSeries(series: SeriesShown, { zone, site, instances }: SeriesContext) {
  const header = JSON.parse(series.json) as HeaderJson;
  const ownZone = textOf(header, '00080201') || zone;
  const started = momentOf(textOf(header, '00080021'), textOf(header, '00080031'), ownZone);
  return known({
    uid: series.series_uid,
    number: unsigned(series.number),
    modality: modalityCoding(series.modality),
    description: plainText(series.description),
    numberOfInstances: unsigned(series.instance_count),
    bodySite: site,
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
