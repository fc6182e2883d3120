import { beforeAll, describe, expect, test } from 'vitest';
import type { DicomJson } from '../acceptance/ask.js';
import { type Check, jsonOf, judge } from './check.js';
import { multipartOf } from './expectations.js';
import { type Face, faceOf, originOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS, PRIVATE_BYTES, type Stored } from './objects.js';

const { slice, texts, privateBytes, report, implicit, jpeg, noPixels } = OBJECTS;
const JSON_TYPE = 'application/dicom+json';
const XML = 'multipart/related; type="application/dicom+xml"';
const path = (stored: Stored) => `${stored.instance}/metadata`;

const one = { status: 200, type: JSON_TYPE };
const PAYLOADS: readonly Check[] = [
  [
    '10.4.4',
    'study metadata are DICOM JSON by default',
    { path: `${slice.study}/metadata`, accept: '*/*' },
    one,
  ],
  ['10.4.4', 'series metadata too', { path: `${slice.series}/metadata`, accept: '*/*' }, one],
  ['10.4.4', 'instance metadata too', { path: path(slice), accept: '*/*' }, one],
  [
    '10.4.4',
    'as XML, one part for each instance',
    { path: `${slice.study}/metadata`, accept: XML },
    multipartOf('application/dicom+xml', 1, ([part]) => {
      expect(part?.body.toString()).toMatch(/<NativeDicomModel[\s>]/);
      expect(part?.body.toString()).toContain('keyword="PatientName"');
    }),
  ],
  ['8.7.8.1', 'an image is 406', { path: path(slice), accept: 'image/png' }, { status: 406 }],
  ['10.4.3.1', 'of an unknown study is 404', '/studies/1.2.3.4/metadata', { status: 404 }],
  [
    '10.4.3.1',
    'of an unknown instance is 404',
    `${slice.series}/instances/1.2.3/metadata`,
    { status: 404 },
  ],
  ['10.4.1.1.2', 'of an object without pixels', path(noPixels), one],
  [
    '8.8',
    'a charset that cannot be had',
    { path: path(slice), headers: { 'accept-charset': 'x-none' } },
    { status: [200, 406] },
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});
const metadataOf = async (stored: Stored): Promise<DicomJson> => {
  const [only, ...more] = jsonOf<DicomJson[]>(await face.ask(path(stored)));
  expect(more).toEqual([]);
  return only as DicomJson;
};
const values = (object: DicomJson, tag: string) => object[tag]?.Value;

describe('10.4.1.1.2 Metadata Resources', () => {
  judge(() => face, PAYLOADS);

  test.each([
    ['a slice', slice],
    ['Implicit VR', implicit],
    ['JPEG', jpeg],
    ['a report', report],
  ])(
    'F.2.2: metadata of %s have tags in ascending order, upper-case, no group 0002, no group lengths',
    async (_what, stored) => {
      const tags = Object.keys(await metadataOf(stored));
      expect(tags).toEqual([...tags].sort());
      for (const tag of tags) {
        expect(tag).toMatch(/^[0-9A-F]{8}$/);
        expect(tag.slice(0, 4)).not.toBe('0002');
        expect(tag.slice(4)).not.toBe('0000');
      }
    },
  );
  test('F.2.2: an attribute has one of Value, BulkDataURI and InlineBinary', async () => {
    for (const stored of [slice, privateBytes, report, jpeg])
      for (const attribute of Object.values(await metadataOf(stored))) {
        expect(attribute.vr).toMatch(/^[A-Z]{2}$/);
        const kinds = ['Value', 'BulkDataURI', 'InlineBinary'].filter((name) => name in attribute);
        expect(kinds.length).toBeLessThanOrEqual(1);
      }
  });
  test('PS3.5 6.2: text of ST, LT and UT is one value, backslash and all', async () => {
    const metadata = await metadataOf(texts);
    expect(values(metadata, '00080081')).toEqual(['1 Road\\2 Lane']);
    expect(values(metadata, '00104000')).toEqual(['this\\that']);
    expect(values(metadata, '0040A160')).toEqual(['one\\two']);
    expect(values(metadata, '00080008')).toEqual(['ORIGINAL', 'PRIMARY']);
  });
  test('F.2.3: numbers are numbers, names are component groups', async () => {
    const metadata = await metadataOf(slice);
    expect(values(metadata, '00280010')).toEqual([8]);
    expect(values(metadata, '00200013')?.map(Number)).toEqual([1]);
    expect(values(metadata, '00281050')?.map(Number)).toEqual([504]);
    expect(values(metadata, '00100010')).toEqual([{ Alphabetic: 'Test^Person' }]);
  });
  test('10.4.1.1.2: metadata hold no pixels', async () => {
    const pixels = (await metadataOf(slice))['7FE00010'];
    expect(pixels?.Value).toBeUndefined();
    expect(pixels?.BulkDataURI ?? (pixels as { InlineBinary?: string }).InlineBinary).toBeDefined();
  });
  test('F.2.6: a bulk data address works as it stands', async () => {
    const uri = (await metadataOf(privateBytes))['00091001']?.BulkDataURI ?? '';
    const { pathname, origin } = new URL(uri, `${originOf()}/dicom-web${path(privateBytes)}`);
    expect(origin).toBe(originOf());
    const seen = await face.ask({
      path: pathname.replace(/^\/dicom-web/, ''),
      accept: 'application/octet-stream',
    });
    expect(seen.status).toBe(200);
    expect(seen.body).toEqual(PRIVATE_BYTES);
  });
  test('8.8.5: metadata are UTF-8 and say so', async () => {
    const charset = values(await metadataOf(slice), '00080005');
    expect(charset ?? ['ISO_IR 192']).toEqual(['ISO_IR 192']);
  });
  test('RFC 9110 13: metadata that are known already are 304 with their tag', async () => {
    const tag = (await face.ask(path(slice))).headers.get('etag') ?? '';
    expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
    for (const known of [tag, `"other", ${tag}`, '*', tag.replace(/^(?!W\/)/, 'W/')]) {
      const seen = await face.ask({ path: path(slice), headers: { 'if-none-match': known } });
      expect(seen.status, known).toBe(304);
      expect(seen.headers.get('etag')).toBe(tag);
      expect(seen.body).toHaveLength(0);
    }
    const changed = await face.ask({ path: path(slice), headers: { 'if-none-match': '"other"' } });
    expect(changed.status).toBe(200);
  });
});
