import type { DicomJson } from '#dicom/dicom-json';
import {
  type Code,
  coded,
  codeItem,
  items,
  maybe,
  moment,
  one,
  reference,
  sopReference,
} from './content-items.js';
import { accessionSystem } from './fhir-words.js';
import { imageLibrary, MANIFEST_WITH_DESCRIPTION } from './image-library.js';
import { itemsOf, type ManifestNames, type ManifestStudy, textOf } from './manifest-study.js';
import { localMoment } from './moments.js';
import { patientModule } from './patient-module.js';

/** Key Object Selection Document Storage (PS3.4 Annex B). */
export const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';
const MANIFEST: Code = { value: '113030', scheme: 'DCM', meaning: 'Manifest' };
const PROCEDURE: Code = { value: '121023', scheme: 'DCM', meaning: 'Procedure Code' };
const NAME_CHARACTERS_MAX = 64;

/** The manifest of IHE XDS-I.b (RAD TF-3 §4.68.4.1.2.2): a Key Object Selection of all instances of the study. */
export const xdsManifest = (study: ManifestStudy, names: ManifestNames): DicomJson =>
  keyObject(study, names, { uid: names.kos, title: MANIFEST, instance: 1, more: [] });

/** The KOS manifest of IHE MADO (Rev. 1.1, §6.X.2), which describes them as well. */
export const madoManifest = (study: ManifestStudy, names: ManifestNames): DicomJson =>
  keyObject(study, names, {
    uid: names.mado,
    title: MANIFEST_WITH_DESCRIPTION,
    instance: 2,
    more: [imageLibrary(study)],
  });

type Which = Readonly<{
  uid: string;
  title: Code;
  instance: number;
  more: readonly DicomJson[];
}>;

const keyObject = (
  study: ManifestStudy,
  names: ManifestNames,
  { uid, title, instance, more }: Which,
): DicomJson => ({
  ...patientModule(study.patient),
  ...studyModule(study),
  ...seriesModule(study, names),
  '00080016': one('UI', KEY_OBJECT_SELECTION),
  '00080018': one('UI', uid),
  '00200013': one('IS', String(instance)),
  '0040A370': one('SQ', requestItem(study)),
  '0040A375': one('SQ', evidence(study)),
  '0040A040': one('CS', 'CONTAINER'),
  '0040A043': one('SQ', codeItem(title)),
  '0040A050': one('CS', 'SEPARATE'),
  '0040A504': one('SQ', { '00080105': one('CS', 'DCMR'), '0040DB00': one('CS', '2010') }),
  '0040A730': items([...procedures(study), ...references(study), ...more]),
});

const studyModule = (study: ManifestStudy): DicomJson => {
  const { attributes } = study;
  const text = (tag: string) => textOf(attributes, tag);
  const timezone = text('00080201');
  const description = text('00081030');
  return {
    '00080005': one('CS', 'ISO_IR 192'),
    '00080020': moment('DA', text('00080020')),
    '00080030': moment('TM', text('00080030')),
    '00080050': maybe('SH', text('00080050')),
    ...accessionIssuer(study),
    '00080090': attributes['00080090'] ?? { vr: 'PN' },
    ...(timezone !== '' && { '00080201': one('SH', timezone) }),
    ...(description !== '' && { '00081030': one('LO', description) }),
    '0020000D': one('UI', text('0020000D')),
    '00200010': maybe('SH', text('00200010')),
  };
};

/** Who gave the accession number: what the data set says, else the hospital as the archive names it. */
const accessionIssuer = ({ attributes, hospital }: ManifestStudy): DicomJson => {
  if (textOf(attributes, '00080050') === '') return {};
  const [stated] = itemsOf(attributes, '00080051');
  const issuer = {
    '00400032': one('UT', accessionSystem(hospital.code)),
    '00400033': one('CS', 'URI'),
  };
  return { '00080051': one('SQ', stated ?? issuer) };
};

const seriesModule = (
  { attributes, hospital }: ManifestStudy,
  { series, madeAt }: ManifestNames,
): DicomJson => {
  const { date, time } = localMoment(madeAt, textOf(attributes, '00080201'));
  return {
    '00080023': one('DA', date),
    '00080033': one('TM', time),
    '00080060': one('CS', 'KO'),
    '00080070': one('LO', 'Arkim'),
    '00080080': one('LO', institution(hospital.name)),
    '0008103E': one('LO', 'Manifest'),
    '00081111': { vr: 'SQ' },
    '0020000E': one('UI', series),
    '00200011': one('IS', '1'),
  };
};

/** A text that LO can hold: no delimiter of values. */
const institution = (name: string): string =>
  name.replaceAll('\\', ' ').slice(0, NAME_CHARACTERS_MAX).toWellFormed();

/** Request Macro (PS3.3 Table C.17-3c): what its data sets say of the request. */
const requestItem = (study: ManifestStudy): DicomJson => {
  const { attributes, series } = study;
  const [request = {}] = series.flatMap((each) => itemsOf(each.attributes, '00400275'));
  return {
    '00080050': maybe('SH', textOf(attributes, '00080050')),
    ...accessionIssuer(study),
    '00081110': { vr: 'SQ' },
    '0020000D': one('UI', textOf(attributes, '0020000D')),
    '00321060': maybe('LO', textOf(attributes, '00321060') || textOf(request, '00321060')),
    '00321064': items(itemsOf(attributes, '00321064')),
    '00401001': maybe('SH', textOf(request, '00401001')),
    '00402016': maybe('LO', textOf(request, '00402016')),
    '00402017': maybe('LO', textOf(request, '00402017')),
  };
};

/** Current Requested Procedure Evidence: each series with where it is retrieved from (IHE RAD MADO Table 6.X.2.14-1). */
const evidence = ({ attributes, series, root, location }: ManifestStudy): DicomJson => ({
  '0020000D': one('UI', textOf(attributes, '0020000D')),
  '00081115': items(
    series.map((each) => ({
      '00081190': one('UR', root),
      '00081199': items(each.instances.map(sopReference)),
      '0020000E': one('UI', textOf(each.attributes, '0020000E')),
      '0040E011': one('UI', location),
    })),
  ),
});

const procedures = ({ attributes }: ManifestStudy): readonly DicomJson[] =>
  itemsOf(attributes, '00081032').flatMap((code) => {
    const value = textOf(code, '00080100');
    const [scheme, meaning] = [textOf(code, '00080102'), textOf(code, '00080104')];
    if (value === '' || scheme === '' || meaning === '') return [];
    return [coded(PROCEDURE, { value, scheme, meaning }, 'HAS CONCEPT MOD')];
  });

const references = ({ series }: ManifestStudy): readonly DicomJson[] =>
  series.flatMap(({ instances }) => instances.map((instance) => reference(instance)));
