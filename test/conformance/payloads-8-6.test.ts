import { beforeAll, describe, expect, test } from 'vitest';
import { type Face, faceOf, originOf, rooted } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';
import { partsOf } from './parts.js';

const { slice, multiFrame, privateBytes } = OBJECTS;
const DICOM = 'application/dicom';
const OCTETS = 'application/octet-stream';
const XML = 'multipart/related; type="application/dicom+xml"';

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});
const addressOf = (location: string | null) =>
  location === null ? null : new URL(location, originOf()).pathname;

describe('8.4.2 and 8.6.1 Payloads', () => {
  test.each([
    [slice.instance, DICOM],
    [`${slice.instance}/metadata`, 'application/dicom+json'],
    [`${multiFrame.instance}/frames/2`, OCTETS],
    [`${privateBytes.instance}/bulkdata/00091001`, OCTETS],
  ])('8.4.2: %s in one part names its resource by Content-Location', async (path, accept) => {
    const { status, headers } = await face.ask({ path, accept });
    expect(status).toBe(200);
    expect(addressOf(headers.get('content-location'))).toBe(rooted(path));
  });
  test.each([
    ['/rendered', 'image/jpeg'],
    ['/thumbnail', 'image/png'],
    ['/frames/1/rendered', 'image/png'],
  ])('8.6.1.2: a picture of the instance%s names what it was drawn from', async (rest, accept) => {
    const path = `${slice.instance}${rest}`;
    const { status, headers } = await face.ask({ path, accept });
    expect(status).toBe(200);
    expect(addressOf(headers.get('content-location'))).toBe(
      rooted(path.replace(/\/(rendered|thumbnail)$/, '')),
    );
  });
  test.each([
    [slice.study, '*/*'],
    [slice.study, 'application/zip'],
    [slice.instance, DICOM],
    [`${slice.instance}/metadata`, 'application/dicom+json'],
    [`${slice.instance}/frames/1`, OCTETS],
  ])('RFC 9110 15.4.5: a 304 of %s (%s) names what the 200 did', async (path, accept) => {
    const { headers } = await face.ask({ path, accept });
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    const seen = await face.ask({ path, accept, headers: known });
    expect(seen.status).toBe(304);
    const location = headers.get('content-location');
    expect(addressOf(location)).toBe(rooted(path));
    expect(seen.headers.get('content-location')).toBe(location);
  });
  test('8.6.1.2: a part of XML metadata names its instance by Content-Location', async () => {
    const [part] = partsOf(await face.ask({ path: `${slice.study}/metadata`, accept: XML }));
    expect(addressOf(part?.headers.get('content-location') ?? null)).toMatch(
      new RegExp(`^${rooted(slice.instance)}(/metadata)?$`),
    );
  });
  test.each([
    [slice.study, '*/*'],
    [`${slice.study}/metadata`, XML],
    [`${multiFrame.instance}/frames/1,2`, '*/*'],
    [`${privateBytes.instance}/bulkdata/00091001`, `multipart/related; type="${OCTETS}"`],
  ])('8.6.1.2: every part of %s begins with its type', async (path, accept) => {
    for (const { headers } of partsOf(await face.ask({ path, accept })))
      expect(headers.get('content-type')).toMatch(/^[a-z]+\/[a-z0-9.+-]+/);
  });
  test.each([
    [slice.study, '*/*', 'application/dicom'],
    [`${slice.study}/metadata`, XML, 'application/dicom+xml'],
    [`${multiFrame.instance}/frames/1,2`, '*/*', OCTETS],
  ])('8.7.1: the multipart type of %s names that of its parts', async (path, accept, type) => {
    const { headers } = await face.ask({ path, accept });
    expect(headers.get('content-type')).toMatch(
      new RegExp(`^multipart/related;\\s*type="?${type.replace('+', '\\+')}"?;`),
    );
  });
  test.each(['HEAD', 'GET'])('8.4.3: %s of a length that is known tells it', async (method) => {
    const { headers } = await face.ask({ path: slice.instance, method, accept: DICOM });
    expect(headers.get('content-length')).toBe(String(slice.file.length));
  });
});

describe('PS3.19 A.1 Native DICOM Model', () => {
  const xmlOf = async (path: string) =>
    (partsOf(await face.ask({ path: `${path}/metadata`, accept: XML }))[0]?.body ?? '').toString();

  test('A.1.5: an attribute has its tag, VR and keyword', async () =>
    expect(await xmlOf(slice.instance)).toMatch(
      /<DicomAttribute (?=[^>]*tag="00100020")(?=[^>]*vr="LO")(?=[^>]*keyword="PatientID")[^>]*>\s*<Value number="1">P1<\/Value>/,
    ));
  test('A.1.5: a person name has components in groups', async () =>
    expect(await xmlOf(slice.instance)).toMatch(
      /<PersonName number="1">\s*<Alphabetic>\s*<FamilyName>Test<\/FamilyName>\s*<GivenName>Person<\/GivenName>\s*<\/Alphabetic>\s*<\/PersonName>/,
    ));
  test('A.1.5: a private attribute has its creator', async () =>
    expect(await xmlOf(privateBytes.instance)).toMatch(
      /<DicomAttribute (?=[^>]*tag="00090001")(?=[^>]*privateCreator="CONFORMANCE")[^>]*>/,
    ));
  test('A.1.5: bulk data have their address', async () =>
    expect(await xmlOf(privateBytes.instance)).toMatch(/<BulkData [^>]*ur[il]="[^"]+\/bulkdata\//));
  test('A.1.5: text of one value stays one value', async () =>
    expect(await xmlOf(OBJECTS.texts.instance)).toContain(
      '<Value number="1">1 Road\\2 Lane</Value>',
    ));
});

describe('application/zip, which the archive offers beside the standard', () => {
  test.each([slice.study, slice.series, slice.instance])(
    '%s as a ZIP with a DICOMDIR',
    async (path) => {
      const seen = await face.ask({ path, accept: 'application/zip' });
      expect(seen.status).toBe(200);
      expect(seen.headers.get('content-type')).toContain('application/zip');
      expect(seen.body.toString('latin1', 0, 4)).toBe('PK\u0003\u0004');
      expect(seen.body.includes('DICOMDIR')).toBe(true);
      expect(seen.body.includes(slice.file.subarray(300))).toBe(true);
    },
  );
});
