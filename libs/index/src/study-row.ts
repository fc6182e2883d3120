import { nameKeys } from '#dicomweb/fuzzy-name';
import { columnText, foldName, type HeaderJson, momentText, textOf } from './header-json.js';
import { mergeAttributes, rowJson, STUDY_LEVEL } from './row-attributes.js';

/** One row of the Study level of the Search Transaction (PS3.18 §10.6). `attributes` grow by what instances bring; the rest is derived by `studyColumns`. */
export type StudyRow = Readonly<{
  claim: string;
  hospital: string;
  attributes: HeaderJson;
  modalities: readonly string[];
  sopClasses: readonly string[];
  seriesCount: number;
  instanceCount: number;
  bytes: number;
  /** Version of the study stream that the row has taken in. */
  version: number;
}>;

/** What one stored batch of one series does to its study's row. */
export type StoredBatch = Readonly<{
  claim: string;
  hospital: string;
  series: string;
  version: number;
  newSeries: boolean;
  /** Of what may be seen. */
  bytes: number;
  headers: readonly HeaderJson[];
  /** Those of what may be seen, where that isn't all: the others say whose study it is, and count for nothing. */
  seen?: readonly HeaderJson[];
}>;

/** Pure and total; the same whether live or replayed, in any batch size. */
export function evolveStudyRow(before: StudyRow | undefined, batch: StoredBatch): StudyRow {
  const row = before ?? emptyRow(batch);
  const { headers, seen = headers } = batch;
  return {
    ...row,
    attributes: headers.reduce<HeaderJson>(
      (attributes, header) => mergeAttributes(STUDY_LEVEL, attributes, header),
      row.attributes,
    ),
    modalities: union(row.modalities, seen, '00080060'),
    sopClasses: union(row.sopClasses, seen, '00080016'),
    seriesCount: row.seriesCount + (batch.newSeries ? 1 : 0),
    instanceCount: row.instanceCount + seen.length,
    bytes: row.bytes + batch.bytes,
    version: batch.version,
  };
}

const emptyRow = ({ claim, hospital }: StoredBatch): StudyRow => ({
  claim,
  hospital,
  attributes: {},
  modalities: [],
  sopClasses: [],
  seriesCount: 0,
  instanceCount: 0,
  bytes: 0,
  version: 0,
});

/** Different modalities or SOP classes that a row lists. */
const VALUES_MAX = 200;

/** What a row lists of values that were found anew, as `evolveStudyRow` would. */
export const listed = (values: readonly string[]): readonly string[] =>
  [...new Set(values.map(columnText))]
    .filter((text) => text !== '')
    .slice(0, VALUES_MAX)
    .sort();

const union = (before: readonly string[], headers: readonly HeaderJson[], tag: string) => {
  const found = new Set(before);
  for (const header of headers) {
    const text = columnText(textOf(header, tag));
    if (text !== '' && found.size < VALUES_MAX) found.add(text);
  }
  return found.size === before.length ? before : [...found].sort();
};

/** Typed columns and the ready JSON of a study row. */
export const studyColumns = (row: StudyRow) => {
  const text = (tag: string) => columnText(textOf(row.attributes, tag));
  return {
    claim: row.claim,
    hospital: row.hospital,
    study_uid: text('0020000D'),
    patient_id: text('00100020'),
    issuer: text('00100021'),
    patient_name: text('00100010'),
    patient_name_folded: columnText(foldName(text('00100010'))),
    birth_date: text('00100030'),
    sex: text('00100040'),
    study_date: momentText(textOf(row.attributes, '00080020')),
    study_time: momentText(textOf(row.attributes, '00080030')),
    accession: text('00080050'),
    study_id: text('00200010'),
    referring: text('00080090'),
    referring_folded: columnText(foldName(text('00080090'))),
    description: text('00081030'),
    modalities: foundModalities(row),
    series_count: row.seriesCount,
    instance_count: row.instanceCount,
    bytes: row.bytes,
    version: row.version,
    attributes: JSON.stringify({ attributes: row.attributes, sopClasses: row.sopClasses }),
    json: studyJson(row),
    patient_name_keys: nameKeys(text('00100010')),
    referring_keys: nameKeys(text('00080090')),
  };
};

/** Modalities by which a study is found: an index holds all of them in one entry. A code string has 16 characters (PS3.5 §6.2). */
const MODALITIES_FOUND_MAX = 32;
const MODALITY_CHARACTERS_MAX = 16;

const foundModalities = ({ modalities }: StudyRow) =>
  modalities
    .slice(0, MODALITIES_FOUND_MAX)
    .map((modality) => columnText(modality.slice(0, MODALITY_CHARACTERS_MAX)));

const studyJson = (row: StudyRow) =>
  rowJson(STUDY_LEVEL, row.attributes, {
    '00080056': { vr: 'CS', Value: ['ONLINE'] },
    '00080061': { vr: 'CS', Value: row.modalities },
    '00080062': { vr: 'UI', Value: row.sopClasses },
    '00201206': { vr: 'IS', Value: [row.seriesCount] },
    '00201208': { vr: 'IS', Value: [row.instanceCount] },
  });
