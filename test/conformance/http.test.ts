import { beforeAll, describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import { type Face, faceOf, faceWith, originOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';
import { headOf, type RawAnswer, sendRaw } from './raw-socket.js';
import { bodyOf, contentTypeOf, dicomPart } from './store-body.js';

const { slice, multiFrame, privateBytes } = OBJECTS;
const STUDIES = '/dicom-web/studies';

let face: Face;
let authorization: string;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
  authorization = `Authorization: Bearer ${face.token}`;
});
const get = (line: string, ...fields: string[]): Promise<RawAnswer> =>
  sendRaw(originOf(), headOf(line, authorization, ...fields));

describe('RFC 9112 Messages', () => {
  test.each([
    ['3.2', 'Host without a port', `GET ${STUDIES} HTTP/1.1`, ['Host: archive.example']],
    ['3.2', 'Host with a port', `GET ${STUDIES} HTTP/1.1`, ['Host: archive.example:8443']],
    [
      '3.2.2',
      'an absolute target',
      `GET http://archive.example${STUDIES} HTTP/1.1`,
      ['Host: archive.example'],
    ],
    ['2.3', 'HTTP/1.0 without Host', `GET ${STUDIES} HTTP/1.0`, []],
    [
      '5.1',
      'field names in capitals',
      `GET ${STUDIES} HTTP/1.1`,
      ['HOST: archive.example', 'ACCEPT: application/dicom+json'],
    ],
    ['5.1', 'no space after the colon', `GET ${STUDIES} HTTP/1.1`, ['Host:archive.example']],
    [
      '9110 10.1.1',
      'an empty Expect',
      `GET ${STUDIES} HTTP/1.1`,
      ['Host: archive.example', 'Expect:'],
    ],
  ])('%s: %s is answered', async (_paragraph, _holds, line, fields) =>
    expect((await get(line, ...fields)).status).toBe(200),
  );
  test('3.2: addresses in an answer have the host that was asked', async () => {
    const { body } = await get(`GET ${STUDIES} HTTP/1.1`, 'Host: archive.example');
    expect(body.toString()).toContain('http://archive.example/dicom-web/studies/');
  });
  test.each([
    ['3.2', 'no Host in HTTP/1.1', `GET ${STUDIES} HTTP/1.1`, []],
    ['3.2', 'two Hosts', `GET ${STUDIES} HTTP/1.1`, ['Host: a', 'Host: b']],
    ['3.2', 'a Host that is none', `GET ${STUDIES} HTTP/1.1`, ['Host: <script>']],
    ['5.1', 'a space before the colon', `GET ${STUDIES} HTTP/1.1`, ['Host: a', 'X-Y : z']],
    [
      '6.3',
      'two lengths',
      `POST ${STUDIES} HTTP/1.1`,
      ['Host: a', 'Content-Length: 1', 'Content-Length: 2'],
    ],
    [
      '6.1',
      'a length beside a transfer coding',
      `POST ${STUDIES} HTTP/1.1`,
      ['Host: a', 'Content-Length: 1', 'Transfer-Encoding: chunked'],
    ],
    [
      '6.3',
      'a length that is no number',
      `POST ${STUDIES} HTTP/1.1`,
      ['Host: a', 'Content-Length: many'],
    ],
    ['3.1', 'a method that is no token', `G(T ${STUDIES} HTTP/1.1`, ['Host: a']],
    ['3', 'a target with a space', `GET ${STUDIES} more HTTP/1.1`, ['Host: a']],
  ])('%s: %s is a 4xx', async (_paragraph, _holds, line, fields) => {
    const { status } = await get(line, ...fields);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
  test.each([
    '/dicom-web/studies/%',
    '/dicom-web/studies/%zz/series',
    '/dicom-web/studies/%c3%28',
    '/dicom-web/studies/1%002',
    '/dicom-web/../etc/passwd',
    '/dicom-web/studies/..%2f..%2fetc',
  ])('3.2: the target %s is a 4xx', async (path) => {
    const { status } = await get(`GET ${path} HTTP/1.1`, 'Host: a');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});

describe('RFC 9110 Semantics', () => {
  const instanceOf = (number: number) => {
    const study = `1.2.84.${number}`;
    return part10(ctSlice({ study, series: `${study}.1`, instance: `${study}.1.1` }));
  };
  const posting = (body: Buffer, ...fields: string[]) =>
    headOf(
      `POST ${STUDIES} HTTP/1.1`,
      'Host: archive.example',
      authorization,
      `Content-Type: ${contentTypeOf()}`,
      `Content-Length: ${body.length}`,
      ...fields,
    );

  test('10.1.1: a client that waits for 100 gets it, and then its answer', async () => {
    const body = bodyOf([dicomPart(instanceOf(1))]);
    const { text, status } = await sendRaw(originOf(), posting(body, 'Expect: 100-continue'), body);
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    expect(status).toBe(200);
  });
  test('10.1.1: an empty Expect is none', async () => {
    const body = bodyOf([dicomPart(instanceOf(2))]);
    expect((await sendRaw(originOf(), posting(body, 'Expect: '), body)).status).toBe(200);
  });
  test('10.1.1: another expectation is 417, or is passed over', async () => {
    const body = bodyOf([dicomPart(instanceOf(3))]);
    const { status } = await sendRaw(originOf(), posting(body, 'Expect: miracles'), body);
    expect([200, 417]).toContain(status);
  });

  const EVERY = [
    '/studies',
    slice.study,
    slice.series,
    slice.instance,
    `${slice.study}/metadata`,
    `${slice.instance}/metadata`,
    `${slice.instance}/frames/1`,
    `${slice.instance}/bulkdata/7FE00010`,
    `${slice.instance}/rendered`,
    `${slice.study}/thumbnail`,
    `${slice.instance}/pixeldata`,
  ];
  test.each(EVERY)('9.3.2: HEAD of %s is its GET without the payload', async (path) => {
    const whole = await face.ask(path);
    const head = await face.ask({ path, method: 'HEAD' });
    expect([head.status, whole.status]).toEqual([200, 200]);
    expect(head.body).toHaveLength(0);
    expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'));
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
    expect([null, String(whole.body.length)]).toContain(head.headers.get('content-length'));
  });
  test.each([
    ['PUT', '/studies'],
    ['DELETE', '/studies'],
    ['PATCH', slice.study],
    ['PUT', slice.instance],
    ['POST', `${slice.instance}/metadata`],
    ['POST', `${slice.instance}/frames/1`],
    ['POST', '/series'],
    ['DELETE', `${slice.instance}/rendered`],
  ])('15.5.6: %s of %s is 405 and Allow says what there is', async (method, path) => {
    const { status, headers } = await face.ask({ path, method });
    expect(status).toBe(405);
    expect(headers.get('allow')).toContain('GET');
  });

  const tagged = [
    slice.study,
    slice.instance,
    `${slice.instance}/metadata`,
    `${slice.instance}/frames/1`,
  ];
  test.each(tagged)('13.1.2: %s that is known already is 304', async (path) => {
    const { headers } = await face.ask(path);
    const tag = headers.get('etag') ?? '';
    expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
    for (const known of [tag, `"x", ${tag}`, '*']) {
      const seen = await face.ask({ path, headers: { 'if-none-match': known } });
      expect([seen.status, seen.headers.get('etag'), seen.body.length]).toEqual([304, tag, 0]);
    }
    expect((await face.ask({ path, headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });
  test.each(tagged)('12.5.5: %s varies with what is accepted and who asks', async (path) => {
    const { headers } = await face.ask(path);
    expect(headers.get('vary')?.toLowerCase()).toContain('accept');
    expect(headers.get('cache-control') ?? '').not.toContain('public');
  });
});

describe('RFC 9110 14 and PS3.18 8.6.1.1 Ranges', () => {
  const places = [
    [slice.instance, 'application/dicom'],
    [`${multiFrame.instance}/frames/2`, 'application/octet-stream'],
    [`${privateBytes.instance}/bulkdata/00091001`, 'application/octet-stream'],
  ] as const;
  describe.each(places)('of %s', (path, accept) => {
    const ranged = (range: string, more = {}) =>
      face.ask({ path, accept, headers: { range, ...more } });

    test.each([
      ['the first bytes', 'bytes=0-3', 0, 4],
      ['one byte', 'bytes=2-2', 2, 3],
      ['from a byte to the end', 'bytes=5-', 5, undefined],
      ['the last bytes', 'bytes=-6', -6, undefined],
      ['an end beyond the last byte', 'bytes=1-999999999', 1, undefined],
    ] as const)('14.2: %s are 206', async (_what, range, start, end) => {
      const whole = await face.ask({ path, accept });
      const seen = await ranged(range);
      expect(seen.status).toBe(206);
      expect(seen.body).toEqual(whole.body.subarray(start, end));
      const first = start < 0 ? whole.body.length + start : start;
      expect(seen.headers.get('content-range')).toBe(
        `bytes ${first}-${first + seen.body.length - 1}/${whole.body.length}`,
      );
    });
    test('14.4: a range behind the last byte is 416 and tells the length', async () => {
      const whole = await face.ask({ path, accept });
      const seen = await ranged('bytes=999999999-');
      expect(seen.status).toBe(416);
      expect(seen.headers.get('content-range')).toBe(`bytes */${whole.body.length}`);
    });
    test.each([
      'bytes=',
      'bytes=a-b',
      'bytes=5-2',
      'lines=1-2',
      'bytes=-0',
      `bytes=${'0-1,'.repeat(500)}0-1`,
    ])('14.2: the Range «%.40s» is passed over or 416', async (range) =>
      expect([200, 206, 416]).toContain((await ranged(range)).status),
    );
    test('13.1.5: a range of what has changed is the whole', async () => {
      const { headers } = await face.ask({ path, accept });
      const tag = headers.get('etag') ?? '';
      expect((await ranged('bytes=0-3', { 'if-range': tag })).status).toBe(206);
      expect((await ranged('bytes=0-3', { 'if-range': '"other"' })).status).toBe(200);
    });
    test('14.3: ranges are advertised', async () =>
      expect((await face.ask({ path, accept })).headers.get('accept-ranges')).toBe('bytes'));
  });
});

describe('PS3.18 8.5 Status codes', () => {
  const anonymous = () => faceWith(originOf(), '');
  test.each(['/studies', slice.study, '/nothing/here', `${slice.instance}/frames/1`])(
    '8.5: %s without credentials is 401 and tells how to come',
    async (path) => {
      const { status, headers } = await anonymous().ask(path);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
    },
  );
  test('8.5: a role that may not is 403', async () => {
    const machine = await faceOf(HOSPITALS.retrieve, ['modality']);
    expect((await machine.ask('/studies')).status).toBe(403);
  });
  test('8.5: an unknown resource is 404 and explains itself', async () => {
    const { status, body } = await face.ask('/nothing/here');
    expect(status).toBe(404);
    expect(body.length).toBeGreaterThan(0);
  });
  test('8.5: an address beyond all bounds is 414, 404 or 400', async () => {
    expect([400, 404, 414]).toContain((await face.ask(`/studies/${'1'.repeat(30_000)}`)).status);
  });
  test('8.5: a head beyond all bounds is 431', async () => {
    const { status } = await face.ask({
      path: '/studies',
      headers: { 'x-long': 'x'.repeat(200_000) },
    });
    expect(status).toBe(431);
  });
});
