import { tagOfKeyword } from '#dicom/dictionary';
import { ACCEPT, type QueryParameter, type RouteRow, related, SERIES, STUDY } from './route-row.js';

/** PS3.18 Table 10.6.1-5: what every origin server matches, by level. */
const STUDY_KEYS = [
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'ModalitiesInStudy',
  'ReferringPhysicianName',
  'PatientName',
  'PatientID',
  'StudyInstanceUID',
  'StudyID',
];
const SERIES_KEYS = [
  'Modality',
  'SeriesInstanceUID',
  'SeriesNumber',
  'PerformedProcedureStepStartDate',
  'PerformedProcedureStepStartTime',
];
const SERIES_PATHS = [
  'RequestAttributesSequence.ScheduledProcedureStepID',
  'RequestAttributesSequence.RequestedProcedureID',
];
const INSTANCE_KEYS = ['SOPClassUID', 'SOPInstanceUID', 'InstanceNumber'];

/** An attribute goes by its keyword and by its tag; UIDs may be repeated in a list. */
const byName = (keyword: string): readonly QueryParameter[] => {
  const repeating = keyword.endsWith('UID');
  const named = keyword.split('.').map(tagText);
  return [keyword, named.join('.')].map((name) => ({ name, ...(repeating ? { repeating } : {}) }));
};

const tagText = (keyword: string): string => {
  const tag = tagOfKeyword(keyword);
  if (tag === undefined) throw new Error(`${keyword} is not in the dictionary`);
  return tag.toString(16).toUpperCase().padStart(8, '0');
};

const SWITCHES = ['fuzzymatching', 'emptyvaluematching', 'multiplevaluematching'];
const BOOLEANS = ['true', 'false'];

const OPTIONS: readonly QueryParameter[] = [
  { name: 'limit', type: 'xs:int' },
  { name: 'offset', type: 'xs:int' },
  { name: 'includefield', type: 'xs:string', options: ['all'], repeating: true },
  ...SWITCHES.map((name) => ({ name, type: 'xs:boolean', options: BOOLEANS }) as const),
  { name: 'TimezoneOffsetFromUTC', type: 'xs:string' },
  { name: 'after', type: 'xs:string' },
  ACCEPT,
];

const search = (id: string, title: string, path: string, keys: readonly string[]): RouteRow => ({
  id,
  title,
  method: 'GET',
  path,
  demands: 'search',
  gate: 'search',
  gives: ['application/dicom+json', 'application/json', related('application/dicom+xml')],
  query: [...keys.flatMap(byName), ...OPTIONS],
  success: '200',
  failure: '400 401 403 406 413 503',
});

const OF_SERIES = [...SERIES_KEYS, ...SERIES_PATHS];

/** The Search Transaction (PS3.18 §10.6). */
export const searchRows: readonly RouteRow[] = [
  search('searchForStudies', 'Search for Studies', '/dicom-web/studies', [
    ...STUDY_KEYS,
    ...OF_SERIES,
  ]),
  search('searchForSeries', 'Search for Series', '/dicom-web/series', [
    ...STUDY_KEYS,
    ...OF_SERIES,
  ]),
  search('searchForInstances', 'Search for Instances', '/dicom-web/instances', [
    ...STUDY_KEYS,
    ...OF_SERIES,
    ...INSTANCE_KEYS,
  ]),
  search('searchForStudySeries', 'Search for Study Series', `${STUDY}/series`, OF_SERIES),
  search('searchForStudyInstances', 'Search for Study Instances', `${STUDY}/instances`, [
    ...OF_SERIES,
    ...INSTANCE_KEYS,
  ]),
  search(
    'searchForStudySeriesInstances',
    'Search for Study Series Instances',
    `${SERIES}/instances`,
    INSTANCE_KEYS,
  ),
];
