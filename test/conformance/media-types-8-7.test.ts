import { beforeAll, describe, expect, test } from 'vitest';
import { type Check, judge } from './check.js';
import { type Face, faceOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';

const DICOM = 'application/dicom';
const JSON_TYPE = 'application/dicom+json';
const XML = 'multipart/related; type="application/dicom+xml"';
const OCTETS = 'application/octet-stream';
const { slice } = OBJECTS;
const metadata = (accept: string, query = '') => ({
  path: `${slice.instance}/metadata${query}`,
  accept,
});
const instance = (accept: string, query = '') => ({ path: `${slice.instance}${query}`, accept });
const json = { status: 200, type: JSON_TYPE };
const none = { status: 406 };
const query = (text: string) => `?accept=${encodeURIComponent(text)}`;

const CHECKS: readonly Check[] = [
  ['8.7.7', '*/* is the default', metadata('*/*'), json],
  ['8.7.7', 'application/* is the default', metadata('application/*'), json],
  [
    '8.7.7',
    'what a browser sends is taken',
    metadata('text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'),
    json,
  ],
  ['8.4.1.1', 'the weight in capitals', metadata(`${JSON_TYPE};Q=0.5, ${XML};Q=0.4`), json],
  ['8.4.1.1', 'three digits of weight', metadata(`${XML};q=0.123, ${JSON_TYPE};q=0.124`), json],
  [
    '8.4.1.1',
    'white space around commas and semicolons',
    metadata(` ${JSON_TYPE} ; q=0.9 ,\t${XML} ; q=0.1`),
    json,
  ],
  ['8.7.8.1', 'no weight is 1', metadata(`${XML};q=0.9, ${JSON_TYPE}`), json],
  ['8.7.8.1', 'weight 0 is never', metadata(`${JSON_TYPE};q=0`), none],
  ['8.7.8.1', 'weight 0 of everything', metadata('*/*;q=0'), none],
  [
    '8.7.8.1',
    'the most specific range has its way',
    metadata(`*/*;q=0.9, ${JSON_TYPE};q=0, application/json;q=0`),
    { status: 200, type: 'multipart/related' },
  ],
  [
    '8.7.8.1',
    'weight 0 of what is not here means nothing',
    metadata(`image/png;q=0, ${JSON_TYPE}`),
    json,
  ],
  [
    '8.7.8.1',
    'the first that can be had',
    metadata(`image/png, application/pdf, ${JSON_TYPE};q=0.1`),
    json,
  ],
  ['8.7.8.1', 'nothing that can be had', metadata('image/png, text/html'), none],
  ['8.7.3.5.3', 'a charset of the type', metadata(`${JSON_TYPE}; charset=utf-8`), json],
  ['8.7.7', 'parameters that nobody knows are ignored', metadata(`${JSON_TYPE}; colour=red`), json],
  ['8.7.7', 'what is no media range is ignored', metadata(`application, /, ;, ${JSON_TYPE}`), json],
  ['8.7', 'a media type in capitals', metadata('APPLICATION/DICOM+JSON'), json],
  [
    '8.7',
    'application/json is what it is',
    metadata('application/json'),
    { status: 200, type: 'application/json' },
  ],
  [
    '8.7.1',
    'multipart of a type that has none is 406',
    metadata('multipart/related; type="image/png"'),
    none,
  ],
  [
    '8.7.1',
    'multipart without a type',
    { path: slice.study, accept: 'multipart/related' },
    { status: [200, 406] },
  ],
  [
    '8.7.1',
    'multipart of any type',
    { path: slice.study, accept: 'multipart/related; type="*/*"' },
    { status: 200, type: 'multipart/related' },
  ],
  ['8.3.3.1', 'the accept parameter before the field', metadata(XML, query(JSON_TYPE)), json],
  [
    '8.3.3.1',
    'the accept parameter has weights',
    metadata('*/*', query(`${XML};q=0.1,${JSON_TYPE};q=0.2`)),
    json,
  ],
  [
    '8.7.8.1',
    'the field, when nothing of the parameter can be had',
    metadata(JSON_TYPE, query('application/pdf')),
    json,
  ],
  [
    '8.3.3.1',
    'the name of the parameter is case-sensitive',
    metadata(JSON_TYPE, `?Accept=${encodeURIComponent(XML)}`),
    json,
  ],
  [
    '8.3.3.1',
    'a type with its plus sign as it is',
    metadata('*/*', '?accept=application/dicom+json'),
    json,
  ],
  [
    '8.7.8.1',
    'DICOM or octets by weight',
    instance(`${DICOM};q=0.2, multipart/related;type="${OCTETS}";q=0.1`),
    { status: 200, type: DICOM },
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('8.7 Media types', () => {
  judge(() => face, CHECKS);

  test.each([
    '/studies',
    slice.study,
    slice.instance,
    `${slice.instance}/metadata`,
    `${slice.instance}/frames/1`,
    `${slice.instance}/bulkdata/7FE00010`,
  ])('8.5: the 406 of %s lists the media types that there are', async (path) => {
    const { status, body } = await face.ask({ path, accept: 'image/x-none' });
    expect(status).toBe(406);
    expect(body.toString()).toMatch(/application\/(dicom|octet-stream)/);
  });
  test('8.4.2: no answer has a content coding that was not asked for', async () => {
    const seen = await face.ask({
      ...metadata(JSON_TYPE),
      headers: { 'accept-encoding': 'identity' },
    });
    expect(seen.headers.get('content-encoding')).toBeNull();
  });
  test('8.4.2: an answer in a content coding is the same', async () => {
    const plain = await face.ask({
      ...metadata(JSON_TYPE),
      headers: { 'accept-encoding': 'identity' },
    });
    const coded = await face.ask({
      ...metadata(JSON_TYPE),
      headers: { 'accept-encoding': 'gzip, deflate, br' },
    });
    expect(coded.body).toEqual(plain.body);
  });
});
