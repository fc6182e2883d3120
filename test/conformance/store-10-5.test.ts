import { beforeAll, describe, expect, test } from 'vitest';
import { type DicomJson, firstOf } from '../acceptance/ask.js';
import { readDicom } from '../acceptance/read-dicom.js';
import { type Attributes, ctSlice, part10 } from '../support/part10.js';
import { type Check, jsonOf, judge, judgeAnswer } from './check.js';
import { multipartOf } from './expectations.js';
import { type Asking, type Face, faceOf, originOf, type Seen } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { headOf, sendRaw } from './raw-socket.js';
import {
  bodyOf,
  contentTypeOf,
  dicomPart,
  type Manner,
  type SentPart,
  storing,
} from './store-body.js';

const ROOT = '1.2.83';
const GARBAGE = Buffer.from('no DICOM at all, whichever way it is read');
const XML_PARTS = 'multipart/related; type="application/dicom+xml"';

let used = 0;
/** A slice of a study of its own. */
const fresh = (change: Attributes = {}) => {
  used += 1;
  const study = `${ROOT}.${used}`;
  const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
  return { ...uids, file: part10(ctSlice(uids, change)) };
};
const slice = (study: string, number: number, change: Attributes = {}) =>
  part10(ctSlice({ study, series: `${study}.1`, instance: `${study}.1.${number}` }, change));

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.store);
});
const held = async (study: string) => (await face.ask(`/studies/${study}/metadata`)).status === 200;
const items = (seen: Seen, tag: string) =>
  (jsonOf<DicomJson>(seen)[tag]?.Value ?? []) as DicomJson[];
const stored = (seen: Seen) => items(seen, '00081199').map((item) => firstOf(item, '00081155'));
const reasons = (seen: Seen, tag = '00081198') =>
  items(seen, tag).map((item) => Number(firstOf(item, '00081197')));

/* Ways to write one good body; each is stored. */
const MANNERS: readonly (readonly [
  paragraph: string,
  holds: string,
  manner: Manner,
  lines?: readonly string[],
])[] = [
  ['8.6.1.2.1', 'a boundary of 70 characters', { boundary: 'b'.repeat(70) }],
  ['8.6.1.2.1', 'a boundary of one character', { boundary: 'b' }],
  [
    '8.6.1.2.1',
    'a boundary of all marks that are lawful',
    { boundary: "'()+_,-./:=?'()+_,-./:=?" },
  ],
  ['8.6.1.2.1', 'a boundary with a space', { boundary: 'two words' }],
  ['8.6.1.2.1', 'a boundary that begins with dashes', { boundary: '----dashes' }],
  [
    '8.7.1',
    'a boundary without quotes',
    { contentType: 'multipart/related; type="application/dicom"; boundary=conformance' },
  ],
  [
    '8.7.1',
    'a type without quotes',
    { contentType: 'multipart/related; type=application/dicom; boundary=conformance' },
  ],
  [
    '8.7',
    'everything in capitals that may be',
    { contentType: 'MULTIPART/RELATED; TYPE="APPLICATION/DICOM"; BOUNDARY=conformance' },
  ],
  [
    '8.7.1',
    'boundary first, and more parameters',
    {
      contentType:
        'multipart/related;boundary=conformance;start="<a>";type="application/dicom";start-info="x"',
    },
  ],
  [
    '8.7',
    'white space around semicolons',
    { contentType: 'multipart/related \t;  type="application/dicom" ; boundary=conformance' },
  ],
  ['RFC 2046 5.1.1', 'white space after a boundary', { padding: ' \t ' }],
  ['RFC 2046 5.1.1', 'a preamble', { preamble: 'This is a message in parts.\r\n' }],
  ['RFC 2046 5.1.1', 'an epilogue', { epilogue: '\r\nand that was all\r\n' }],
  ['RFC 2046 5.1.1', 'no line end after the last boundary', { end: '\r\n--conformance--' }],
  ['8.6.1.2', 'part header names in lower case', {}, ['content-type: application/dicom']],
  ['8.6.1.2', 'part header names in capitals', {}, ['CONTENT-TYPE: application/dicom']],
  ['8.7', 'a part type in capitals', {}, ['Content-Type: APPLICATION/DICOM']],
  ['8.6.1.2', 'no space after the colon', {}, ['Content-Type:application/dicom']],
  [
    '8.6.1.2',
    'further part headers',
    {},
    [
      'MIME-Version: 1.0',
      'Content-ID: <1@here>',
      'Content-Type: application/dicom',
      'Content-Location: /any/where',
      'X-Other: yes',
    ],
  ],
  [
    '8.7.3.5.2',
    'a transfer syntax in the type of the part',
    {},
    ['Content-Type: application/dicom; transfer-syntax=1.2.840.10008.1.2.1'],
  ],
];

const single = (file: Uint8Array, lines?: readonly string[]): readonly SentPart[] => [
  lines === undefined ? dicomPart(file) : { lines, body: file },
];

describe('10.5 Store', () => {
  const manners = MANNERS.map(([paragraph, holds, manner, lines]) => ({
    paragraph,
    holds,
    manner,
    lines,
  }));
  test.each(manners)('$paragraph: $holds', async ({ manner, lines }) => {
    const { study, file, instance } = fresh();
    const seen = await face.ask(storing(single(file, lines), manner));
    expect(seen.status, seen.body.toString()).toBe(200);
    expect(stored(seen)).toEqual([instance]);
    expect(await held(study)).toBe(true);
  });

  test('8.6.1.2.1: bytes that nearly are the boundary belong to the part', async () => {
    const near = Buffer.from('\r\n--conformanc\r\n--conformance--');
    const { instance, series, study, file } = fresh({ '7FE00010': ['OW', near] });
    const manner = { boundary: 'conformance-and-more' };
    expect(stored(await face.ask(storing([dicomPart(file)], manner)))).toEqual([instance]);
    const path = `/studies/${study}/series/${series}/instances/${instance}`;
    expect((await face.ask({ path, accept: 'application/dicom' })).body).toEqual(file);
  });
  test('10.5.1.3: a body in chunks', async () => {
    const { file, study } = fresh();
    const body = bodyOf([dicomPart(file)]);
    const chunks = Array.from({ length: Math.ceil(body.length / 7) }, (_, at) =>
      body.subarray(at * 7, at * 7 + 7),
    );
    const written = chunks.map((chunk) =>
      Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
    );
    const head = headOf(
      'POST /dicom-web/studies HTTP/1.1',
      'Host: archive',
      `Authorization: Bearer ${face.token}`,
      `Content-Type: ${contentTypeOf()}`,
      'Transfer-Encoding: chunked',
    );
    const answer = await sendRaw(originOf(), head, ...written, '0\r\n\r\n');
    expect(answer.status).toBe(200);
    expect(await held(study)).toBe(true);
  });

  test('10.5.3.1: all kept is 200, and the answer is Annex I', async () => {
    const { study, series, instance, file } = fresh();
    const seen = await face.ask(storing([dicomPart(file)]));
    await judgeAnswer(seen, { status: 200, type: 'application/dicom+json' });
    expect(new URL(firstOf(jsonOf<DicomJson>(seen), '00081190')).pathname).toBe(
      `/dicom-web/studies/${study}`,
    );
    const [item] = items(seen, '00081199');
    expect(firstOf(item, '00081150')).toBe('1.2.840.10008.5.1.4.1.1.2');
    expect(firstOf(item, '00081155')).toBe(instance);
    const { pathname } = new URL(firstOf(item, '00081190'));
    expect(pathname).toBe(`/dicom-web/studies/${study}/series/${series}/instances/${instance}`);
    expect(
      (await face.ask({ path: pathname.replace('/dicom-web', ''), accept: 'application/dicom' }))
        .body,
    ).toEqual(file);
  });
  test('10.5.3.1: some kept is 202; the good ones are kept, the others have their reason', async () => {
    const [first, second] = [fresh(), fresh()];
    const seen = await face.ask(storing([first.file, GARBAGE, second.file].map(dicomPart)));
    expect(seen.status).toBe(202);
    expect(stored(seen)).toEqual([first.instance, second.instance]);
    const all = [...reasons(seen), ...reasons(seen, '0008119A')];
    expect(all).toHaveLength(1);
    expect(all[0]! >= 0xc000 && all[0]! <= 0xcfff).toBe(true);
    expect([await held(first.study), await held(second.study)]).toEqual([true, true]);
  });
  test('10.5.3.1: none kept is 409', async () => {
    const seen = await face.ask(storing([GARBAGE, Buffer.alloc(0)].map(dicomPart)));
    expect(seen.status).toBe(409);
  });
  test('10.5.1.1: into a study, instances of another study fail', async () => {
    const [mine, other] = [fresh(), fresh()];
    const path = `/studies/${mine.study}`;
    const seen = await face.ask(storing([mine.file, other.file].map(dicomPart), {}, path));
    expect(seen.status).toBe(202);
    expect(stored(seen)).toEqual([mine.instance]);
    expect(await held(other.study)).toBe(false);
    expect((await face.ask(storing([dicomPart(other.file)], {}, path))).status).toBe(409);
  });
  test('10.5.1.1: several studies in one request', async () => {
    const made = [fresh(), fresh(), fresh()];
    const seen = await face.ask(storing(made.map(({ file }) => dicomPart(file))));
    expect(stored(seen)).toEqual(made.map(({ instance }) => instance));
  });
  test('10.5.4: the answer as XML', async () => {
    const asking = { ...storing([dicomPart(fresh().file)]), accept: 'application/dicom+xml' };
    const seen = await face.ask(asking);
    expect(seen.status).toBe(200);
    expect(seen.body.toString()).toContain('keyword="ReferencedSOPSequence"');
  });
  test('10.5.3.2: a new resource is told by Location or Content-Location', async () => {
    const { study, file } = fresh();
    const { headers } = await face.ask(storing([dicomPart(file)]));
    const told = [headers.get('location'), headers.get('content-location')].join(' ');
    expect(told).toContain(`/dicom-web/studies/${study}`);
  });
  test('10.5.2: the same instance again is a success and no second one', async () => {
    const { study, file } = fresh();
    for (let time = 0; time < 3; time += 1)
      expect((await face.ask(storing([dicomPart(file)]))).status).toBe(200);
    expect(jsonOf<unknown[]>(await face.ask(`/studies/${study}/instances`))).toHaveLength(1);
  });
  test('10.5.2: senders of one SOP Instance UID in several studies at once leave one study', async () => {
    const instance = `${ROOT}.9000.1`;
    const files = Array.from({ length: 8 }, (_, at) =>
      part10(ctSlice({ study: `${ROOT}.90${at}`, series: `${ROOT}.90${at}.1`, instance })),
    );
    const answers = await Promise.all(files.map((file) => face.ask(storing([dicomPart(file)]))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect(jsonOf<unknown[]>(await face.ask(`/instances?SOPInstanceUID=${instance}`))).toHaveLength(
      1,
    );
  });

  const nothing = fresh();
  const good = [dicomPart(nothing.file)];
  const whole = bodyOf(good);
  const sent = (body: Uint8Array<ArrayBuffer>, contentType = contentTypeOf()): Asking => ({
    path: '/studies',
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
  const REFUSED: readonly Check[] = [
    [
      '10.5.3.1',
      'multipart/form-data is 415',
      sent(whole, 'multipart/form-data; boundary=conformance'),
      { status: 415 },
    ],
    [
      '10.5.3.1',
      'multipart/mixed is 415',
      sent(whole, 'multipart/mixed; boundary=conformance'),
      { status: 415 },
    ],
    ['10.5.3.1', 'a media type that is no type is 415', sent(whole, 'nonsense'), { status: 415 }],
    [
      '10.5.3.1',
      'parts of a type that nobody knows are 415',
      storing([{ lines: ['Content-Type: text/plain'], body: nothing.file }], {
        type: 'text/plain',
      }),
      { status: 415 },
    ],
    [
      '10.5.3.1',
      'a multipart body without parts is 400',
      sent(Buffer.from('--conformance--\r\n')),
      { status: 400 },
    ],
    ['10.5.3.1', 'an empty body is 400', sent(Buffer.alloc(0)), { status: 400 }],
    [
      '10.5.3.1',
      'a body that is cut off inside a part is 400',
      sent(whole.subarray(0, whole.length - 100)),
      { status: 400 },
    ],
    [
      '10.5.3.1',
      'a body that is cut off in its last boundary is 400',
      sent(whole.subarray(0, whole.length - 6)),
      { status: 400 },
    ],
    [
      '10.5.3.1',
      'a body with another boundary is 400',
      sent(whole, contentTypeOf({ boundary: 'other' })),
      { status: 400 },
    ],
    [
      '8.6.1.2.1',
      'no boundary is 400',
      sent(whole, 'multipart/related; type="application/dicom"'),
      { status: [400, 415] },
    ],
    [
      '8.6.1.2.1',
      'a boundary of 71 characters is 400',
      storing(good, { boundary: 'b'.repeat(71) }),
      { status: 400 },
    ],
    [
      '10.5.1.1',
      'a study that is no UID is 400',
      storing(good, {}, '/studies/abc'),
      { status: [400, 404] },
    ],
    [
      '8.5',
      'to a series is 405 or 404',
      storing(good, {}, '/studies/1.2.3/series/1.2.3.1'),
      { status: [404, 405] },
    ],
  ];
  judge(() => face, REFUSED);
  test('10.5.3.1: what was refused as a whole is not kept', async () => {
    for (const [, , asking] of REFUSED) await face.ask(asking);
    expect(await held(nothing.study)).toBe(false);
  });

  test.each([
    '../../etc',
    '<script>',
    '1.2.3/../4',
    'abc',
    '1..2',
    '1.2.',
    '.1.2',
    '1.2 3',
    '1.2%2F3',
    `1.${'2'.repeat(64)}`,
    '',
  ])(
    'PS3.5 9: an instance whose UID is «%s» is refused, and nothing answers for it',
    async (uid) => {
      const { study } = fresh();
      for (const tag of ['0020000D', '0020000E', '00080018']) {
        const seen = await face.ask(storing([dicomPart(slice(study, 1, { [tag]: ['UI', uid] }))]));
        expect(seen.status, `${tag} ${seen.body}`).toBe(409);
        expect(stored(seen)).toEqual([]);
      }
      expect(await held(study)).toBe(false);
    },
  );
  test('10.5.2: a series of 200 in one request', async () => {
    const { study } = fresh();
    const parts = Array.from({ length: 200 }, (_, at) => dicomPart(slice(study, at + 1)));
    expect(stored(await face.ask(storing(parts)))).toHaveLength(200);
    await judgeAnswer(
      await face.ask(`/studies/${study}`),
      multipartOf('application/dicom', 200, (found) => {
        expect(new Set(found.map(({ body }) => readDicom(body).instance)).size).toBe(200);
      }),
    );
  });
  test('10.5.4: XML of a search that follows shows what was stored', async () => {
    const { study, file } = fresh();
    await face.ask(storing([dicomPart(file)]));
    await judgeAnswer(
      await face.ask({ path: `/studies?StudyInstanceUID=${study}`, accept: XML_PARTS }),
      multipartOf('application/dicom+xml', 1),
    );
  });
});
