import { beforeAll, describe, expect, test } from 'vitest';
import { jsonOf } from './check.js';
import { type Face, faceOf, originOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';
import { headOf, sendRaw } from './raw-socket.js';

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

/* Where the archive does on purpose what the sentence does not say; each with its reason. */
describe('Departures', () => {
  /* 8.3.4.4.1 says 204. Viewers read the body of every answer as JSON, and 200 with an empty list says the same. */
  test.each([
    '/studies?PatientID=nobody',
    '/studies?limit=0',
    '/studies?offset=1000000',
    '/studies/1.2.3.4/series',
  ])('8.3.4.4.1: %s finds nothing: 200 with an empty list instead of 204', async (path) => {
    const seen = await face.ask(path);
    expect(seen.status).toBe(200);
    expect(jsonOf<unknown[]>(seen)).toEqual([]);
  });
  /* 8.7.5 says 406. RFC 9110 §12.5.1 reads a request without Accept as one that takes anything. */
  test.each(['/dicom-web/studies', `/dicom-web${OBJECTS.slice.instance}/metadata`])(
    '8.7.5: %s without Accept: the default instead of 406',
    async (path) => {
      const head = headOf(
        `GET ${path} HTTP/1.1`,
        'Host: archive',
        `Authorization: Bearer ${face.token}`,
      );
      const answer = await sendRaw(originOf(), head);
      expect(answer.status).toBe(200);
      expect(answer.head.toLowerCase()).toContain('content-type: application/dicom+json');
    },
  );
  /* 8.7.5 says 400. Browsers send text/html and image types with everything; the type that can be had is sent. */
  test('8.7.5: DICOM and rendered types in one Accept: what can be had instead of 400', async () => {
    const accept = 'text/html, image/png, application/dicom+json';
    const seen = await face.ask({ path: `${OBJECTS.slice.instance}/metadata`, accept });
    expect(seen.status).toBe(200);
    expect(seen.headers.get('content-type')).toContain('application/dicom+json');
  });
});
