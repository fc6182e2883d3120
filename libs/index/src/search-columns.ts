/**
 * How a column is matched. text: as it is, case matters. moment: digits of a date or time. name: `folded` holds foldName of the
 * person name, component groups joined by `=`; `keys` holds nameKeys. number: an int or null. list: text[].
 */
export type SearchColumn = Readonly<{
  kind: 'text' | 'moment' | 'name' | 'number' | 'list';
  sql: string;
  keys?: string;
}>;

const column = (kind: SearchColumn['kind'], sql: string): SearchColumn => ({ kind, sql });

/** Typed columns of the studies table, by path of tags. */
export const STUDY_COLUMNS: ReadonlyMap<string, SearchColumn> = new Map([
  ['00080020', column('moment', 'studies.study_date')],
  ['00080030', column('moment', 'studies.study_time')],
  ['00080050', column('text', 'studies.accession')],
  ['00080061', column('list', 'studies.modalities')],
  ['00080090', { ...column('name', 'studies.referring_folded'), keys: 'studies.referring_keys' }],
  ['00081030', column('text', 'studies.description')],
  [
    '00100010',
    { ...column('name', 'studies.patient_name_folded'), keys: 'studies.patient_name_keys' },
  ],
  ['00100020', column('text', 'studies.patient_id')],
  ['00100021', column('text', 'studies.issuer')],
  ['00100030', column('moment', 'studies.birth_date')],
  ['00100040', column('text', 'studies.sex')],
  ['0020000D', column('text', 'studies.study_uid')],
  ['00200010', column('text', 'studies.study_id')],
  ['00201206', column('number', 'studies.series_count')],
  ['00201208', column('number', 'studies.instance_count')],
]);

/** Typed columns of the series table, by path of tags. */
export const SERIES_COLUMNS: ReadonlyMap<string, SearchColumn> = new Map([
  ['00080060', column('text', 'series.modality')],
  ['0008103E', column('text', 'series.description')],
  ['00180015', column('text', 'series.body_part')],
  ['0020000E', column('text', 'series.series_uid')],
  ['00200011', column('number', 'series.number')],
  ['00201209', column('number', 'series.instance_count')],
  ['00400244', column('moment', 'series.pps_date')],
  ['00400245', column('moment', 'series.pps_time')],
  ['00400275.00400009', column('list', 'series.scheduled_step_ids')],
  ['00400275.00401001', column('list', 'series.requested_procedure_ids')],
]);

/** The typed column of an attribute; undefined when it stands in the row's JSON only. */
export const columnOf = ({
  path,
}: Readonly<{ path: readonly string[] }>): SearchColumn | undefined =>
  STUDY_COLUMNS.get(path.join('.')) ?? SERIES_COLUMNS.get(path.join('.'));

/** Date and time that make one moment (PS3.4 §C.2.2.2.5.4): creation, study, series, acquisition, content, procedure step. */
export const MOMENTS: ReadonlyMap<string, string> = new Map([
  ['00080012', '00080013'],
  ['00080020', '00080030'],
  ['00080021', '00080031'],
  ['00080022', '00080032'],
  ['00080023', '00080033'],
  ['00400244', '00400245'],
  ['00400250', '00400251'],
]);

/** Columns of which one value leaves so few rows that no plan can be wrong. */
export const SELECTIVE_COLUMNS: ReadonlySet<string> = new Set([
  '00080050',
  '00100020',
  '0020000D',
  '0020000E',
]);

/** Columns of which an index knows all trigrams. */
export const TRIGRAM_COLUMNS: ReadonlySet<string> = new Set([
  '00080050',
  '00081030',
  '00100010',
  '00100020',
]);
