import { beforeAll, describe, expect, test } from 'vitest';
import type { DicomJson } from '../acceptance/ask.js';
import { type Check, jsonOf, judge } from './check.js';
import { single } from './expectations.js';
import { type Face, faceOf, originOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS, PDF, PRIVATE_BYTES } from './objects.js';
import { partsOf } from './parts.js';

const { privateBytes, document, slice, jpeg, jpeg2000, noPixels } = OBJECTS;
const OCTETS = 'application/octet-stream';
const RELATED = `multipart/related; type="${OCTETS}"`;

const REFUSED: readonly Check[] = [
  [
    '10.4.3.1',
    'of a tag that the instance lacks is 404',
    `${slice.instance}/bulkdata/00420011`,
    { status: 404 },
  ],
  [
    '10.4.3.1',
    'of what is no tag is 404 or 400',
    `${slice.instance}/bulkdata/nothing`,
    { status: [400, 404] },
  ],
  [
    '10.4.3.1',
    'of an unknown instance is 404',
    `${slice.series}/instances/1.2.3/bulkdata/7FE00010`,
    { status: 404 },
  ],
  ['10.4.3.1', 'of an unknown study is 404', '/studies/1.2.3.4/bulkdata', { status: 404 }],
  [
    '8.7.8.1',
    'what cannot be had is 406',
    { path: `${slice.instance}/bulkdata/7FE00010`, accept: 'text/html' },
    { status: 406 },
  ],
  [
    '10.4.4',
    'a study has no single part',
    { path: `${slice.study}/bulkdata`, accept: OCTETS },
    { status: 406 },
  ],
  [
    '10.4.1.1.5',
    'of an object that has none is empty or not found',
    `${noPixels.instance}/bulkdata`,
    { status: [200, 204, 404] },
  ],
  [
    '10.4.4',
    'of pixels as octets in one part',
    { path: `${slice.instance}/bulkdata/7FE00010`, accept: OCTETS },
    single(OCTETS, ({ body }) => expect(body).toHaveLength(128)),
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

/* Addresses of bulk data by tag, from the metadata of the instance. */
async function addresses(instance: string): Promise<ReadonlyMap<string, string>> {
  const [metadata] = jsonOf<DicomJson[]>(await face.ask(`${instance}/metadata`));
  return new Map(
    Object.entries(metadata ?? {}).flatMap(([tag, { BulkDataURI }]) =>
      BulkDataURI === undefined ? [] : [[tag, pathOf(BulkDataURI)] as const],
    ),
  );
}
const pathOf = (uri: string) =>
  new URL(uri, `${originOf()}/dicom-web/`).pathname.replace(/^\/dicom-web/, '');

describe('10.4.1.1.5 Bulkdata Resources', () => {
  judge(() => face, REFUSED);

  test.each([OCTETS, RELATED, '*/*'])(
    '10.4.4: a private value with Accept «%s»',
    async (accept) => {
      const path = (await addresses(privateBytes.instance)).get('00091001') ?? '';
      const seen = await face.ask({ path, accept });
      expect(seen.status).toBe(200);
      const multipart = seen.headers.get('content-type')?.startsWith('multipart/related');
      expect(multipart ? partsOf(seen)[0]?.body : seen.body).toEqual(PRIVATE_BYTES);
    },
  );
  test('8.7.3.3: an encapsulated document', async () => {
    const path = (await addresses(document.instance)).get('00420011') ?? '';
    const { body, status } = await face.ask({ path, accept: OCTETS });
    expect(status).toBe(200);
    expect(body.subarray(0, PDF.length)).toEqual(PDF);
  });
  test.each([
    ['JPEG', jpeg, 30],
    ['JPEG 2000', jpeg2000, 1],
  ])(
    '8.7.3.3.2: %s pixels as their address gives them are one part a frame',
    async (_what, stored, count) => {
      const path = (await addresses(stored.instance)).get('7FE00010') ?? '';
      const seen = await face.ask({ path, accept: '*/*' });
      expect(seen.status).toBe(200);
      expect([count, 1]).toContain(partsOf(seen).length);
    },
  );
  test.each([privateBytes.study, privateBytes.series, privateBytes.instance])(
    '10.4.3.3.5: all bulk data of %s, each under the address that metadata give',
    async (path) => {
      const known = [...(await addresses(privateBytes.instance)).values()].sort();
      const seen = await face.ask({ path: `${path}/bulkdata`, accept: RELATED });
      expect(seen.status).toBe(200);
      const found = partsOf(seen).map(({ headers }) =>
        pathOf(headers.get('content-location') ?? ''),
      );
      expect(found.sort()).toEqual(known);
    },
  );
});
