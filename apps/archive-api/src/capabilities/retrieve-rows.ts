import { ACCEPT, INSTANCE, ofClaim, type RouteRow, related, SERIES, STUDY } from './route-row.js';

const DICOM = 'application/dicom';
const ZIP = 'application/zip';
const OCTETS = 'application/octet-stream';
const IMAGES = ['jpeg', 'jls', 'jp2', 'jpx', 'jphc', 'jxl', 'dicom-rle'].map(
  (subtype) => `image/${subtype}`,
);
const VIDEOS = ['video/mpeg', 'video/mp4'];
const FAILURE = '400 401 403 404 406 410 413 416 503';

type Gives = readonly string[];

const retrieve = (id: string, title: string, path: string, gives: Gives): RouteRow => ({
  id,
  title,
  method: 'GET',
  path,
  demands: path.endsWith('/metadata') ? 'read-metadata' : 'retrieve',
  gate: 'study',
  gives,
  query: [ACCEPT],
  success: '200 206 304',
  failure: FAILURE,
});

const METADATA = ['application/dicom+json', 'application/json', related('application/dicom+xml')];
const FRAMES = [OCTETS, ...IMAGES, ...VIDEOS].flatMap((type) => [related(type), type]);

const LEVELS = [
  ['Study', STUDY, [related(DICOM), ZIP]],
  ['Series', SERIES, [related(DICOM), ZIP]],
  ['Instance', INSTANCE, [related(DICOM), DICOM, ZIP]],
] as const;

const URI_PARAMETERS = ['requestType', 'studyUID', 'seriesUID', 'objectUID'];
const URI_FILE = ['contentType', 'transferSyntax'];
/** PS3.18 §9.5.1. */
const URI_PICTURE = [
  'windowCenter',
  'windowWidth',
  'rows',
  'columns',
  'region',
  'frameNumber',
  'imageQuality',
];
const URI_GIVES = [DICOM, 'image/jpeg', 'image/png', 'image/gif', 'text/html', 'application/pdf'];

const studyRows: readonly RouteRow[] = [
  ...LEVELS.flatMap(([level, path, gives]) => [
    retrieve(`retrieve${level}`, `Retrieve ${level}`, path, gives),
    retrieve(
      `retrieve${level}Metadata`,
      `Retrieve ${level} Metadata`,
      `${path}/metadata`,
      METADATA,
    ),
  ]),
  retrieve('retrieveFrames', 'Retrieve Frames', `${INSTANCE}/frames/{framelist}`, FRAMES),
  retrieve('retrieveBulkdata', 'Retrieve Bulkdata', `${INSTANCE}/bulkdata/{path}`, [
    related(OCTETS),
    OCTETS,
  ]),
];

/** The Retrieve Transaction (PS3.18 §10.4) and the URI Service (§9). */
export const retrieveRows: readonly RouteRow[] = [
  ...studyRows,
  ...studyRows.map(ofClaim),
  {
    ...retrieve('retrieveUri', 'Retrieve an instance by the URI Service', '/wado', URI_GIVES),
    query: [...URI_PARAMETERS, ...URI_FILE, ...URI_PICTURE].map((name) => ({ name })),
  },
];
