import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Attributes, ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf, type DicomJson, firstOf, problemOf, storeResult } from './ask.js';
import { multipart } from './multipart.js';
import { sha256 } from './read-dicom.js';

const CANNOT_UNDERSTAND = 0xc000;
const DUPLICATE = 0x0111;
const OTHER_STUDY = 0xa900;
const GARBAGE = Buffer.from('this is no DICOM file, and there is no way to read it as one');

/** Slice `number` of a study, one series. */
const slice = (study: string, number: number, change: Attributes = {}, meta: Attributes = {}) =>
  part10(
    ctSlice(
      { study, series: `${study}.1`, instance: `${study}.1.${number}` },
      {
        '00200013': ['IS', String(number)],
        ...change,
      },
    ),
    meta,
  );
const OTHER_PIXELS: Attributes = { '7FE00010': ['OW', Buffer.alloc(128, 0x5a)] };

export function storeSuite(archive: () => RunningArchive): void {
  describe('a store', () => {
    let sender: Caller;
    let neighbour: Caller;
    beforeAll(async () => {
      const roles = ['modality', 'radiologist'];
      sender = await callerOf(archive(), { org: 'HOSP-A', roles });
      neighbour = await callerOf(archive(), { org: 'HOSP-B', roles });
    });
    const bytesAt = async ({ ask }: Caller, study: string, number = 1) => {
      const path = `/dicom-web/studies/${study}/series/${study}.1/instances/${study}.1.${number}`;
      const answer = await ask(path, { accept: 'application/dicom; transfer-syntax=*' });
      return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : answer.status;
    };
    const store = async (files: readonly Uint8Array[], study?: string) =>
      storeResult(await sender.store(files, study === undefined ? {} : { study }));

    test('of good instances is 200 and names each with an address that works', async () => {
      const files = [slice('1.2.30', 1), slice('1.2.30', 2)];
      const answer = await sender.store(files);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/dicom+json');
      const module = (await answer.json()) as DicomJson;
      expect(firstOf(module, '00081190')).toBe(`${archive().origin}/dicom-web/studies/1.2.30`);
      const items = module['00081199']?.Value as DicomJson[];
      expect(items).toHaveLength(2);
      for (const [index, item] of items.entries()) {
        expect(firstOf(item, '00081150')).toBe('1.2.840.10008.5.1.4.1.1.2');
        const url = new URL(firstOf(item, '00081190'));
        const back = await sender.ask(url.pathname, { accept: 'application/dicom' });
        expect(sha256(Buffer.from(await back.arrayBuffer()))).toBe(sha256(files[index] as Buffer));
      }
    });
    test('that keeps only some is 202 and tells the fate of each', async () => {
      expect(await store([slice('1.2.31', 1), GARBAGE, slice('1.2.31', 2)])).toEqual({
        status: 202,
        stored: ['1.2.31.1.1', '1.2.31.1.2'],
        failed: [],
        nameless: [CANNOT_UNDERSTAND],
      });
    });
    test('that keeps nothing is 409', async () => {
      const nothing = { stored: [], failed: [], nameless: [CANNOT_UNDERSTAND] };
      expect(await store([GARBAGE])).toEqual({ status: 409, ...nothing });
      expect(await store([Buffer.alloc(0)])).toEqual({ status: 409, ...nothing });
    });
    test('into a study takes only instances of that study', async () => {
      expect(await store([slice('1.2.32', 1), slice('1.2.33', 1)], '1.2.32')).toEqual({
        status: 202,
        stored: ['1.2.32.1.1'],
        failed: [['1.2.33.1.1', OTHER_STUDY]],
        nameless: [],
      });
      expect(await bytesAt(sender, '1.2.33')).toBe(404);
      expect((await store([slice('1.2.33', 2)], '1.2.32')).status).toBe(409);
    });
    test('into a study that is no UID is 400', async () => {
      const answer = await sender.store([slice('1.2.32', 1)], { study: '1.2.x' });
      expect((await problemOf(answer)).status).toBe(400);
    });
    test('of the same instance again is 200 and changes nothing', async () => {
      const first = slice('1.2.34', 1);
      await store([first]);
      const again = await store([first, slice('1.2.34', 2)]);
      expect(again).toMatchObject({ status: 200, stored: ['1.2.34.1.1', '1.2.34.1.2'] });
      expect(await sender.search('/studies/1.2.34/instances')).toHaveLength(2);
    });
    test('of the same data set with another file meta group is 200; the first bytes stay', async () => {
      const first = slice('1.2.35', 1);
      await store([first]);
      const other = slice('1.2.35', 1, {}, { '00020012': ['UI', '2.25.99'] });
      expect(await store([other])).toMatchObject({ status: 200, stored: ['1.2.35.1.1'] });
      expect(await bytesAt(sender, '1.2.35')).toEqual(first);
    });
    test('of other content under a UID that is taken fails with 0111; the first bytes stay', async () => {
      const first = slice('1.2.36', 1);
      await store([first]);
      expect(await store([slice('1.2.36', 1, OTHER_PIXELS), slice('1.2.36', 2)])).toEqual({
        status: 202,
        stored: ['1.2.36.1.2'],
        failed: [['1.2.36.1.1', DUPLICATE]],
        nameless: [],
      });
      expect(await bytesAt(sender, '1.2.36')).toEqual(first);
    });
    test('of one instance twice in a request, with other content, keeps the first', async () => {
      const [first, second] = [slice('1.2.37', 1), slice('1.2.37', 1, OTHER_PIXELS)];
      expect(await store([first, first, second])).toEqual({
        status: 202,
        stored: ['1.2.37.1.1', '1.2.37.1.1'],
        failed: [['1.2.37.1.1', DUPLICATE]],
        nameless: [],
      });
      expect(await bytesAt(sender, '1.2.37')).toEqual(first);
    });
    test('of one SOP Instance UID in two studies of a hospital fails for the second', async () => {
      await store([slice('1.2.38', 1)]);
      const moved = part10(
        ctSlice({ study: '1.2.39', series: '1.2.39.1', instance: '1.2.38.1.1' }),
      );
      expect(await store([moved])).toMatchObject({
        status: 409,
        failed: [['1.2.38.1.1', DUPLICATE]],
      });
      expect(await sender.search('/studies?StudyInstanceUID=1.2.39')).toEqual([]);
    });
    test.each([
      ['a letter', '1.2.40.1.x'],
      ['an empty component', '1.2..40'],
      ['more than 64 characters', `1.2.${'3'.repeat(61)}`],
    ])('of a UID with %s fails with C000', async (_what, instance) => {
      const file = part10(ctSlice({ study: '1.2.40', series: '1.2.40.1', instance }));
      const { status, stored, failed, nameless } = await store([file]);
      expect({ status, stored }).toEqual({ status: 409, stored: [] });
      expect([...failed.map(([, reason]) => reason), ...nameless]).toEqual([CANNOT_UNDERSTAND]);
    });
    test('of a UID with a component that begins with zero is kept', async () => {
      const instance = '1.2.41.1.007';
      const file = part10(ctSlice({ study: '1.2.41', series: '1.2.41.1', instance }));
      expect(await store([file])).toMatchObject({ status: 200, stored: [instance] });
      expect(
        await sender.search(`/studies/1.2.41/instances?SOPInstanceUID=${instance}`),
      ).toHaveLength(1);
    });
    test.each(['0020000D', '0020000E', '00080018', '00080016'])(
      'of an instance without %s fails with C000',
      async (tag) => {
        const uids = { study: '1.2.42', series: '1.2.42.1', instance: `1.2.42.1.${tag}` };
        const { [tag]: _left, ...rest } = ctSlice(uids);
        const { status, failed, nameless } = await store([part10(rest)]);
        expect(status).toBe(409);
        expect([...failed.map(([, reason]) => reason), ...nameless]).toEqual([CANNOT_UNDERSTAND]);
      },
    );

    test('sent again, as it is, gets the same answer', async () => {
      const files = [slice('1.2.43', 1), GARBAGE, slice('1.2.36', 1, OTHER_PIXELS)];
      const [first, again] = [await sender.store(files), await sender.store(files)];
      expect(again.status).toBe(first.status);
      expect(await again.text()).toBe(await first.text());
    });
    test('sent many times at once gets the same answer each time', async () => {
      const files = [slice('1.2.44', 1), slice('1.2.44', 2)];
      const answers = await Promise.all(Array.from({ length: 6 }, () => sender.store(files)));
      const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
      expect(texts.size).toBe(1);
      expect(await sender.search('/studies/1.2.44/instances')).toHaveLength(2);
    });
    test('of two contents under one UID at once keeps one and refuses the other', async () => {
      const contents = [slice('1.2.51', 1), slice('1.2.51', 1, OTHER_PIXELS)];
      const answers = await Promise.all(contents.map((file) => sender.store([file])));
      const results = await Promise.all(answers.map(storeResult));
      expect(results.map(({ status }) => status).sort()).toEqual([200, 409]);
      const kept = contents[results.findIndex(({ status }) => status === 200)];
      expect(await bytesAt(sender, '1.2.51')).toEqual(kept);
    });
    test('may have a preamble, and parts may say more of themselves', async () => {
      const file = slice('1.2.52', 1);
      const head = [
        'A preamble that no one reads',
        '--a b:c',
        'Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
        `Content-Length: ${file.length}`,
        'Content-Location: somewhere',
        '',
        '',
      ];
      const body = Buffer.concat([
        Buffer.from(head.join('\r\n')),
        file,
        Buffer.from('\r\n--a b:c--'),
      ]);
      const type = 'Multipart/Related;type=application/dicom; boundary="a b:c"; start=x';
      const asking = { method: 'POST', headers: { 'content-type': type }, body };
      const answer = await sender.ask('/dicom-web/studies', asking);
      expect(await storeResult(answer)).toMatchObject({ status: 200, stored: ['1.2.52.1.1'] });
    });
    test('that eight senders make into one study at once keeps every instance', async () => {
      const requests = Array.from({ length: 8 }, (_, index) => [
        slice('1.2.45', 2 * index + 1),
        slice('1.2.45', 2 * index + 2),
      ]);
      const answers = await Promise.all(requests.map((files) => sender.store(files)));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      const [study] = await sender.search('/studies?StudyInstanceUID=1.2.45');
      expect(Number(firstOf(study, '00201208'))).toBe(16);
      expect(await sender.search('/studies/1.2.45/instances')).toHaveLength(16);
    });
    test('with «Prefer: respond-async» is 202 at once; the receipt says the rest', async () => {
      const headers = { prefer: 'respond-async' };
      const answer = await sender.store([slice('1.2.46', 1), GARBAGE], { headers });
      expect(answer.status).toBe(202);
      expect(answer.headers.get('preference-applied')).toBe('respond-async');
      const { pathname } = new URL(answer.headers.get('location') ?? '');
      const receipt = await untilWritten(sender, pathname);
      expect(await storeResult(receipt)).toEqual({
        status: 200,
        stored: ['1.2.46.1.1'],
        failed: [],
        nameless: [CANNOT_UNDERSTAND],
      });
      expect((await neighbour.ask(pathname)).status).toBe(404);
    });
    test('is answered in XML to those who accept that', async () => {
      const answer = await sender.store([slice('1.2.47', 1)], { accept: 'application/dicom+xml' });
      expect(answer.headers.get('content-type')).toBe('application/dicom+xml');
      expect(await answer.text()).toContain('1.2.47.1.1');
    });
    test('is answered in JSON to those who accept nothing that there is', async () => {
      const answer = await sender.store([slice('1.2.47', 2)], { accept: 'image/png' });
      expect(await storeResult(answer)).toMatchObject({ status: 200, stored: ['1.2.47.1.2'] });
    });

    test('of the same study by two hospitals makes two studies, each with its own', async () => {
      const [ours, theirs] = [slice('1.2.48', 1), slice('1.2.48', 1, OTHER_PIXELS)];
      expect((await sender.store([ours, slice('1.2.48', 2)])).status).toBe(200);
      expect((await neighbour.store([theirs])).status).toBe(200);
      expect(await bytesAt(sender, '1.2.48')).toEqual(ours);
      expect(await bytesAt(neighbour, '1.2.48')).toEqual(theirs);
      expect(await bytesAt(neighbour, '1.2.48', 2)).toBe(404);
      expect(await sender.search('/studies/1.2.48/instances')).toHaveLength(2);
      expect(await neighbour.search('/studies/1.2.48/instances')).toHaveLength(1);
    });

    test('whose sender hangs up leaves nothing to be found', async () => {
      const whole = multipart([slice('1.2.49', 1), slice('1.2.49', 2), randomBytes(400_000)]);
      for (const bytes of [200, 3_000, 300_000]) await hangUp(sender, archive(), whole, bytes);
      await sleep(300);
      expect(await sender.search('/studies?StudyInstanceUID=1.2.49')).toEqual([]);
      expect(await sender.search('/instances?StudyInstanceUID=1.2.49')).toEqual([]);
    });
    test('whose closing boundary is missing is 400 and leaves nothing to be found', async () => {
      const { headers, body } = multipart([slice('1.2.50', 1)]);
      const path = '/dicom-web/studies';
      const cut = body.subarray(0, body.length - 12);
      const answer = await sender.ask(path, { method: 'POST', headers, body: cut });
      expect(await problemOf(answer)).toMatchObject({ status: 400, detail: 'truncated.' });
      expect(await sender.search('/studies?StudyInstanceUID=1.2.50')).toEqual([]);
    });
  });
}

async function untilWritten({ ask }: Caller, path: string): Promise<Response> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await ask(path);
    if (answer.status !== 202) return answer;
    await sleep(100);
  }
  throw new Error('no receipt was written');
}

/* The head promises all of the body; the connection is cut after some of it. */
async function hangUp(
  { token }: Caller,
  { origin }: RunningArchive,
  { headers, body }: ReturnType<typeof multipart>,
  bytes: number,
): Promise<void> {
  const sending = request(`${origin}/dicom-web/studies`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${token}`, 'content-length': body.length },
  });
  sending.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => sending.once('close', () => resolve()));
  await new Promise<void>((resolve) => {
    sending.write(body.subarray(0, bytes), () => resolve());
  });
  await sleep(100);
  sending.destroy();
  await closed;
}
