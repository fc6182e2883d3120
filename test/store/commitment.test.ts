import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DicomJson } from '#dicom/dicom-json';
import { dicomXml } from '#dicomweb/dicom-xml';
import { readDicomXml } from '#dicomweb/read-dicom-xml';
import type { ObjectStore } from '#storage/object-store';
import { ctSlice, part10 } from '../support/part10.js';
import { multipartBody, type WorkingArchive, workingArchive } from './working-archive.js';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const MR = '1.2.840.10008.5.1.4.1.1.4';
const JSON_TYPE = 'application/dicom+json';
const XML_TYPE = 'application/dicom+xml';
const PROCESSING_FAILURE = 0x0110;
const NO_SUCH_INSTANCE = 0x0112;
const CLASS_CONFLICT = 0x0119;

let archive: WorkingArchive;
beforeAll(async () => {
  archive = await workingArchive();
  const { core } = archive;
  await core.send([file('1.2.200', 1), file('1.2.200', 2), file('1.2.201', 1)]);
  await core.send([file('1.2.202', 1)], 'HOSP-B');
  await core.work();
});
afterAll(() => archive.close());

const file = (study: string, number: number) =>
  part10(ctSlice({ study, series: `${study}.1`, instance: `${study}.1.${number}` }));
const uid = (value: string) => ({ vr: 'UI', Value: [value] });
const reference = (instance: string, sopClass = CT) => ({
  '00081150': uid(sopClass),
  '00081155': uid(instance),
});
const request = (...references: readonly DicomJson[]): DicomJson => ({
  '00081199': { vr: 'SQ', Value: references },
});
const byStudy = (study: string, ...instances: readonly string[]): DicomJson => ({
  '00081110': {
    vr: 'SQ',
    Value: [
      {
        '0020000D': uid(study),
        '00081115': {
          vr: 'SQ',
          Value: [
            {
              '0020000E': uid(`${study}.1`),
              '00081112': {
                vr: 'SQ',
                Value: [
                  {
                    '00081150': uid(CT),
                    '0008114A': {
                      vr: 'SQ',
                      Value: instances.map((instance) => ({ '00081155': uid(instance) })),
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    ],
  },
});
let count = 0;
const fresh = () => {
  count += 1;
  return `1.2.900.${count}`;
};
type Sent = Readonly<{ type?: string; accept?: string; hospital?: string; role?: string }>;
const post = async (transaction: string, body: string | Buffer, sent: Sent = {}) =>
  fetch(`${archive.api.url}/dicom-web/commitment-requests/${transaction}`, {
    method: 'POST',
    body: body as string,
    headers: {
      authorization: `Bearer ${await archive.api.token(sent.role ?? 'modality', sent.hospital)}`,
      'content-type': sent.type ?? JSON_TYPE,
      accept: sent.accept ?? JSON_TYPE,
    },
  });
const get = async (transaction: string, sent: Sent = {}) =>
  fetch(`${archive.api.url}/dicom-web/commitment-requests/${transaction}`, {
    headers: {
      authorization: `Bearer ${await archive.api.token(sent.role ?? 'modality', sent.hospital)}`,
      accept: sent.accept ?? JSON_TYPE,
    },
  });
const ask = async (body: DicomJson, sent: Sent = {}) => {
  const answer = await post(fresh(), JSON.stringify(body), sent);
  expect(answer.status).toBe(200);
  return (await answer.json()) as DicomJson;
};
const failed = (instance: string, reason: number, sopClass = CT) => ({
  ...reference(instance, sopClass),
  '00081197': { vr: 'US', Value: [reason] },
});

describe('a request for commitment', () => {
  test('promises what is kept, and says why not of the rest', async () => {
    const module = await ask(
      request(
        reference('1.2.200.1.1'),
        reference('1.2.200.1.9'),
        reference('1.2.201.1.1', MR),
        reference('1.2.200.1.2'),
      ),
    );
    expect(module['00081199']?.Value).toEqual([reference('1.2.200.1.1'), reference('1.2.200.1.2')]);
    expect(module['00081198']?.Value).toEqual([
      failed('1.2.200.1.9', NO_SUCH_INSTANCE),
      failed('1.2.201.1.1', CLASS_CONFLICT, MR),
    ]);
  });
  test('knows nothing of other hospitals', async () => {
    const body = request(reference('1.2.202.1.1'));
    expect(await ask(body)).not.toHaveProperty('00081199');
    expect(await ask(body, { hospital: 'HOSP-B' })).not.toHaveProperty('00081198');
  });
  test('by studies is answered by studies', async () => {
    const module = await ask(byStudy('1.2.200', '1.2.200.1.1', '1.2.201.1.1'));
    expect(module['00081110']).toEqual(byStudy('1.2.200', '1.2.200.1.1')['00081110']);
    expect(JSON.stringify(module['0008119B'])).toContain('"00081197":{"vr":"US","Value":[274]}');
    expect(module).not.toHaveProperty('00081199');
  });
  test('comes and is answered as XML too', async () => {
    const written = dicomXml(request(reference('1.2.200.1.1')));
    const body = written.ok ? written.xml : '';
    const answer = await post(fresh(), body, { type: XML_TYPE, accept: XML_TYPE });
    expect(answer.headers.get('content-type')).toBe(XML_TYPE);
    expect(readDicomXml(await answer.text())).toEqual({
      ok: true,
      dataSet: request(reference('1.2.200.1.1')),
    });
  });
  test('comes and is answered in parts too', async () => {
    const parts = ['1.2.200', '1.2.201'].map((study) => ({
      headers: { 'Content-Type': JSON_TYPE },
      body: JSON.stringify(byStudy(study, `${study}.1.1`)),
    }));
    const answer = await post(fresh(), multipartBody(parts, 'edge'), {
      type: `multipart/related; type="${JSON_TYPE}"; boundary=edge`,
      accept: `multipart/related; type="${JSON_TYPE}"`,
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(
      /^multipart\/related; type="application\/dicom\+json"/,
    );
    const text = await answer.text();
    expect(text).toContain('1.2.201.1.1');
    expect(text).not.toContain('0008119B');
  });
  test('under a UID that was given before is 409, in the same hospital only', async () => {
    const transaction = fresh();
    const body = JSON.stringify(request(reference('1.2.200.1.1')));
    expect((await post(transaction, body)).status).toBe(200);
    const again = await post(transaction, body);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ type: 'urn:arkim:problem:transaction-in-use' });
    expect((await get(transaction, { hospital: 'HOSP-B' })).status).toBe(404);
    expect((await post(transaction, body, { hospital: 'HOSP-B' })).status).toBe(200);
  });
});

describe('bytes', () => {
  const places = async () => {
    const { rows } = await archive.core.pool.query<{ packs: string; parts: string }>(
      `select packs, parts from ingest_jobs where hospital = 'HOSP-A'`,
    );
    const [row] = rows;
    return { key: JSON.parse(row!.packs)[0].key as string, parts: JSON.parse(row!.parts) };
  };
  const replaced = async (store: ObjectStore, key: string, change: (bytes: Buffer) => void) => {
    const bytes = (await store.read(key, { start: 0, end: (await store.size(key)) ?? 0 }))!;
    const before = Buffer.from(bytes);
    change(bytes);
    await put(store, key, bytes);
    return before;
  };
  const put = async (store: ObjectStore, key: string, bytes: Buffer) => {
    await store.remove(key);
    await store.put(
      key,
      (async function* () {
        yield bytes;
      })(),
    );
  };
  test('that have changed are not promised, the others are', async () => {
    const { store } = archive.core;
    const { key, parts } = await places();
    const before = await replaced(store, key, (bytes) => {
      bytes[parts[1].offset + 700]! ^= 1;
    });
    const module = await ask(request(reference('1.2.200.1.1'), reference('1.2.200.1.2')));
    await put(store, key, before);
    expect(module['00081199']?.Value).toEqual([reference('1.2.200.1.1')]);
    expect(module['00081198']?.Value).toEqual([failed('1.2.200.1.2', PROCESSING_FAILURE)]);
  });
  test('that are gone are not promised', async () => {
    const { store } = archive.core;
    const { key } = await places();
    const before = await replaced(store, key, () => undefined);
    await store.remove(key);
    const module = await ask(request(reference('1.2.200.1.1')));
    await put(store, key, before);
    expect(module['00081198']?.Value).toEqual([failed('1.2.200.1.1', PROCESSING_FAILURE)]);
  });
});

describe('a result', () => {
  const ASKED = JSON.stringify([{ sopClass: CT, instance: '1.2.200.1.1' }]);
  const insert = (transaction: string, claimedUntil: string, completedAt: string | null = null) =>
    archive.core.pool.query(
      `insert into commitment_requests (hospital, transaction_uid, actor, asked, claimed_until, completed_at, result)
       values ('HOSP-A', $1, 'test', $2, now() + $3::interval, now() + $4::interval, case when $4::text is null then null else '[null]' end)`,
      [transaction, ASKED, claimedUntil, completedAt],
    );
  test('can be had again', async () => {
    const transaction = fresh();
    const first = await post(transaction, JSON.stringify(request(reference('1.2.200.1.1'))));
    const again = await get(transaction, { role: 'records-manager' });
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual(await first.json());
  });
  test('that is being found out is 202 without a body, and says when to come back', async () => {
    const transaction = fresh();
    await insert(transaction, '1 hour');
    const answer = await get(transaction);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.text()).toBe('');
  });
  test('that a dead process left open is found by another', async () => {
    const transaction = fresh();
    await insert(transaction, '-1 second');
    await ask(request(reference('1.2.200.1.1')));
    let answer = await get(transaction);
    for (; answer.status === 202; answer = await get(transaction))
      await new Promise((go) => setTimeout(go, 20));
    expect(await answer.json()).toHaveProperty('00081199');
  });
  test('that nobody asked for is 404', async () => {
    expect((await get(fresh())).status).toBe(404);
    expect((await get('no-uid')).status).toBe(404);
  });
  test('is kept for 30 days', async () => {
    const [old, young] = [fresh(), fresh()];
    await insert(old, '0 seconds', '-31 days');
    await insert(young, '0 seconds', '-29 days');
    expect((await get(old)).status).toBe(404);
    expect((await get(young)).status).toBe(200);
  });
  test('is not begun when too many wait', async () => {
    const waiting = Array.from({ length: 100 }, fresh);
    for (const transaction of waiting) await insert(transaction, '1 hour');
    const answer = await post(fresh(), JSON.stringify(request(reference('1.2.200.1.1'))));
    await archive.core.pool.query(
      'delete from commitment_requests where transaction_uid = any($1)',
      [waiting],
    );
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('60');
  });
});

describe('a request that is wrong', () => {
  const many = Array.from({ length: 10_001 }, (_, index) => reference(`1.2.3.${index}`));
  const good = JSON.stringify(request(reference('1.2.200.1.1')));
  test.each<[string, string, Sent, number]>([
    ['no JSON', '{', {}, 400],
    ['no reference', '{}', {}, 400],
    ['a reference without a UID', JSON.stringify(request({ '00081150': uid(CT) })), {}, 400],
    ['another type', good, { type: 'application/dicom' }, 415],
    [
      'parts of another type',
      '--b\r\n\r\nx\r\n--b--',
      { type: 'multipart/related; boundary=b' },
      415,
    ],
    [
      'a broken multipart body',
      'x',
      { type: `multipart/related; type="${JSON_TYPE}"; boundary=b` },
      400,
    ],
    ['too many references', JSON.stringify(request(...many)), {}, 413],
    ['nothing that it accepts', good, { accept: 'image/png' }, 406],
    ['a role that may not', good, { role: 'radiologist' }, 403],
  ])('by %s is refused and not kept', async (_, body, sent, status) => {
    const transaction = fresh();
    expect((await post(transaction, body, sent)).status).toBe(status);
    expect((await get(transaction)).status).toBe(404);
  });
  test('by a transaction that is no UID is 400', async () =>
    expect((await post('abc', good)).status).toBe(400));
});
