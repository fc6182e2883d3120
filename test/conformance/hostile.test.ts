import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DicomJson, firstOf } from '../acceptance/ask.js';
import { type Attributes, ctSlice, part10 } from '../support/part10.js';
import { type Check, jsonOf, judge } from './check.js';
import { nested } from './encodings.js';
import { CLIENT_ERROR } from './expectations.js';
import { type Face, faceOf, originOf, type Seen } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { bodyOf, contentTypeOf, dicomPart } from './store-body.js';

const uidsOf = (number: number) => ({
  study: `1.2.87.${number}`,
  series: `1.2.87.${number}.1`,
  instance: `1.2.87.${number}.1.1`,
});
const pathOf = (number: number) => {
  const { study, series, instance } = uidsOf(number);
  return `/studies/${study}/series/${series}/instances/${instance}`;
};
const file = (number: number, change: Attributes = {}, meta: Attributes = {}) =>
  part10(ctSlice(uidsOf(number), change), meta);

/* Each is stored or refused; whatever is asked of it then is an answer. */
const OBJECTS: readonly (readonly [what: string, number: number, bytes: Buffer])[] = [
  ['50,000 sequences in each other', 1, nested(ctSlice(uidsOf(1)), 50_000)],
  ['1,000 sequences in each other', 2, nested(ctSlice(uidsOf(2)), 1000)],
  ['60 sequences in each other', 3, nested(ctSlice(uidsOf(3)), 60)],
  [
    '65,535 rows and columns with 64 pixels',
    4,
    file(4, { '00280010': ['US', 65535], '00280011': ['US', 65535] }),
  ],
  ['no rows and no columns', 5, file(5, { '00280010': ['US', 0], '00280011': ['US', 0] })],
  ['2,000,000,000 frames', 6, file(6, { '00280008': ['IS', '2000000000'] })],
  ['-1 frames', 7, file(7, { '00280008': ['IS', '-1'] })],
  ['frames that are no number', 8, file(8, { '00280008': ['IS', 'many'] })],
  ['17 bits allocated', 9, file(9, { '00280100': ['US', 17] })],
  ['no samples', 10, file(10, { '00280002': ['US', 0] })],
  ['65,535 samples', 11, file(11, { '00280002': ['US', 65535] })],
  ['a photometric interpretation that is none', 12, file(12, { '00280004': ['CS', 'PINK'] })],
  ['a palette without its tables', 13, file(13, { '00280004': ['CS', 'PALETTE COLOR'] })],
  [
    'native pixels under the name of JPEG',
    14,
    file(14, {}, { '00020010': ['UI', '1.2.840.10008.1.2.4.50'] }),
  ],
  [
    'native pixels under the name of JPEG 2000',
    15,
    file(15, {}, { '00020010': ['UI', '1.2.840.10008.1.2.4.90'] }),
  ],
  [
    'native pixels under the name of RLE',
    16,
    file(16, {}, { '00020010': ['UI', '1.2.840.10008.1.2.5'] }),
  ],
  [
    'a data set under the name of deflated',
    17,
    file(17, {}, { '00020010': ['UI', '1.2.840.10008.1.2.1.99'] }),
  ],
  ['a transfer syntax that nobody knows', 18, file(18, {}, { '00020010': ['UI', '1.2.3.4.5'] })],
  [
    'a window that is no number',
    19,
    file(19, { '00281050': ['DS', 'bright'], '00281051': ['DS', '-1'] }),
  ],
  ['markup in a name', 20, file(20, { '00100010': ['PN', '<script>alert(1)</script>'] })],
  ['a control character in a name', 21, file(21, { '00100010': ['PN', 'a\u0001b\u001b[2J'] })],
  ['a character set that is none', 22, file(22, { '00080005': ['CS', 'ISO_IR 9999'] })],
  [
    'a date that is none',
    23,
    file(23, { '00080020': ['DA', '99999999'], '00080030': ['TM', '999999'] }),
  ],
  [
    'a rescale that is no number',
    24,
    file(24, { '00281052': ['DS', 'NaN'], '00281053': ['DS', '1e999'] }),
  ],
  ['a file that is cut off in its pixels', 25, file(25).subarray(0, -40)],
];
const QUESTIONS = [
  '',
  '/metadata',
  '/frames/1',
  '/frames/999999999',
  '/rendered',
  '/frames/1/rendered',
  '/thumbnail',
  '/bulkdata/7FE00010',
  '/bulkdata',
  '/pixeldata',
];
const ACCEPTED = [
  '*/*',
  'application/dicom',
  'multipart/related; type="application/dicom+xml"',
  'image/png',
  'multipart/related; type="image/jls"',
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.hostile);
});
const store = (bytes: Uint8Array) => face.store([bytes]);

describe('Objects that mean harm', () => {
  test.each(OBJECTS)(
    '%s: kept or refused, and every question has an answer',
    async (_what, number, bytes) => {
      const seen = await store(bytes);
      expect([200, 409]).toContain(seen.status);
      for (const question of QUESTIONS)
        for (const accept of ACCEPTED) {
          const { status } = await face.ask({ path: pathOf(number) + question, accept });
          expect(status, `${question} ${accept}`).toBeLessThan(500);
          if (seen.status === 409) expect(status).toBeGreaterThanOrEqual(400);
        }
    },
  );
  test('all that was kept is found, and can be shown whole', async () => {
    for (const path of [
      '/studies?includefield=all',
      '/series?includefield=all',
      '/instances?includefield=all',
    ]) {
      const seen = await face.ask(path);
      expect(seen.status, path).toBe(200);
      expect(jsonOf<DicomJson[]>(seen).length).toBeGreaterThan(10);
    }
  });
  test('markup in a name is text in XML', async () => {
    const { body } = await face.ask({
      path: `${pathOf(20)}/metadata`,
      accept: 'multipart/related; type="application/dicom+xml"',
    });
    expect(body.toString()).not.toContain('<script>');
    expect(body.toString()).toContain('&lt;script&gt;');
  });
  test('no answer in XML holds a character that XML does not allow', async () => {
    const { body } = await face.ask({
      path: `${pathOf(21)}/metadata`,
      accept: 'multipart/related; type="application/dicom+xml"',
    });
    const xml = body.toString();
    expect(
      [...xml].filter((character) => character < ' ' && !'\t\r\n'.includes(character)),
    ).toEqual([]);
  });
});

const long = '9'.repeat(5000);
const REQUESTS: readonly Check[] = [
  ['path', 'a UID that climbs', '/studies/..%2F..%2F..%2Fetc%2Fpasswd', CLIENT_ERROR],
  ['path', 'a UID of markup', '/studies/%3Cscript%3E/series', CLIENT_ERROR],
  ['path', 'a UID with a quotation mark', "/studies/1.2'%20or%20'1'='1/series", CLIENT_ERROR],
  ['path', 'a bulk data path that climbs', `${pathOf(3)}/bulkdata/..%2F..%2Fx`, CLIENT_ERROR],
  ['path', 'frames without end', `${pathOf(3)}/frames/${'1,'.repeat(4000)}1`, CLIENT_ERROR],
  ['path', 'a frame number without end', `${pathOf(3)}/frames/${long}`, CLIENT_ERROR],
  [
    'query',
    'a quotation mark in a value',
    "/studies?PatientID='%3B%20drop%20table%20events%3B--",
    { status: 200 },
  ],
  ['query', 'a value without end', `/studies?PatientID=${long}`, { status: [200, 400] }],
  [
    'query',
    'wildcards without end',
    `/studies?PatientName=${'*a'.repeat(200)}`,
    { status: [200, 400] },
  ],
  [
    'query',
    'a path of sequences without end',
    `/studies?${'RequestAttributesSequence.'.repeat(200)}PatientID=1`,
    CLIENT_ERROR,
  ],
  [
    'query',
    'UIDs without end',
    `/studies?StudyInstanceUID=${'1.2.3,'.repeat(4000)}1`,
    { status: [200, 400, 414] },
  ],
  ['query', 'an offset beyond all bounds', `/studies?offset=${long}`, { status: [200, 204, 400] }],
  ['query', 'parameters named as a prototype', '/studies?__proto__=1&constructor=2', CLIENT_ERROR],
  [
    'query',
    'a field to include named as a prototype',
    '/studies?includefield=__proto__',
    CLIENT_ERROR,
  ],
  [
    'field',
    'an Accept that is no list',
    { path: '/studies', accept: '"""' },
    { status: [200, 400, 406] },
  ],
  [
    'field',
    'an Accept without end',
    { path: '/studies', accept: 'a/b;c="d",'.repeat(2000) },
    { status: [400, 406, 431] },
  ],
  [
    'field',
    'a weight that is none',
    { path: '/studies', accept: 'application/dicom+json;q=heavy' },
    { status: [200, 400, 406] },
  ],
  [
    'field',
    'an If-None-Match without end',
    { path: `${pathOf(3)}/metadata`, headers: { 'if-none-match': '"a",'.repeat(5000) } },
    { status: [200, 400, 404] },
  ],
];

describe('Requests that mean harm', () => {
  judge(() => face, REQUESTS);

  test('a store that dies in the middle keeps nothing', async () => {
    const body = bodyOf([dicomPart(file(50))]);
    const { hostname, port } = new URL(originOf());
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `POST /dicom-web/studies HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${face.token}\r\nContent-Type: ${contentTypeOf()}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, body.length - 60));
    socket.destroy();
    const after = await store(file(51));
    expect(after.status).toBe(200);
    expect((await face.ask(`/studies/${uidsOf(50).study}/metadata`)).status).toBe(404);
  });
  test('stores of one instance at once, each with other bytes, leave one', async () => {
    const files = Array.from({ length: 10 }, (_, at) =>
      file(60, { '00200013': ['IS', String(at)] }),
    );
    const answers: readonly Seen[] = await Promise.all(files.map(store));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    const found = jsonOf<DicomJson[]>(await face.ask(`/studies/${uidsOf(60).study}/instances`));
    expect(found.map((row) => firstOf(row, '00080018'))).toEqual([uidsOf(60).instance]);
  });
});
