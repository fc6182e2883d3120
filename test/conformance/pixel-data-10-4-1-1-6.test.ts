import { beforeAll, describe, expect, test } from 'vitest';
import { readDicom } from '../acceptance/read-dicom.js';
import { type Check, judge } from './check.js';
import { CLIENT_ERROR, multipartOf, single } from './expectations.js';
import { type Face, faceOf, originOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { framePixel, OBJECTS, type Stored } from './objects.js';
import { type Part, partsOf } from './parts.js';

const { slice, multiFrame, bigEndian, jpeg, jpeg2000, runLength, halfChroma } = OBJECTS;
const { noPixels, absurd, document, emptyImage, report, texts } = OBJECTS;
const OCTETS = 'application/octet-stream';
const related = (type: string) => `multipart/related; type="${type}"`;

const frames = ({ instance }: Stored, list: string) => `${instance}/frames/${list}`;
const pixelsOf = (stored: Stored) => readDicom(stored.file).pixels[0] as Buffer;
const are =
  (...numbers: readonly number[]) =>
  (parts: readonly Part[]) =>
    expect(parts.map(({ body }) => body)).toEqual(
      numbers.map((number) => Buffer.alloc(16, framePixel(number))),
    );

const FRAMES: readonly Check[] = [
  [
    '10.4.1.1.6',
    'a frame',
    { path: frames(multiFrame, '2'), accept: related(OCTETS) },
    multipartOf(OCTETS, 1, are(2)),
  ],
  [
    '10.4.1.1.6',
    'the first and the last frame',
    { path: frames(multiFrame, '1,5'), accept: related(OCTETS) },
    multipartOf(OCTETS, 2, are(1, 5)),
  ],
  [
    '10.4.1.1.6',
    'all frames',
    { path: frames(multiFrame, '1,2,3,4,5'), accept: related(OCTETS) },
    multipartOf(OCTETS, 5, are(1, 2, 3, 4, 5)),
  ],
  [
    '10.4.1.1.6',
    'commas may be percent-encoded',
    { path: frames(multiFrame, '1%2C3'), accept: related(OCTETS) },
    multipartOf(OCTETS, 2, are(1, 3)),
  ],
  [
    '10.4.4',
    'multipart by default',
    { path: frames(multiFrame, '3'), accept: '*/*' },
    multipartOf(OCTETS, 1, are(3)),
  ],
  [
    '10.4.4',
    'one frame as a single part',
    { path: frames(multiFrame, '4'), accept: OCTETS },
    single(OCTETS, ({ body }) => expect(body).toEqual(Buffer.alloc(16, framePixel(4)))),
  ],
  [
    '10.4.4',
    'several frames have no single part',
    { path: frames(multiFrame, '1,2'), accept: OCTETS },
    { status: 406 },
  ],
  [
    '10.4.1.1.6',
    'the only frame of an image',
    { path: frames(slice, '1'), accept: OCTETS },
    single(OCTETS, ({ body }) => expect(body).toEqual(pixelsOf(slice))),
  ],
  [
    '8.7.3.3.1',
    'of Big Endian in little endian',
    { path: frames(bigEndian, '1'), accept: OCTETS },
    single(OCTETS, ({ body }) => expect(body).toEqual(pixelsOf(slice))),
  ],
  [
    '8.7.3.3.2',
    'JPEG as image/jpeg',
    { path: frames(jpeg, '30'), accept: related('image/jpeg; transfer-syntax=*') },
    { status: [200, 406] },
  ],
  [
    '8.7.3.3.2',
    'JPEG with * as stored',
    { path: frames(jpeg, '30'), accept: 'multipart/related; type="image/jpeg"; transfer-syntax=*' },
    multipartOf('image/jpeg', 1, ([part]) =>
      expect(part?.body.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8])),
    ),
  ],
  [
    '8.7.3.3.2',
    'JPEG 2000 by its media type',
    { path: frames(jpeg2000, '1'), accept: related('image/jp2') },
    multipartOf('image/jp2', 1, ([part]) =>
      expect(part?.body.subarray(0, 4)).toEqual(Buffer.from([0xff, 0x4f, 0xff, 0x51])),
    ),
  ],
  [
    '8.7.3.3.2',
    'RLE by its media type',
    { path: frames(runLength, '1'), accept: related('image/dicom-rle') },
    multipartOf('image/dicom-rle', 1),
  ],
  [
    '8.7.3.3.1',
    'RLE decoded',
    { path: frames(runLength, '1'), accept: OCTETS },
    single(OCTETS, ({ body }) => expect(body).toHaveLength(64 * 64 * 2)),
  ],
  [
    '8.7.3.3.1',
    'JPEG 2000 decoded',
    { path: frames(jpeg2000, '1'), accept: OCTETS },
    single(OCTETS, ({ body }) => expect(body).toHaveLength(480 * 640 * 3)),
  ],
  [
    'PS3.3 C.7.6.3.1.2',
    'half chrominance as stored or in full',
    { path: frames(halfChroma, '1'), accept: OCTETS },
    single(OCTETS, ({ body }) => expect([16, 24]).toContain(body.length)),
  ],
];

const REFUSED: readonly Check[] = [
  ['10.4.3.1', 'a frame beyond the last is 404', frames(multiFrame, '6'), { status: 404 }],
  [
    '10.4.3.1',
    'one of them beyond the last is 404, before any byte',
    frames(multiFrame, '1,6'),
    { status: 404 },
  ],
  ['10.4.3.1', 'frame 0 is 400 or 404', frames(multiFrame, '0'), { status: [400, 404] }],
  ['10.4.3.1', 'a frame below 0 is 400 or 404', frames(multiFrame, '-1'), { status: [400, 404] }],
  [
    '10.4.3.1',
    'what is no number is 400 or 404',
    frames(multiFrame, 'one'),
    { status: [400, 404] },
  ],
  [
    '10.4.3.1',
    'a number with more digits than any count is 400 or 404',
    frames(multiFrame, '9'.repeat(40)),
    { status: [400, 404] },
  ],
  [
    '10.4.3.1',
    'an empty place in the list is 400',
    frames(multiFrame, '1,,2'),
    { status: [400, 404] },
  ],
  ['10.4.3.1', 'no list at all is 4xx', frames(multiFrame, ''), CLIENT_ERROR],
  ['10.4.3.1', 'an object without pixels has no frame', frames(noPixels, '1'), CLIENT_ERROR],
  ['10.4.3.1', 'a document has no frame', frames(document, '1'), CLIENT_ERROR],
  ['10.4.3.1', 'a report has no frame', frames(report, '1'), CLIENT_ERROR],
  ['10.4.3.1', 'an image of no rows has no frame', frames(emptyImage, '1'), CLIENT_ERROR],
  [
    '10.4.3.1',
    'an image that claims 65,535 × 65,535 pixels and has 64',
    frames(absurd, '1'),
    CLIENT_ERROR,
  ],
  [
    '8.7.8.1',
    'what cannot be had is 406',
    { path: frames(multiFrame, '1'), accept: 'application/pdf' },
    { status: 406 },
  ],
];

const PIXEL_DATA: readonly Check[] = [
  [
    '10.4.1.1.6',
    'pixel data of a study',
    { path: `${slice.study}/pixeldata`, accept: '*/*' },
    multipartOf(OCTETS, 1, ([part]) => expect(part?.body).toEqual(pixelsOf(slice))),
  ],
  [
    '10.4.1.1.6',
    'pixel data of a series',
    { path: `${slice.series}/pixeldata`, accept: related(OCTETS) },
    multipartOf(OCTETS, 1),
  ],
  [
    '10.4.1.1.6',
    'pixel data of an instance',
    { path: `${slice.instance}/pixeldata`, accept: related(OCTETS) },
    multipartOf(OCTETS, 1, ([part]) => expect(part?.body).toEqual(pixelsOf(slice))),
  ],
  [
    '10.4.1.1.6',
    'pixel data of a study without pixels are none',
    `${noPixels.study}/pixeldata`,
    { status: [200, 204, 404, 406] },
  ],
  [
    '10.4.1.1.6',
    'pixel data leave other bulk data out',
    { path: `${OBJECTS.privateBytes.instance}/pixeldata`, accept: related(OCTETS) },
    multipartOf(OCTETS, 1, ([part]) => expect(part?.body).toHaveLength(128)),
  ],
  [
    '10.4.3.1',
    'pixel data of an unknown study are 404',
    '/studies/1.2.3.4/pixeldata',
    { status: 404 },
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('10.4.1.1.6 Pixel Data Resources', () => {
  judge(() => face, FRAMES);
  judge(() => face, REFUSED);
  judge(() => face, PIXEL_DATA);

  test('8.6.1.2: each frame tells by Content-Location which frame it is', async () => {
    const parts = partsOf(await face.ask(frames(multiFrame, '2,4')));
    const locations = parts.map(
      ({ headers }) => new URL(headers.get('content-location') ?? '', originOf()).pathname,
    );
    expect(locations).toEqual(
      ['2', '4'].map((number) => `/dicom-web${frames(multiFrame, number)}`),
    );
  });
  test('10.4.3.3.6: pixel data tell by Content-Location the address that metadata give', async () => {
    const metadata = JSON.parse((await face.ask(`${texts.instance}/metadata`)).body.toString());
    const [part] = partsOf(await face.ask(`${texts.instance}/pixeldata`));
    const given = metadata[0]['7FE00010'].BulkDataURI;
    const address = (uri: string | null | undefined) => new URL(uri ?? '', originOf()).pathname;
    expect(address(part?.headers.get('content-location'))).toBe(address(given));
  });
});
