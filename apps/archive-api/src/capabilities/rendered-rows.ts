import {
  ACCEPT,
  INSTANCE,
  ofClaim,
  type QueryParameter,
  type RouteRow,
  related,
  SERIES,
  STUDY,
} from './route-row.js';

const PICTURES = ['image/jpeg', 'image/png', 'image/gif'];
const DOCUMENTS = ['text/html', 'text/plain', 'application/pdf', 'video/mpeg', 'video/mp4'];

/** PS3.18 §8.3.5. */
const RENDERING: readonly QueryParameter[] = [
  { name: 'window', type: 'xs:string' },
  { name: 'viewport', type: 'xs:string' },
  { name: 'quality', type: 'xs:int' },
  { name: 'iccprofile', type: 'xs:string', options: ['no', 'yes', 'srgb'] },
];

type Form = Pick<RouteRow, 'gives' | 'query'>;

const row = (id: string, title: string, path: string, form: Form): RouteRow => ({
  id,
  title,
  method: 'GET',
  path,
  demands: 'retrieve',
  gate: 'study',
  ...form,
  success: '200 206 304',
  failure: '400 401 403 404 406 410 413 503',
});

const inParts = PICTURES.map(related);
const ofMany = [...inParts, ...DOCUMENTS.map(related)];
const ofOne = [...PICTURES, ...DOCUMENTS, ...ofMany];
const FRAMES = `${INSTANCE}/frames/{framelist}`;

const LEVELS = [
  ['Study', STUDY, ofMany],
  ['Series', SERIES, ofMany],
  ['Instance', INSTANCE, ofOne],
  ['Frames', FRAMES, [...inParts, ...PICTURES]],
] as const;

const OCTETS = ['application/octet-stream', 'image/*', 'video/*'].map(related);
const VIEWPORT = RENDERING.filter(({ name }) => name === 'viewport');

const studyRows: readonly RouteRow[] = LEVELS.flatMap(([level, path, gives]) => [
  row(`retrieveRendered${level}`, `Retrieve Rendered ${level}`, `${path}/rendered`, {
    gives,
    query: [...RENDERING, ACCEPT],
  }),
  row(`retrieve${level}Thumbnail`, `Retrieve ${level} Thumbnail`, `${path}/thumbnail`, {
    gives: PICTURES,
    query: [...VIEWPORT, ACCEPT],
  }),
  ...(path === FRAMES
    ? []
    : ['bulkdata', 'pixeldata'].map((resource) =>
        row(
          `retrieve${level}-${resource}`,
          `Retrieve ${level} ${resource}`,
          `${path}/${resource}`,
          {
            gives: OCTETS,
            query: [ACCEPT],
          },
        ),
      )),
]);

/** Rendered, Thumbnail, Bulkdata and Pixel Data Resources (PS3.18 §10.4.1.1.3 to §10.4.1.1.6). */
export const renderedRows: readonly RouteRow[] = [...studyRows, ...studyRows.map(ofClaim)];
