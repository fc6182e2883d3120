import type { DicomJson } from '#dicom/dicom-json';
import { modalityCoding } from './fhir-parties.js';
import { accessionIdentifier, type Json, PROFILE, SCT, studyIdentifier } from './fhir-words.js';
import {
  itemsOf,
  type ManifestInstance,
  type ManifestSeries,
  type ManifestStudy,
  textOf,
} from './manifest-study.js';
import { fhirDateTime } from './moments.js';
import { namedRegions } from './regions.js';

/** What other resources of the document are called there; `request` where there is one. */
export type Linked = Readonly<{ patient: string; endpoint: string; request: string | undefined }>;

/** FHIR's unsignedInt has 31 bits. */
const NUMBER_MAX = 2 ** 31 - 1;

/** The study, its series and instances (FHIR R4 ImagingStudy, MADO's profile). */
export function imagingStudyOf(study: ManifestStudy, linked: Linked): Json {
  const { attributes, modalities, regions, series } = study;
  const text = (tag: string) => textOf(attributes, tag);
  const started = fhirDateTime(text('00080020'), text('00080030'), text('00080201'));
  const procedures = proceduresOf(attributes);
  return {
    resourceType: 'ImagingStudy',
    ...(regions.length > 0 && { extension: namedRegions(regions).map(regionExtension) }),
    identifier: [studyIdentifier(text('0020000D'))],
    status: 'available',
    modality: modalities.map(modalityCoding),
    subject: { reference: linked.patient },
    ...(started !== undefined && { started }),
    ...(linked.request !== undefined && { basedOn: [basedOn(study, linked.request)] }),
    endpoint: [{ reference: linked.endpoint }],
    numberOfSeries: series.length,
    numberOfInstances: series.reduce((sum, { instances }) => sum + instances.length, 0),
    ...(procedures.length > 0 && { procedureCode: procedures }),
    ...(text('00081030') !== '' && { description: text('00081030') }),
    series: series.map((each) => seriesOf(each, linked)),
  };
}

const regionExtension = ({ code, name }: Readonly<{ code: string; name: string }>): Json => ({
  url: `${PROFILE}/MadoAnatomicalRegionExtension`,
  valueCodeableConcept: { coding: [{ system: SCT, code, display: name }] },
});

const basedOn = ({ attributes, hospital }: ManifestStudy, reference: string): Json => ({
  reference,
  type: 'ServiceRequest',
  identifier: accessionIdentifier(textOf(attributes, '00080050'), hospital.code),
});

/** As text: which system a designator of DICOM stands for is told only for few. */
const proceduresOf = (attributes: DicomJson): readonly Json[] => {
  const coded = itemsOf(attributes, '00081032')
    .map((code) => textOf(code, '00080104'))
    .filter((meaning) => meaning !== '')
    .map((meaning) => ({ text: meaning }));
  const asked = textOf(attributes, '00321060');
  return coded.length > 0 || asked === '' ? coded : [{ text: asked }];
};

function seriesOf({ attributes, instances }: ManifestSeries, { endpoint }: Linked): Json {
  const text = (tag: string) => textOf(attributes, tag);
  const number = unsigned(Number(text('00200011') || Number.NaN));
  const started = fhirDateTime(text('00080021'), text('00080031'), text('00080201'));
  return {
    uid: text('0020000E'),
    ...(number !== undefined && { number }),
    modality: modalityCoding(text('00080060') || 'OT'),
    ...(text('0008103E') !== '' && { description: text('0008103E') }),
    numberOfInstances: instances.length,
    endpoint: [{ reference: endpoint }],
    ...(text('00180015') !== '' && { bodySite: { display: text('00180015') } }),
    ...(started !== undefined && { started }),
    instance: instances.map(instanceOf),
  };
}

const instanceOf = ({ instance, sopClass, number, frames }: ManifestInstance): Json => {
  const counted = unsigned(number);
  return {
    ...(frames !== null && {
      extension: [{ url: `${PROFILE}/MadoNumberOfFrames`, valueInteger: frames }],
    }),
    uid: instance,
    sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${sopClass}` },
    ...(counted !== undefined && { number: counted }),
  };
};

const unsigned = (number: number | null): number | undefined =>
  number !== null && Number.isInteger(number) && number >= 0 && number <= NUMBER_MAX
    ? number
    : undefined;
