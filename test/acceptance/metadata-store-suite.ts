import { beforeAll, describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf, type DicomJson, problemOf, storeResult } from './ask.js';

const JSON_TYPE = 'application/dicom+json';
const BOUNDARY = 'metadata-4f7a';

type Part = Readonly<{ type: string; location?: string; body: Buffer | string }>;

const bodyOf = (parts: readonly Part[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    Buffer.concat([
      ...parts.flatMap(({ type, location, body }) => [
        Buffer.from(`--${BOUNDARY}\r\nContent-Type: ${type}\r\n`),
        Buffer.from(location === undefined ? '\r\n' : `Content-Location: ${location}\r\n\r\n`),
        Buffer.from(body as string),
        Buffer.from('\r\n'),
      ]),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]),
  );

export function metadataStoreSuite(archive: () => RunningArchive): void {
  describe('metadata and bulk data', () => {
    let sender: Caller;
    beforeAll(async () => {
      sender = await callerOf(archive(), { org: 'HOSP-A', roles: ['modality', 'radiologist'] });
    });
    const send = (parts: readonly Part[]) =>
      sender.ask('/dicom-web/studies', {
        method: 'POST',
        headers: {
          'content-type': `multipart/related; type="${JSON_TYPE}"; boundary=${BOUNDARY}`,
        },
        body: bodyOf(parts),
      });
    const instance = (study: string) =>
      `/dicom-web/studies/${study}/series/${study}.1/instances/${study}.1.1`;
    const commitment = (transaction: string, ...instances: readonly string[]) =>
      sender.ask(`/dicom-web/commitment-requests/${transaction}`, {
        method: 'POST',
        accept: JSON_TYPE,
        headers: { 'content-type': JSON_TYPE },
        body: JSON.stringify({
          '00081199': {
            vr: 'SQ',
            Value: instances.map((uid) => ({
              '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
              '00081155': { vr: 'UI', Value: [uid] },
            })),
          },
        }),
      });
    const bytesAt = async (path: string) => {
      const answer = await sender.ask(path, { accept: 'application/octet-stream' });
      expect(answer.status).toBe(200);
      return Buffer.from(await answer.arrayBuffer());
    };

    test('as they are retrieved can be stored under new UIDs, and are found and read like any other', async () => {
      const [from, to] = ['1.2.95', '1.2.96'];
      const uids = { study: from, series: `${from}.1`, instance: `${from}.1.1` };
      expect((await sender.store([part10(ctSlice(uids))])).status).toBe(200);
      const metadata = await sender.ask(`${instance(from)}/metadata`, { accept: JSON_TYPE });
      const [retrieved] = (await metadata.json()) as DicomJson[];
      const location = retrieved?.['7FE00010']?.BulkDataURI ?? '';
      const pixels = await bytesAt(new URL(location).pathname);
      const moved = {
        ...retrieved,
        '00080018': { vr: 'UI', Value: [`${to}.1.1`] },
        '0020000D': { vr: 'UI', Value: [to] },
        '0020000E': { vr: 'UI', Value: [`${to}.1`] },
      };
      const answer = await send([
        { type: JSON_TYPE, body: JSON.stringify([moved]) },
        { type: 'application/octet-stream', location, body: pixels },
      ]);
      expect(answer.status).toBe(200);
      expect((await storeResult(answer)).stored).toEqual([`${to}.1.1`]);
      expect(await sender.search(`/studies?StudyInstanceUID=${to}`)).toHaveLength(1);
      const again = await sender.ask(`${instance(to)}/metadata`, { accept: JSON_TYPE });
      const [stored] = (await again.json()) as DicomJson[];
      expect({ ...stored, '7FE00010': {} }).toEqual({ ...moved, '7FE00010': {} });
      expect(await bytesAt(`${instance(to)}/frames/1`)).toEqual(pixels);
    });
    test('are committed once they are stored, and the answer can be had again', async () => {
      const answer = await commitment('1.2.97.1', '1.2.96.1.1', '1.2.96.1.2');
      expect(answer.status).toBe(200);
      const module = (await answer.json()) as DicomJson;
      expect(module['00081199']?.Value).toHaveLength(1);
      expect(module['00081198']?.Value).toMatchObject([{ '00081197': { Value: [0x0112] } }]);
      const again = await sender.ask('/dicom-web/commitment-requests/1.2.97.1', {
        accept: JSON_TYPE,
      });
      expect(await again.json()).toEqual(module);
      expect((await problemOf(await commitment('1.2.97.1', '1.2.96.1.1'))).status).toBe(409);
    });
  });
}
