import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf, problemOf } from './ask.js';
import { multipart } from './multipart.js';

const STUDIES = '/dicom-web/studies';
const good = part10(ctSlice({ study: '1.2.70', series: '1.2.70.1', instance: '1.2.70.1.1' }));

export function limitsSuite(archive: () => RunningArchive): void {
  describe('what the archive does not take', () => {
    let caller: Caller;
    beforeAll(async () => {
      caller = await callerOf(archive(), { org: 'HOSP-C', roles: ['modality', 'radiologist'] });
    });
    const post = (
      headers: Record<string, string>,
      body: Uint8Array<ArrayBuffer> = multipart([good]).body,
    ) => caller.ask(STUDIES, { method: 'POST', headers, body });
    const typed = (type: string) => ({ 'content-type': type });

    test.each([
      'application/dicom',
      'application/json',
      'multipart/form-data; boundary=acceptance-4f7a',
      'multipart/related; type="application/dicom+cbor"; boundary=acceptance-4f7a',
      'nonsense',
    ])('a body of type «%s» is 415', async (type) =>
      expect(await problemOf(await post(typed(type)))).toMatchObject({
        status: 415,
        type: 'urn:arkim:problem:unsupported-media-type',
      }),
    );
    test('a body without a type is 415', async () => {
      const answer = await caller.ask(STUDIES, { method: 'POST', body: new Uint8Array([1, 2, 3]) });
      expect((await problemOf(answer)).status).toBe(415);
    });
    test('a body in a content coding is 415', async () => {
      const { headers, body } = multipart([good]);
      const answer = await post({ ...headers, 'content-encoding': 'gzip' }, gzipSync(body));
      expect((await problemOf(answer)).status).toBe(415);
    });
    test('a part of another type is 415, and the others are not kept', async () => {
      const { headers, body } = multipart([good]);
      const jpeg = Buffer.from(body.toString('latin1').replace('n/dicom', 'n/pdf'), 'latin1');
      expect((await problemOf(await post(headers, jpeg))).status).toBe(415);
      expect(await caller.search('/studies?StudyInstanceUID=1.2.70')).toEqual([]);
    });
    test.each([
      ['names no boundary', 'multipart/related; type="application/dicom"'],
      ['names another boundary', 'multipart/related; type="application/dicom"; boundary=other'],
      ['names an unlawful boundary', `multipart/related; boundary="${'x'.repeat(80)}"`],
    ])('a multipart body whose type %s is 400', async (_what, type) =>
      expect((await problemOf(await post(typed(type)))).type).toBe(
        'urn:arkim:problem:malformed-body',
      ),
    );
    test('an empty body is 400', async () => {
      const { headers } = multipart([]);
      expect((await problemOf(await post(headers, new Uint8Array()))).status).toBe(400);
    });
    test('a request of more than 10,000 parts is 413, and none of them is kept', async () => {
      const { headers, body } = multipart([good, ...Array(10_000).fill(Buffer.from('x'))]);
      const answer = await post(headers, body);
      expect(await problemOf(answer)).toMatchObject({ status: 413, detail: 'too-many-parts.' });
      expect(await caller.search('/studies?StudyInstanceUID=1.2.70')).toEqual([]);
    });
    test('a part whose header has no end is 400', async () => {
      const { headers } = multipart([]);
      const body = Buffer.from(`--acceptance-4f7a\r\nX: ${'y'.repeat(300_000)}`);
      expect((await problemOf(await post(headers, body))).status).toBe(400);
    });
    test('a head of more than 64 KiB is 431', async () => {
      const headers = { 'x-long': 'x'.repeat(70_000) };
      expect((await caller.ask(STUDIES, { headers })).status).toBe(431);
    });
    test('an address that goes on and on is 414 or 404, a query that does is 400', async () => {
      expect([404, 414]).toContain((await caller.ask(`${STUDIES}/${'1'.repeat(40_000)}`)).status);
      expect((await caller.ask(`${STUDIES}?PatientID=${'x'.repeat(40_000)}`)).status).toBe(400);
      expect((await caller.ask(`${STUDIES}?${'PatientID=x&'.repeat(3_000)}`)).status).toBe(400);
    });
    test('an Accept field that goes on and on is 400', async () => {
      const accept = 'application/dicom, '.repeat(500);
      expect((await caller.ask(STUDIES, { accept })).status).toBe(400);
    });
    test.each([
      '/dicom-web/studies/%',
      '/dicom-web/studies/%00',
      '/dicom-web/studies/..%2f..%2fetc',
      '/dicom-web//studies',
      '/dicom-web/studies/1.2.3/series/1.2.3/instances/1.2.3/bulkdata/..%2f..%2fx',
    ])('the address %s is a 4xx', async (path) => {
      const answer = await caller.ask(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    });
    test('what is no HTTP is told so, and the archive goes on', async () => {
      const { port } = new URL(archive().origin);
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.write('this is no HTTP\r\n\r\n');
      await once(socket, 'close');
      expect(Buffer.concat(chunks).toString()).toContain('400 Bad Request');
      expect((await caller.ask(STUDIES)).status).toBe(200);
    });

    test('a client that waits for leave to send gets it for a good head only', async () => {
      const { headers, body } = multipart([good]);
      expect(await expecting(archive(), caller, headers, body)).toEqual([true, 200]);
      expect(await expecting(archive(), caller, typed('text/plain'), body)).toEqual([false, 415]);
    });
    test('no answer lets a browser guess its type', async () => {
      for (const path of [STUDIES, '/dicom-web/nothing', '/health/live'])
        expect((await caller.ask(path)).headers.get('x-content-type-options')).toBe('nosniff');
    });
  });
}

/* Whether the leave to send came, and the status. */
async function expecting(
  { origin }: RunningArchive,
  { token }: Caller,
  headers: Record<string, string>,
  body: Buffer,
): Promise<readonly [boolean, number | undefined]> {
  const asking = request(origin + STUDIES, {
    method: 'POST',
    headers: {
      ...headers,
      authorization: `Bearer ${token}`,
      'content-length': body.length,
      expect: '100-continue',
    },
  });
  let allowed = false;
  asking.on('continue', () => {
    allowed = true;
    asking.end(body);
  });
  asking.flushHeaders();
  const [answer] = await once(asking, 'response');
  answer.resume();
  await once(answer, 'end');
  asking.destroy();
  return [allowed, answer.statusCode];
}
