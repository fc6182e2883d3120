import { beforeAll, describe, expect, test } from 'vitest';
import { readDicom } from '../acceptance/read-dicom.js';
import { type Check, judge, typeOf } from './check.js';
import { dicomIn } from './expectations.js';
import { type Face, faceOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS, type Stored } from './objects.js';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const JPEG = '1.2.840.10008.1.2.4.50';
const LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const HTJ2K = '1.2.840.10008.1.2.4.201';
const RLE = '1.2.840.10008.1.2.5';

const { slice, implicit, bigEndian, deflated, jpeg, jpeg2000, runLength, multiFrame, report } =
  OBJECTS;

const as = ({ instance }: Stored, syntax?: string, rest = '') => ({
  path: instance,
  accept: `application/dicom${syntax === undefined ? '' : `; transfer-syntax=${syntax}`}${rest}`,
});

const DEFAULTS: readonly Check[] = [
  ['8.7.3.4', 'Explicit VR Little Endian by default', as(slice), dicomIn(EXPLICIT)],
  ['8.7.3.4', 'Implicit VR becomes explicit', as(implicit), dicomIn(EXPLICIT)],
  ['8.7.3.4', 'Big Endian becomes little', as(bigEndian), dicomIn(EXPLICIT)],
  ['8.7.3.4', 'deflated is inflated', as(deflated), dicomIn(EXPLICIT)],
  ['8.7.3.4', 'JPEG 2000 lossless is decoded', as(jpeg2000), dicomIn(EXPLICIT)],
  ['8.7.3.4', 'RLE is decoded', as(runLength), dicomIn(EXPLICIT)],
  ['8.7.3.4', 'lossy pixels stay as they came', as(jpeg), dicomIn(JPEG)],
  ['8.7.3.4', 'a report', as(report), dicomIn(EXPLICIT)],
];

const PARAMETERS: readonly Check[] = [
  ['8.7.3.5.2', '* gives JPEG 2000 as stored', as(jpeg2000, '*'), dicomIn(JPEG_2000)],
  ['8.7.3.5.2', '* gives RLE as stored', as(runLength, '*'), dicomIn(RLE)],
  ['8.7.3.5.2', '* gives JPEG as stored', as(jpeg, '*'), dicomIn(JPEG)],
  ['8.7.3', '* never gives Implicit VR', as(implicit, '*'), dicomIn(EXPLICIT)],
  ['8.7.3', '* never gives Big Endian', as(bigEndian, '*'), dicomIn(EXPLICIT)],
  ['8.7.3', 'Implicit VR by its UID is 406', as(implicit, IMPLICIT), { status: 406 }],
  ['8.7.3', 'Big Endian by its UID is 406', as(bigEndian, BIG_ENDIAN), { status: 406 }],
  [
    '8.7.3.5.2',
    'lossy pixels decoded by the UID of Explicit VR',
    as(jpeg, EXPLICIT),
    dicomIn(EXPLICIT),
  ],
  ['8.7.3.5.2', 'the value in quotes', as(jpeg2000, `"${JPEG_2000}"`), dicomIn(JPEG_2000)],
  [
    '8.7',
    'the parameter name in capitals',
    { path: jpeg2000.instance, accept: `application/dicom; Transfer-Syntax=${JPEG_2000}` },
    dicomIn(JPEG_2000),
  ],
  [
    '8.7.3.5.2',
    'a transfer syntax that does not exist is 406',
    as(slice, '1.2.3.4'),
    { status: 406 },
  ],
  [
    '8.7.7',
    'what is no transfer syntax is ignored or 406',
    as(slice, 'zip'),
    { status: [200, 406] },
  ],
  [
    '8.7.3.5.2',
    'two transfer syntaxes in one type are not both taken',
    as(jpeg2000, `${JPEG_2000}; transfer-syntax=${EXPLICIT}`),
    { status: [200, 400, 406] },
  ],
  [
    '8.7.8.2',
    'the heavier of two',
    {
      path: jpeg2000.instance,
      accept: `application/dicom; transfer-syntax=${EXPLICIT}; q=0.2, application/dicom; transfer-syntax=${JPEG_2000}; q=0.8`,
    },
    dicomIn(JPEG_2000),
  ],
  [
    '8.7.8.2',
    'the one that can be had',
    {
      path: jpeg2000.instance,
      accept: `application/dicom; transfer-syntax=1.2.3.4; q=1.0, application/dicom; transfer-syntax=${EXPLICIT}; q=0.1`,
    },
    dicomIn(EXPLICIT),
  ],
];

/* Optional in Table 8.7.3-2; offered here for whatever can be encoded. */
const ENCODED: readonly Check[] = [RLE, LOSSLESS, JPEG_LS, JPEG_2000, HTJ2K, DEFLATED].flatMap(
  (syntax) => [
    ['8.7.3.1', `a slice of 16 bits as ${syntax}`, as(slice, syntax), dicomIn(syntax)] as const,
    ['8.7.3.1', `frames of 8 bits as ${syntax}`, as(multiFrame, syntax), dicomIn(syntax)] as const,
    ['8.7.3.1', `RLE as ${syntax}`, as(runLength, syntax), dicomIn(syntax)] as const,
  ],
);

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('8.7.3 Transfer syntaxes', () => {
  judge(() => face, DEFAULTS);
  judge(() => face, PARAMETERS);
  judge(() => face, ENCODED);

  test.each([
    ['Big Endian', bigEndian],
    ['deflated', deflated],
  ])('8.7.3.4: a %s instance keeps its data set', async (_what, object) => {
    const { body } = await face.ask(as(object));
    const { text, pixels } = readDicom(body);
    expect(text).toContain('Test^Person');
    expect(pixels[0]).toHaveLength(128);
    expect(body.subarray(-128)).toEqual(pixels[0]);
  });
  test('PS3.5 8.2: Big Endian pixels are turned around', async () => {
    const { pixels } = readDicom((await face.ask(as(bigEndian))).body);
    expect(pixels).toEqual(readDicom(slice.file).pixels);
  });
  test('8.7.9: the type of the answer names the transfer syntax of the file', async () => {
    const seen = await face.ask(as(jpeg2000, '*'));
    expect(typeOf(seen)).toBe('application/dicom');
    expect(seen.headers.get('content-type')).toMatch(
      /transfer-syntax="?1\.2\.840\.10008\.1\.2\.4\.90"?/,
    );
  });
  test.each([
    ['RLE', RLE, 'image/dicom-rle'],
    ['JPEG lossless', LOSSLESS, 'image/jpeg'],
    ['JPEG-LS', JPEG_LS, 'image/jls'],
    ['JPEG 2000', JPEG_2000, 'image/jp2'],
    ['HTJ2K', HTJ2K, 'image/jphc'],
  ])(
    '8.7.3.3.2: a frame as %s has its media type, and the type means its default syntax',
    async (_name, syntax, type) => {
      const seen = await face.ask({
        path: `${slice.instance}/frames/1`,
        accept: `multipart/related; type="${type}"`,
      });
      expect(seen.status, seen.body.toString('latin1', 0, 200)).toBe(200);
      expect(seen.body.toString('latin1', 0, 600)).toContain(type);
      expect(seen.body.toString('latin1', 0, 600)).toContain(syntax);
    },
  );
});
