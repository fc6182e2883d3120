import { beforeAll, describe, expect } from 'vitest';
import { type Check, judge } from './check.js';
import { picture, refusing } from './expectations.js';
import { type Face, faceOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';

const { slice, multiFrame, jpeg, report, noPixels, absurd } = OBJECTS;
const thumbnail = (path: string, query = '') => `${path}/thumbnail${query}`;
/* §10.4.3.3.4 lets an origin server send the client on to a rendered resource. */
const SOMETHING = { status: [200, 302, 404, 406] };

const CHECKS: readonly Check[] = [
  ['10.4.1.1.4', 'of a study', thumbnail(slice.study), picture('image/jpeg')],
  ['10.4.1.1.4', 'of a series', thumbnail(slice.series), picture('image/jpeg')],
  ['10.4.1.1.4', 'of an instance', thumbnail(slice.instance), picture('image/jpeg')],
  ['10.4.1.1.4', 'of a frame', thumbnail(`${multiFrame.instance}/frames/2`), picture('image/jpeg')],
  [
    '10.4.3.3.4',
    'of several frames is one image',
    thumbnail(`${multiFrame.instance}/frames/2,3`),
    picture('image/jpeg'),
  ],
  ['10.4.3.3.4', 'of a clip is one image', thumbnail(jpeg.instance), picture('image/jpeg')],
  [
    '10.4.4',
    'as PNG',
    { path: thumbnail(slice.instance), accept: 'image/png' },
    picture('image/png'),
  ],
  [
    '8.7.8.1',
    'as what cannot be had',
    { path: thumbnail(slice.instance), accept: 'application/dicom' },
    { status: 406 },
  ],
  [
    '8.3.5.2',
    'in a viewport',
    thumbnail(slice.instance, '?viewport=32,32'),
    picture('image/jpeg', ({ width, height }) => {
      expect([width, height]).toEqual([32, 32]);
    }),
  ],
  [
    '8.3.5.2',
    'in a viewport with a region',
    thumbnail(slice.instance, '?viewport=32,32,0,0,4,4'),
    refusing('viewport'),
  ],
  [
    '8.3.5.1.3',
    'in a viewport of nothing',
    thumbnail(slice.instance, '?viewport=0,0'),
    refusing('viewport'),
  ],
  [
    '8.3.5.1.3',
    'in a viewport beyond all bounds',
    thumbnail(slice.instance, '?viewport=100000,100000'),
    refusing('viewport'),
  ],
  ['10.4.3.1', 'of an unknown study', '/studies/1.2.3.4/thumbnail', { status: 404 }],
  [
    '10.4.3.1',
    'of a frame beyond the last',
    thumbnail(`${multiFrame.instance}/frames/6`),
    { status: 404 },
  ],
  ['10.4.3.3.4', 'of a report', thumbnail(report.instance), SOMETHING],
  ['10.4.3.3.4', 'of an object without pixels', thumbnail(noPixels.study), SOMETHING],
  [
    '10.4.3.1',
    'of an image that claims 65,535 × 65,535 pixels',
    thumbnail(absurd.study),
    { status: [302, 400, 404, 406, 413] },
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('10.4.1.1.4 Thumbnail Resources', () => judge(() => face, CHECKS));
