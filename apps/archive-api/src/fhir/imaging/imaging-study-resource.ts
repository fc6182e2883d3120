import { type HeaderJson, textOf } from '#index/header-json';
import type { InstanceFact } from '#index/instance-fact';
import type { StudyFound } from '#index/search-plan';
import type { Resource } from '../fhir-answer.js';
import { accessionSystem } from './accession-system.js';
import { regionExtensions, type SiteTerms, siteCoding } from './body-site.js';
import { momentOf } from './dicom-moment.js';
import { conceptsIn, known, plainText, readableName, unsigned } from './dicom-words.js';
import type { ClaimShown, SeriesShown } from './imaging-rows.js';
import { imagingSeries, modalityCoding } from './imaging-series.js';

const SMART_STUDY =
  'http://fhir.org/argonaut/smart-imaging/StructureDefinition/smart-imaging-study';
const IDENTIFIER_TYPE = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const OBSERVATION_VALUE = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue';
/** The time of day on the clock where the study was made, of which nobody says in which zone that is. */
const LOCAL_TIME = 'urn:arkim:fhir:local-time';

/** A Reference of FHIR, as far as there is something to refer to. */
export type Subject = Readonly<{
  type: 'Patient';
  reference?: string;
  identifier?: Readonly<{ value: string }>;
  display?: string;
}>;

/** A study that a search has found, with all that its resource shows. `instances`: by series; undefined when none are to be shown. */
export type StudyShown = Readonly<{
  row: StudyFound;
  held: ClaimShown;
  series: readonly SeriesShown[];
  subject: Subject;
  endpoint: string;
  terms: SiteTerms;
  instances?: ReadonlyMap<string, readonly InstanceFact[]>;
}>;

/** One hospital's claim of a study as an ImagingStudy of FHIR R4 (§10.5). What isn't shown whole says so (SUBSETTED). */
export function imagingStudy({
  row,
  held,
  series,
  subject,
  endpoint,
  terms,
  instances,
}: StudyShown): Resource {
  const header = JSON.parse(row.study_json) as HeaderJson;
  const zone = textOf(header, '00080201');
  const started = momentOf(textOf(header, '00080020'), textOf(header, '00080030'), zone);
  const isWhole =
    series.length === countOf(header, '00201206') &&
    series.every((one) => instances?.get(one.series)?.length === one.instance_count);
  const accession = plainText(textOf(header, '00080050'));
  const number = accession && accessionIdentifier(accession, held.hospital);
  return known({
    ...{ resourceType: 'ImagingStudy', id: row.claim, meta: metaOf(row, held, isWhole) },
    extension: nonEmpty(regionExtensions(held.regions, held.coarse, terms)),
    identifier: [
      { system: 'urn:dicom:uid', value: `urn:oid:${row.study_uid}` },
      ...(number ? [number] : []),
    ],
    ...{ status: 'available', modality: modalitiesIn(header), subject },
    started: started?.dateTime,
    _started: started?.localTime && {
      extension: [{ url: LOCAL_TIME, valueTime: started.localTime }],
    },
    basedOn: number ? [{ type: 'ServiceRequest', identifier: number }] : undefined,
    referrer: referrerIn(header),
    endpoint: [{ reference: `Endpoint/${endpoint}` }],
    numberOfSeries: unsigned(countOf(header, '00201206')),
    numberOfInstances: unsigned(countOf(header, '00201208')),
    procedureCode: nonEmpty(conceptsIn(header, '00081032')),
    location: { display: held.name },
    description: plainText(textOf(header, '00081030')),
    series: nonEmpty(
      series.map((one) =>
        imagingSeries(one, {
          zone,
          site: siteCoding(one.body_part, held.regions, terms),
          instances: instances?.get(one.series),
        }),
      ),
    ),
  }) as Resource;
}

const nonEmpty = <T>(list: readonly T[]): readonly T[] | undefined =>
  list.length === 0 ? undefined : list;

const metaOf = ({ version }: StudyFound, { hospital }: ClaimShown, isWhole: boolean) => ({
  versionId: String(version),
  source: `urn:arkim:hospital:${hospital}`,
  profile: [SMART_STUDY],
  ...(!isWhole && { tag: [{ system: OBSERVATION_VALUE, code: 'SUBSETTED' }] }),
});

const accessionIdentifier = (value: string, hospital: string) => ({
  type: { coding: [{ system: IDENTIFIER_TYPE, code: 'ACSN' }] },
  system: accessionSystem(hospital),
  value,
});

const modalitiesIn = (header: HeaderJson) => {
  const found = (header['00080061']?.Value ?? []).map(String);
  return (found.length === 0 ? [''] : found).map(modalityCoding);
};

const referrerIn = (header: HeaderJson) => {
  const display = readableName(textOf(header, '00080090'));
  return display === undefined ? undefined : { type: 'Practitioner', display };
};

const countOf = (header: HeaderJson, tag: string): number => Number(textOf(header, tag));
