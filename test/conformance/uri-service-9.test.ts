import { beforeAll, describe, expect, test } from 'vitest';
import { type Check, judge } from './check.js';
import { CLIENT_ERROR, dicomIn, picture, refusing, single, sized } from './expectations.js';
import { type Face, faceOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS, type Stored } from './objects.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const { slice, multiFrame, implicit, jpeg2000, report, noPixels, texts } = OBJECTS;

const uri = ({ uids }: Stored, more = '') =>
  `/wado?requestType=WADO&studyUID=${uids.study}&seriesUID=${uids.series}&objectUID=${uids.instance}${more}`;
const DICOM = '&contentType=application%2Fdicom';
const PNG = '&contentType=image%2Fpng';

const INSTANCES: readonly Check[] = [
  ['9.4', 'an instance as DICOM', uri(slice, DICOM), dicomIn(EXPLICIT)],
  [
    '9.1.2.1',
    'parameters in any order',
    `/wado?objectUID=${slice.uids.instance}&contentType=application%2Fdicom&seriesUID=${slice.uids.series}&studyUID=${slice.uids.study}&requestType=WADO`,
    dicomIn(EXPLICIT),
  ],
  ['9.4.2.4', 'Explicit VR Little Endian by default', uri(implicit, DICOM), dicomIn(EXPLICIT)],
  ['9.4.2.4', 'lossless pixels are decoded', uri(jpeg2000, DICOM), dicomIn(EXPLICIT)],
  [
    '9.4.2.4',
    'the transfer syntax that was asked for',
    uri(jpeg2000, `${DICOM}&transferSyntax=${JPEG_2000}`),
    dicomIn(JPEG_2000),
  ],
  [
    '9.4.2.4',
    'a transfer syntax that is no UID is 400',
    uri(slice, `${DICOM}&transferSyntax=zip`),
    refusing('transferSyntax'),
  ],
  [
    '9.4.2.4',
    'a transfer syntax that cannot be had is 406',
    uri(slice, `${DICOM}&transferSyntax=1.2.840.10008.1.2.4.100`),
    { status: 406 },
  ],
  [
    '9.4.2.4',
    'two transfer syntaxes are 400',
    uri(slice, `${DICOM}&transferSyntax=${EXPLICIT}&transferSyntax=${JPEG_2000}`),
    { status: 400 },
  ],
  [
    '8.7.3',
    'Implicit VR is never given',
    uri(slice, `${DICOM}&transferSyntax=1.2.840.10008.1.2`),
    { status: 406 },
  ],
];

const STATUSES: readonly Check[] = [
  [
    '9.4.2.1',
    'no request type is 400',
    uri(slice).replace('requestType=WADO&', ''),
    { status: 400 },
  ],
  [
    '9.4.2.1',
    'another request type is 400',
    uri(slice).replace('=WADO&', '=QIDO&'),
    { status: 400 },
  ],
  ['9.4.2.2', 'no study is 400', uri(slice).replace(/studyUID=[^&]+&/, ''), { status: 400 }],
  ['9.4.2.2', 'no series is 400', uri(slice).replace(/seriesUID=[^&]+&/, ''), { status: 400 }],
  ['9.4.2.2', 'no object is 400', uri(slice).replace(/&objectUID=.*/, ''), { status: 400 }],
  [
    '9.4.3.1',
    'an unknown object is 404',
    uri({ ...slice, uids: { ...slice.uids, instance: '1.2.3' } }, DICOM),
    { status: 404 },
  ],
  [
    '9.4.3.1',
    "another series' object is 404",
    uri({ ...slice, uids: { ...slice.uids, instance: texts.uids.instance } }, DICOM),
    { status: 404 },
  ],
  [
    '9.1.2.2.1',
    'a transfer syntax in the type is 400',
    uri(
      slice,
      `&contentType=${encodeURIComponent(`application/dicom; transfer-syntax=${EXPLICIT}`)}`,
    ),
    { status: 400 },
  ],
  [
    '9.1.2.2.1',
    'a type that cannot be had',
    uri(slice, '&contentType=image%2Fx-none'),
    { status: [200, 406] },
  ],
  ['8.3', 'an unknown parameter is ignored', uri(slice, `${DICOM}&colour=red`), dicomIn(EXPLICIT)],
  [
    '9.5.1.2.6',
    'a window for DICOM is 400',
    uri(slice, `${DICOM}&windowCenter=1&windowWidth=2`),
    { status: 400 },
  ],
];

const RENDERED: readonly Check[] = [
  [
    '9.3',
    'a JPEG by default',
    { path: uri(slice), accept: '*/*' },
    picture('image/jpeg', sized(8, 8)),
  ],
  ['9.5', 'a JPEG by name', uri(slice, '&contentType=image%2Fjpeg'), picture('image/jpeg')],
  ['9.5', 'a PNG', uri(slice, PNG), picture('image/png', sized(8, 8))],
  ['9.5', 'a report as HTML', uri(report, '&contentType=text%2Fhtml'), single('text/html')],
  [
    '9.5.2.1',
    'a frame',
    uri(multiFrame, `${PNG}&frameNumber=3`),
    picture('image/png', sized(4, 4)),
  ],
  [
    '9.5.2.1',
    'a frame beyond the last is 400',
    uri(multiFrame, `${PNG}&frameNumber=6`),
    { status: 400 },
  ],
  ['9.5.2.1', 'frame 0 is 400', uri(multiFrame, `${PNG}&frameNumber=0`), { status: 400 }],
  [
    '9.5.2.1',
    'a frame that is no number is 400',
    uri(multiFrame, `${PNG}&frameNumber=one`),
    { status: 400 },
  ],
  [
    '9.5.2.2',
    'a window',
    uri(slice, `${PNG}&windowCenter=512&windowWidth=1024`),
    picture('image/png'),
  ],
  ['9.5.2.2', 'half a window is 400', uri(slice, `${PNG}&windowCenter=512`), { status: 400 }],
  ['9.5.2.2', 'the other half too', uri(slice, `${PNG}&windowWidth=512`), { status: 400 }],
  [
    '9.5.2.2',
    'a window that is no number is 400',
    uri(slice, `${PNG}&windowCenter=a&windowWidth=2`),
    { status: 400 },
  ],
  [
    '9.5.2.5',
    'rows and columns',
    uri(slice, `${PNG}&rows=4&columns=4`),
    picture('image/png', sized(4, 4)),
  ],
  [
    '9.5.2.5',
    'rows and columns keep the aspect ratio',
    uri(slice, `${PNG}&rows=16&columns=64`),
    picture('image/png', sized(16, 16)),
  ],
  ['9.5.2.5', 'rows alone', uri(slice, `${PNG}&rows=4`), { status: [200, 400] }],
  ['9.5.1.2.4', 'no rows is 400', uri(slice, `${PNG}&rows=0&columns=4`), { status: 400 }],
  [
    '9.5.1.2.4',
    'rows beyond all bounds are 400',
    uri(slice, `${PNG}&rows=100000&columns=100000`),
    { status: 400 },
  ],
  [
    '9.5.2.4',
    'a region',
    uri(slice, `${PNG}&region=0,0,0.5,0.5`),
    picture('image/png', sized(4, 4)),
  ],
  [
    '9.5.2.4',
    'a region of three values is 400',
    uri(slice, `${PNG}&region=0,0,1`),
    { status: 400 },
  ],
  [
    '9.5.2.4',
    'a region that is turned around is 400',
    uri(slice, `${PNG}&region=0.5,0,0.1,1`),
    { status: 400 },
  ],
  [
    '9.5.2.4',
    'a region beyond the image is 400',
    uri(slice, `${PNG}&region=0,0,2,2`),
    { status: 400 },
  ],
  [
    '9.5.1.2.3',
    'a quality beyond 100 is 400',
    uri(slice, '&contentType=image%2Fjpeg&imageQuality=101'),
    { status: 400 },
  ],
  [
    '9.5.2.3',
    'a presentation state beside a window is 400',
    uri(
      slice,
      `${PNG}&windowCenter=1&windowWidth=2&presentationSeriesUID=1.2.3&presentationUID=1.2.4`,
    ),
    { status: 400 },
  ],
  ['9.5', 'an object without pixels', uri(noPixels, PNG), CLIENT_ERROR],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('9 URI Service', () => {
  judge(() => face, INSTANCES);
  judge(() => face, STATUSES);
  judge(() => face, RENDERED);

  test('8.7.3.5.2: the type of an answer has no transfer syntax', async () => {
    const { headers } = await face.ask(uri(slice, DICOM));
    expect(headers.get('content-type')).toBe('application/dicom');
  });
});
