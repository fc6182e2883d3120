import type { DicomJson } from '#dicom/dicom-json';
import {
  type Code,
  coded,
  container,
  count,
  dates,
  reference,
  texts,
  times,
  uidReference,
} from './content-items.js';
import {
  type ManifestInstance,
  type ManifestSeries,
  type ManifestStudy,
  textOf,
} from './manifest-study.js';
import { namedRegions } from './regions.js';

const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning });
/** Codes that DICOM assigns with CP-2595, as IHE RAD MADO Rev. 1.1 §6.X.2.9 has them until then. */
const temporary = (value: string, meaning: string): Code => ({
  value: `MADOTEMP${value}`,
  scheme: '99IHE',
  meaning,
});

export const MANIFEST_WITH_DESCRIPTION = temporary('001', 'Manifest with Description');
const SERIES_DESCRIPTION = temporary('002', 'Series Description');
const SERIES_DATE = temporary('003', 'Series Date');
const SERIES_TIME = temporary('004', 'Series Time');
const SERIES_INSTANCES = temporary('007', 'Number of Series Related Instances');
const STUDY_SERIES = temporary('009', 'Number of Study Related Series');
const LIBRARY = dcm('111028', 'Image Library');
const GROUP = dcm('126200', 'Image Library Group');
const MODALITY = dcm('121139', 'Modality');
const REGION = dcm('123014', 'Target Region');
const SERIES_NUMBER = dcm('113607', 'Series Number');
const SERIES_UID = dcm('112002', 'Series Instance UID');
const INSTANCE_NUMBER = dcm('113609', 'Instance Number');
const FRAMES = dcm('121140', 'Number of Frames');

/** TID 1600 Image Library (PS3.16), with one group for each series, as IHE RAD MADO §6.X.2.9 asks for it. */
export const imageLibrary = ({ modalities, regions, series }: ManifestStudy): DicomJson =>
  container(LIBRARY, [
    ...modalities.map(modalityItem),
    ...(regions.length > 0 ? regions.flatMap(regionItem) : textRegions(series)),
    count(STUDY_SERIES, series.length, '{series}'),
    ...series.map(seriesGroup),
  ]);

const modalityItem = (modality: string) => coded(MODALITY, dcm(modality, modality));

const regionItem = (code: string) =>
  namedRegions([code]).map(({ name }) =>
    coded(REGION, { value: code, scheme: 'SCT', meaning: name }),
  );

/** Where no code is known: what the data sets call it. */
const textRegions = (series: readonly ManifestSeries[]): readonly DicomJson[] =>
  [...new Set(series.map(({ attributes }) => textOf(attributes, '00180015')))]
    .sort()
    .flatMap((text) => texts(REGION, text));

const seriesGroup = ({ attributes, instances }: ManifestSeries): DicomJson => {
  const text = (tag: string) => textOf(attributes, tag);
  const modality = text('00080060');
  return container(GROUP, [
    ...(modality === '' ? [] : [modalityItem(modality)]),
    ...dates(SERIES_DATE, text('00080021')),
    ...times(SERIES_TIME, text('00080031')),
    ...texts(SERIES_DESCRIPTION, text('0008103E')),
    ...texts(SERIES_NUMBER, text('00200011')),
    uidReference(SERIES_UID, text('0020000E')),
    ...texts(REGION, text('00180015')),
    count(SERIES_INSTANCES, instances.length, '{instances}'),
    ...instances.map(entry),
  ]);
};

/** TID 1601. */
const entry = (instance: ManifestInstance): DicomJson =>
  reference(instance, [
    ...texts(INSTANCE_NUMBER, instance.number === null ? '' : String(instance.number)),
    ...(instance.frames === null ? [] : [count(FRAMES, instance.frames, '{frames}')]),
  ]);
