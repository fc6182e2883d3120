import { beforeAll, describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf, problemOf } from './ask.js';
import { partsOf } from './multipart.js';
import { type ReadFile, readDicom, sha256 } from './read-dicom.js';
import { sampleNamed } from './samples.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const J2K_LOSSLESS = '1.2.840.10008.1.2.4.90';
const JPEG = '1.2.840.10008.1.2.4.50';

const j2k = sampleNamed('us-jpeg2000/01.dcm').bytes;
const implicit = sampleNamed('ct-abdomen/01.dcm').bytes;
const lossy = sampleNamed('us-clip/01.dcm').bytes;

const instancePath = ({ study, series, instance }: ReadFile) =>
  `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
const J2K = instancePath(readDicom(j2k));
const IMPLICIT = instancePath(readDicom(implicit));
const LOSSY = instancePath(readDicom(lossy));

const related = (type: string, rest = '') => `multipart/related; type="${type}"${rest}`;

export function retrieveSuite(archive: () => RunningArchive): void {
  describe('a retrieval', () => {
    let caller: Caller;
    let neighbour: Caller;
    beforeAll(async () => {
      const roles = ['modality', 'radiologist'];
      caller = await callerOf(archive(), { org: 'HOSP-A', roles });
      neighbour = await callerOf(archive(), { org: 'HOSP-B', roles });
    });
    const typeOf = (answer: Response) => answer.headers.get('content-type');
    const bodyOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
    const uri = (file: ReadFile, rest = '') =>
      `/wado?requestType=WADO&studyUID=${file.study}&seriesUID=${file.series}&objectUID=${file.instance}${rest}`;

    const study = J2K.split('/series')[0] ?? '';
    const series = J2K.split('/instances')[0] ?? '';
    const EVERY_ROUTE = [
      study,
      series,
      J2K,
      `${study}/metadata`,
      `${series}/metadata`,
      `${J2K}/metadata`,
      `${J2K}/frames/1`,
      `${J2K}/bulkdata/7FE00010`,
      uri(readDicom(j2k)),
    ];
    test.each(EVERY_ROUTE)('of %s accepts */*, and no Accept at all, and HEAD', async (path) => {
      const answer = await caller.ask(path, { accept: '*/*' });
      const body = await bodyOf(answer);
      expect(answer.status).toBe(200);
      expect(body.length).toBeGreaterThan(0);
      const head = await caller.ask(path, { method: 'HEAD', accept: '*/*' });
      expect(head.status).toBe(200);
      expect(typeOf(head)).toBe(typeOf(answer));
      expect([null, String(body.length)]).toContain(head.headers.get('content-length'));
      expect(await head.text()).toBe('');
    });
    test.each(EVERY_ROUTE.slice(0, -1))(
      'of %s that accepts only what there is not is 406 and lists what there is',
      async (path) => {
        const answer = await caller.ask(path, { accept: 'image/x-nothing' });
        expect((await problemOf(answer)).detail).toMatch(/^Available: .*(application|image)\//);
        expect(answer.status).toBe(406);
      },
    );

    test.each<[string, string, string]>([
      ['application/dicom', `application/dicom; transfer-syntax=${EXPLICIT}`, EXPLICIT],
      [
        'application/dicom; transfer-syntax=*',
        `application/dicom; transfer-syntax=${J2K_LOSSLESS}`,
        J2K_LOSSLESS,
      ],
      [
        `application/dicom; transfer-syntax=${J2K_LOSSLESS}`,
        `application/dicom; transfer-syntax=${J2K_LOSSLESS}`,
        J2K_LOSSLESS,
      ],
      [
        `image/png, application/dicom; transfer-syntax=${EXPLICIT}; q=0.5`,
        `application/dicom; transfer-syntax=${EXPLICIT}`,
        EXPLICIT,
      ],
      [
        `application/dicom; transfer-syntax=${EXPLICIT}; q=0.5, application/dicom; transfer-syntax=${J2K_LOSSLESS}`,
        `application/dicom; transfer-syntax=${J2K_LOSSLESS}`,
        J2K_LOSSLESS,
      ],
    ])('of an instance with Accept «%s» is one part', async (accept, type, syntax) => {
      const answer = await caller.ask(J2K, { accept });
      expect(typeOf(answer)).toBe(type);
      const body = await bodyOf(answer);
      expect(readDicom(body).transferSyntax).toBe(syntax);
      if (syntax === J2K_LOSSLESS) expect(sha256(body)).toBe(sha256(j2k));
    });
    test.each<[string, string]>([
      [related('application/dicom'), EXPLICIT],
      ['multipart/related; type=application/dicom', EXPLICIT],
      [related('application/dicom', '; transfer-syntax=*'), J2K_LOSSLESS],
      [related('application/dicom', `; transfer-syntax=${J2K_LOSSLESS}`), J2K_LOSSLESS],
    ])(
      'of a study, a series and an instance with Accept «%s» is multipart',
      async (accept, syntax) => {
        for (const path of [study, series, J2K]) {
          const answer = await caller.ask(path, { accept });
          expect(typeOf(answer)).toMatch(/^multipart\/related; type="application\/dicom"/);
          const [part, ...more] = await partsOf(answer);
          expect(more).toEqual([]);
          expect(part?.headers.get('content-type')).toBe(
            `application/dicom; transfer-syntax=${syntax}`,
          );
          expect(readDicom(part?.body as Buffer).transferSyntax).toBe(syntax);
        }
      },
    );
    test('obeys the accept parameter of the address before the field', async () => {
      const query = encodeURIComponent('application/dicom; transfer-syntax=*');
      const answer = await caller.ask(`${J2K}?accept=${query}`, {
        accept: related('application/dicom'),
      });
      expect(sha256(await bodyOf(answer))).toBe(sha256(j2k));
    });
    test('in a transfer syntax that cannot be had is 406', async () => {
      const accept = related('application/dicom', `; transfer-syntax=${JPEG}`);
      expect((await caller.ask(J2K, { accept })).status).toBe(406);
      const implicitly = 'application/dicom; transfer-syntax=1.2.840.10008.1.2';
      expect((await caller.ask(IMPLICIT, { accept: implicitly })).status).toBe(406);
    });
    test('of an Implicit VR instance is Explicit VR with the same data set, whatever is asked', async () => {
      for (const accept of [
        'application/dicom',
        'application/dicom; transfer-syntax=*',
        `application/dicom; transfer-syntax=${EXPLICIT}`,
      ]) {
        const body = await bodyOf(await caller.ask(IMPLICIT, { accept }));
        const [ours, original] = [readDicom(body), readDicom(implicit)];
        expect(ours.transferSyntax).toBe(EXPLICIT);
        expect(ours.text).toBe(original.text);
      }
    });
    test('of lossy pixels gives them as they are unless the uncompressed form is asked for', async () => {
      const asIs = await neighbour.ask(LOSSY, { accept: 'application/dicom' });
      expect(sha256(await bodyOf(asIs))).toBe(sha256(lossy));
      const accept = `application/dicom; transfer-syntax=${EXPLICIT}`;
      const native = readDicom(await bodyOf(await neighbour.ask(LOSSY, { accept })));
      expect(native.transferSyntax).toBe(EXPLICIT);
      expect(native.pixels[0]?.length).toBeGreaterThan(1_000_000);
    });

    test.each<[string, string, boolean]>([
      ['application/octet-stream', 'application/octet-stream', true],
      ['image/jp2', 'image/jp2', false],
      [related('application/octet-stream'), 'application/octet-stream', true],
      [related('image/jp2', `; transfer-syntax=${J2K_LOSSLESS}`), 'image/jp2', false],
      [related('image/*', '; transfer-syntax=*'), 'image/jp2', false],
      [
        related('application/octet-stream', '; transfer-syntax=*'),
        'application/octet-stream',
        false,
      ],
      ['*/*; transfer-syntax=*', '', false],
    ])('of a frame with Accept «%s»', async (accept, type, decoded) => {
      const answer = await caller.ask(`${J2K}/frames/1`, { accept });
      expect(answer.status).toBe(200);
      const multipart = typeOf(answer)?.startsWith('multipart/') === true;
      const [part] = multipart
        ? await partsOf(answer)
        : [{ headers: answer.headers, body: await bodyOf(answer) }];
      expect(part?.headers.get('content-type')).toContain(type);
      const stored = Buffer.concat(readDicom(j2k).pixels);
      if (decoded) expect(part?.body.length).toBe(480 * 640 * 3);
      else expect(stored.subarray(0, part?.body.length)).toEqual(part?.body);
    });
    test('of a list of frames keeps the order that was asked', async () => {
      const accept = related('image/jpeg', '; transfer-syntax=*');
      const parts = await partsOf(await neighbour.ask(`${LOSSY}/frames/30,2,1`, { accept }));
      const { pixels } = readDicom(lossy);
      expect(parts.map(({ body }) => sha256(body))).toEqual(
        [29, 1, 0].map((index) => sha256(pixels[index] as Buffer)),
      );
    });
    test.each([
      ['0', 400],
      ['-1', 400],
      ['a', 400],
      ['1,1', 400],
      ['1,', 400],
      ['1.5', 400],
      ['99', 404],
      ['1,99', 404],
      ['4294967297', 404],
    ])('of frames %s is %i', async (list, status) => {
      const answer = await neighbour.ask(`${LOSSY}/frames/${list}`);
      expect((await problemOf(answer)).status).toBe(status);
    });
    test('of what is not there is 404', async () => {
      const paths = [
        '/dicom-web/studies/1.2.3',
        '/dicom-web/studies/not-a-uid',
        `${study}/series/1.2.3`,
        `${series}/instances/1.2.3`,
        `${series}/instances/1.2.3/metadata`,
        `${J2K}/bulkdata/00000000`,
        `${J2K}/bulkdata/00080016`,
        `${series}/instances/1.2.3/rendered`,
        `${series}/instances/1.2.3/thumbnail`,
        `${series}/instances/1.2.3/pixeldata`,
        `${J2K.replace(readDicom(j2k).study, '1.2.3')}`,
      ];
      for (const path of paths) expect((await caller.ask(path)).status, path).toBe(404);
    });

    test.each([
      J2K,
      `${J2K}/metadata`,
      `${study}/metadata`,
      `${J2K}/frames/1`,
      `${J2K}/bulkdata/7FE00010`,
      uri(readDicom(j2k)),
    ])('of %s that the client has already is 304', async (path) => {
      const first = await caller.ask(path);
      await first.arrayBuffer();
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[^"]+"$/);
      for (const value of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
        const again = await caller.ask(path, { headers: { 'if-none-match': value } });
        expect(again.status).toBe(304);
        expect(again.headers.get('etag')).toBe(etag);
        expect(await again.text()).toBe('');
      }
      const changed = await caller.ask(path, { headers: { 'if-none-match': '"other"' } });
      expect(changed.status).toBe(200);
      await changed.arrayBuffer();
    });
    test('has another entity tag in another form', async () => {
      const forms = [
        'application/dicom',
        'application/dicom; transfer-syntax=*',
        related('application/dicom'),
      ];
      const tags = await Promise.all(
        forms.map(async (accept) => {
          const answer = await caller.ask(J2K, { method: 'HEAD', accept });
          return answer.headers.get('etag');
        }),
      );
      expect(new Set(tags).size).toBe(forms.length);
    });

    test('that its client gives up in the middle disturbs nobody', async () => {
      for (let tries = 0; tries < 8; tries++) {
        const controller = new AbortController();
        const { signal } = controller;
        const headers = { authorization: `Bearer ${caller.token}` };
        const whole = archive().origin + (IMPLICIT.split('/series')[0] ?? '');
        const answer = await fetch(whole, { headers, signal });
        const reader = answer.body?.getReader();
        await reader?.read();
        controller.abort();
        await reader?.closed.catch(() => undefined);
      }
      expect((await caller.ask(IMPLICIT, { accept: 'application/dicom' })).status).toBe(200);
    });
    test('by WADO-URI gives the instance, as stored with transferSyntax', async () => {
      const file = readDicom(j2k);
      const dicom = await caller.ask(uri(file, '&contentType=application/dicom'));
      expect(readDicom(await bodyOf(dicom)).transferSyntax).toBe(EXPLICIT);
      expect(typeOf(await caller.ask(uri(file)))).toBe('image/jpeg');
      const asIs = await caller.ask(
        uri(file, `&contentType=application/dicom&transferSyntax=${J2K_LOSSLESS}`),
      );
      expect(sha256(await bodyOf(asIs))).toBe(sha256(j2k));
      expect(typeOf(await caller.ask(uri(file, '&contentType=image/png')))).toBe('image/png');
      expect((await caller.ask(uri(file, '&contentType=image/bmp'))).status).toBe(406);
      expect((await caller.ask('/wado?requestType=WADO&studyUID=1.2')).status).toBe(400);
      expect((await caller.ask('/wado')).status).toBe(400);
      expect((await caller.ask(uri({ ...file, instance: '1.2.3' }))).status).toBe(404);
    });
    test('of metadata is in UTF-8, whatever the file is in', async () => {
      const uids = { study: '1.2.72', series: '1.2.72.1', instance: '1.2.72.1.1' };
      const name = Buffer.from('Müller^Ana', 'latin1');
      const file = part10(ctSlice(uids, { '00100010': ['PN', name] }));
      expect((await caller.store([file])).status).toBe(200);
      const expected = { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Ana' }] } };
      const metadata = await caller.ask('/dicom-web/studies/1.2.72/metadata');
      const charset = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
      expect(await metadata.json()).toMatchObject([{ ...charset, ...expected }]);
      const query = `PatientName=${encodeURIComponent('müller*')}&StudyInstanceUID=1.2.72`;
      expect(await caller.search(`/studies?${query}`)).toMatchObject([expected]);
      const asStored = await caller.ask('/dicom-web/studies/1.2.72', { accept: '*/*' });
      expect((await partsOf(asStored))[0]?.body).toEqual(file);
    });
    test('of metadata in XML has one part for each instance', async () => {
      const accept = related('application/dicom+xml');
      const path = instancePath(readDicom(sampleNamed('mr-head/01.dcm').bytes)).split('/series')[0];
      const parts = await partsOf(await neighbour.ask(`${path}/metadata`, { accept }));
      expect(parts).toHaveLength(4);
      expect(parts[0]?.body.toString()).toContain('<NativeDicomModel');
    });
  });
}
