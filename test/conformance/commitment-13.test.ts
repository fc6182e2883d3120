import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DicomJson, firstOf } from '../acceptance/ask.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type Check, jsonOf, judge, typeOf } from './check.js';
import { type Asking, type Face, faceOf, type Seen } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { bodyOf, contentTypeOf } from './store-body.js';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const MR = '1.2.840.10008.5.1.4.1.1.4';
const JSON_TYPE = 'application/dicom+json';
const XML_TYPE = 'application/dicom+xml';
const NO_SUCH_INSTANCE = 0x0112;
const CLASS_CONFLICT = 0x0119;
const CHECKS_MAX = 200;
const CHECK_MS = 100;

const STUDY = '1.2.86.1';
const kept = (number: number) => `${STUDY}.1.${number}`;
const ui = (text: string) => ({ vr: 'UI', Value: [text] });
const sq = (...Value: unknown[]) => ({ vr: 'SQ', Value });
const reference = (instance: string, sopClass = CT) => ({
  '00081150': ui(sopClass),
  '00081155': ui(instance),
});
const referring = (...references: unknown[]) => ({ '00081199': sq(...references) });

let transactions = 0;
const transaction = () => {
  transactions += 1;
  return `/commitment-requests/1.2.86.99.${transactions}`;
};
const requesting = (model: unknown, path = transaction(), more: Partial<Asking> = {}): Asking => ({
  path,
  method: 'POST',
  accept: JSON_TYPE,
  headers: { 'content-type': JSON_TYPE },
  body: typeof model === 'string' ? model : JSON.stringify(model),
  ...more,
});

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.commitment);
  const files = [1, 2].map((number) =>
    part10(ctSlice({ study: STUDY, series: `${STUDY}.1`, instance: kept(number) })),
  );
  expect((await face.store(files)).status).toBe(200);
});

/* The result: at once, or after as many checks as it takes (§13.5). */
async function resultOf(asking: Asking, by: Face = face): Promise<Seen> {
  const first = await by.ask(asking);
  if (first.status !== 202) return first;
  expect(first.body).toHaveLength(0);
  for (let check = 0; check < CHECKS_MAX; check += 1) {
    const seen = await by.ask({ path: asking.path, accept: asking.accept ?? '*/*' });
    if (seen.status !== 202) return seen;
    await sleep(CHECK_MS);
  }
  throw new Error('the request was never done');
}
const items = (seen: Seen, tag: string) =>
  (jsonOf<DicomJson>(seen)[tag]?.Value ?? []) as DicomJson[];
const committed = (seen: Seen) =>
  items(seen, '00081199')
    .map((item) => firstOf(item, '00081155'))
    .sort();
const failed = (seen: Seen) =>
  items(seen, '00081198').map((item) => [
    firstOf(item, '00081155'),
    Number(firstOf(item, '00081197')),
  ]);

const xmlOf = (instance: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><NativeDicomModel><DicomAttribute tag="00081199" vr="SQ" keyword="ReferencedSOPSequence"><Item number="1"><DicomAttribute tag="00081150" vr="UI"><Value number="1">${CT}</Value></DicomAttribute><DicomAttribute tag="00081155" vr="UI"><Value number="1">${instance}</Value></DicomAttribute></Item></DicomAttribute></NativeDicomModel>`;

const studyOf = (...instances: readonly string[]) => ({
  '00081110': sq({
    '0020000D': ui(STUDY),
    '00081115': sq({
      '0020000E': ui(`${STUDY}.1`),
      '00081112': sq({
        '00081150': ui(CT),
        '0008114A': sq(...instances.map((instance) => ({ '00081155': ui(instance) }))),
      }),
    }),
  }),
});

describe('13 Storage Commitment', () => {
  test('13.4.2: what is kept is committed', async () => {
    const seen = await resultOf(requesting(referring(reference(kept(1)), reference(kept(2)))));
    expect(seen.status, seen.body.toString()).toBe(200);
    expect(typeOf(seen)).toBe(JSON_TYPE);
    expect(committed(seen)).toEqual([kept(1), kept(2)]);
    expect(jsonOf<DicomJson>(seen)['00081198']).toBeUndefined();
  });
  test('J.2: what is not kept fails, the others are committed', async () => {
    const seen = await resultOf(requesting(referring(reference(kept(1)), reference('1.2.3.4'))));
    expect(committed(seen)).toEqual([kept(1)]);
    expect(failed(seen)).toEqual([['1.2.3.4', NO_SUCH_INSTANCE]]);
  });
  test('PS3.3 C.14.1.1: another SOP Class fails', async () => {
    const seen = await resultOf(requesting(referring(reference(kept(1), MR))));
    expect(failed(seen)).toEqual([[kept(1), CLASS_CONFLICT]]);
    expect(jsonOf<DicomJson>(seen)['00081199']).toBeUndefined();
  });
  test('J.2: a request by study is answered by study', async () => {
    const seen = await resultOf(requesting(studyOf(kept(1), '1.2.3.5')));
    expect(seen.status, seen.body.toString()).toBe(200);
    expect(firstOf(items(seen, '00081110')[0], '0020000D')).toBe(STUDY);
    expect(JSON.stringify(items(seen, '00081110'))).toContain(kept(1));
    expect(JSON.stringify(items(seen, '00081110'))).not.toContain('1.2.3.5');
    expect(JSON.stringify(items(seen, '0008119B'))).toContain('1.2.3.5');
  });
  test('13.1.3: request and result as XML', async () => {
    const asking = requesting(xmlOf(kept(1)), transaction(), {
      accept: XML_TYPE,
      headers: { 'content-type': XML_TYPE },
    });
    const seen = await resultOf(asking);
    expect(seen.status, seen.body.toString()).toBe(200);
    expect(typeOf(seen)).toBe(XML_TYPE);
    expect(seen.body.toString()).toContain(kept(1));
  });
  test.each([
    [JSON_TYPE, () => JSON.stringify(referring(reference(kept(1))))],
    [XML_TYPE, () => xmlOf(kept(1))],
  ])('13.1.3: a multipart request of %s', async (type, text) => {
    const body = bodyOf([{ lines: [`Content-Type: ${type}`], body: Buffer.from(text()) }]);
    const headers = { 'content-type': contentTypeOf({ type }) };
    const seen = await resultOf({
      path: transaction(),
      method: 'POST',
      accept: JSON_TYPE,
      headers,
      body,
    });
    expect(seen.status, seen.body.toString()).toBe(200);
    expect(committed(seen)).toEqual([kept(1)]);
  });
  test('13.5.2: the result can be had again', async () => {
    const asking = requesting(referring(reference(kept(1))));
    await resultOf(asking);
    const seen = await face.ask({ path: asking.path, accept: '*/*' });
    expect(seen.status).toBe(200);
    expect(committed(seen)).toEqual([kept(1)]);
  });
  test('13.4.3.1: a transaction UID that is in use is 409', async () => {
    const asking = requesting(referring(reference(kept(1))));
    await resultOf(asking);
    expect((await face.ask(requesting(referring(reference(kept(2))), asking.path))).status).toBe(
      409,
    );
  });
  test('13.5.3.1: the request of another hospital is 404, and its instances fail', async () => {
    const other = await faceOf(HOSPITALS.hostile);
    const asking = requesting(referring(reference(kept(1))));
    await resultOf(asking);
    expect((await other.ask({ path: asking.path, accept: '*/*' })).status).toBe(404);
    const theirs = await resultOf(requesting(referring(reference(kept(1)))), other);
    expect(failed(theirs)).toEqual([[kept(1), NO_SUCH_INSTANCE]]);
  });

  const REFUSED: readonly Check[] = [
    [
      '13.5.3.1',
      'an unknown transaction is 404',
      '/commitment-requests/1.2.86.98',
      { status: 404 },
    ],
    ['13.4.3.1', 'no reference at all is 400', requesting({}), { status: 400 }],
    ['13.4.3.1', 'an empty sequence is 400', requesting(referring()), { status: 400 }],
    [
      '13.4.3.1',
      'a reference without its instance is 400',
      requesting(referring({ '00081150': ui(CT) })),
      { status: 400 },
    ],
    [
      '13.4.3.1',
      'a reference that is no UID is refused, or fails',
      requesting(referring(reference('../etc'))),
      { status: [200, 202, 400] },
    ],
    ['13.4.3.1', 'what is no JSON is 400', requesting('{'), { status: 400 }],
    ['13.4.3.1', 'an empty body is 400', requesting(''), { status: 400 }],
    [
      '13.4.3.1',
      'a transaction that is no UID is 400',
      requesting(referring(reference('1.2.3')), '/commitment-requests/abc'),
      { status: [400, 404] },
    ],
    [
      '13.1.3',
      'another media type is 415',
      requesting('CT', transaction(), { headers: { 'content-type': 'text/plain' } }),
      { status: 415 },
    ],
    [
      '13.1.3',
      'an answer that cannot be had is 406',
      requesting(referring(reference('1.2.3')), transaction(), { accept: 'image/png' }),
      { status: 406 },
    ],
    [
      '8.5',
      'no other method',
      { path: '/commitment-requests/1.2.86.98', method: 'DELETE' },
      { status: [404, 405] },
    ],
  ];
  judge(() => face, REFUSED);
});
