import { beforeAll, describe, expect, test } from 'vitest';
import { readDicom } from '../acceptance/read-dicom.js';
import { type Check, judge } from './check.js';
import { multipartOf, single } from './expectations.js';
import { type Face, faceOf, originOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';
import { type Part, partsOf } from './parts.js';

const { slice, multiFrame, texts } = OBJECTS;
const DICOM = 'application/dicom';
const related = (type: string) => `multipart/related; type="${type}"`;
const isSlice = (parts: readonly Part[]) =>
  expect(readDicom(parts[0]?.body as Buffer).instance).toBe(slice.uids.instance);
const isFile = {
  status: 200,
  also: ({ body }: { body: Buffer }) => expect(body).toEqual(slice.file),
};

const PAYLOADS: readonly Check[] = [
  [
    '10.4.4',
    'a study is multipart DICOM by default',
    { path: slice.study, accept: '*/*' },
    multipartOf(DICOM, 1, isSlice),
  ],
  ['10.4.4', 'a series too', { path: slice.series, accept: '*/*' }, multipartOf(DICOM, 1, isSlice)],
  [
    '10.4.4',
    'an instance too',
    { path: slice.instance, accept: '*/*' },
    multipartOf(DICOM, 1, isSlice),
  ],
  ['10.4.4', 'an instance as one part', { path: slice.instance, accept: DICOM }, single(DICOM)],
  [
    '10.4.4',
    'an instance that needs no change is the bytes that were stored',
    { path: slice.instance, accept: DICOM },
    isFile,
  ],
  [
    '10.4.4',
    'a study has no single part, though it holds one instance',
    { path: slice.study, accept: DICOM },
    { status: 406 },
  ],
  ['10.4.4', 'a series has no single part', { path: slice.series, accept: DICOM }, { status: 406 }],
  [
    '10.4.4',
    'an instance as its bulk data',
    { path: slice.instance, accept: related('application/octet-stream') },
    multipartOf('application/octet-stream', 1),
  ],
  [
    '8.7.1',
    'the type parameter without quotes',
    { path: slice.study, accept: `multipart/related; type=${DICOM}` },
    multipartOf(DICOM, 1),
  ],
  [
    '8.7.1',
    'the type in capitals',
    { path: slice.study, accept: `MULTIPART/Related; Type="Application/DICOM"` },
    multipartOf(DICOM, 1),
  ],
  [
    '8.7.3.5.1',
    'a boundary in Accept means nothing',
    { path: slice.study, accept: `${related(DICOM)}; boundary=**` },
    multipartOf(DICOM, 1),
  ],
  [
    '8.3',
    'an unknown parameter is ignored',
    { path: `${slice.instance}?colour=red`, accept: DICOM },
    single(DICOM),
  ],
  [
    '8.3.3.1',
    'the accept parameter is obeyed',
    { path: `${slice.instance}?accept=${encodeURIComponent(DICOM)}`, accept: '*/*' },
    single(DICOM),
  ],
];

const STATUSES: readonly Check[] = [
  ['10.4.3.1', 'an unknown study is 404', '/studies/1.2.3.4', { status: 404 }],
  ['10.4.3.1', 'an unknown series is 404', `${slice.study}/series/1.2.3`, { status: 404 }],
  ['10.4.3.1', 'an unknown instance is 404', `${slice.series}/instances/1.2.3`, { status: 404 }],
  [
    '10.4.3.1',
    "another study's series is 404",
    `${slice.study}/series/${texts.uids.series}`,
    { status: 404 },
  ],
  [
    '10.4.3.1',
    "another series' instance is 404",
    `${slice.series}/instances/${texts.uids.instance}`,
    { status: 404 },
  ],
  ['10.4.3.1', 'what is no UID is 404 or 400', '/studies/abc', { status: [400, 404] }],
  [
    '10.4.3.1',
    'a UID of more than 64 characters is 404 or 400',
    `/studies/${'1.2.'.repeat(20)}3`,
    { status: [400, 404] },
  ],
  [
    '8.7.8.1',
    'what cannot be had is 406',
    { path: slice.instance, accept: 'image/x-nothing' },
    { status: 406 },
  ],
  [
    '8.5',
    'a 406 lists what there is',
    { path: slice.instance, accept: 'image/x-nothing' },
    {
      status: 406,
      also: ({ body }) => expect(body.toString()).toContain('application/dicom'),
    },
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('10.4.1.1.1 Instance Resources', () => {
  judge(() => face, PAYLOADS);
  judge(() => face, STATUSES);

  test.each([slice.study, slice.series, slice.instance])(
    '8.6.1.2: each part of %s tells by Content-Location which instance it is',
    async (path) => {
      const [part] = partsOf(await face.ask(path));
      const location = new URL(part?.headers.get('content-location') ?? '', originOf());
      expect(location.pathname).toBe(`/dicom-web${slice.instance}`);
    },
  );
  test('8.6.1.2.1: the boundary is lawful and the type names that of the parts', async () => {
    const type = (await face.ask(slice.study)).headers.get('content-type') ?? '';
    expect(type).toContain('type="application/dicom"');
    expect(type).toMatch(/boundary="?[\w'()+,\-./:=?]{1,70}"?/);
  });
  test('8.6.1.2: the same request gives the same bytes, so that a range of it has a meaning', async () => {
    const [first, second] = [await face.ask(slice.study), await face.ask(slice.study)];
    expect(first.body.equals(second.body)).toBe(true);
  });
  test('10.4.3.1: what another hospital holds is 404', async () => {
    const other = await faceOf(HOSPITALS.search);
    for (const path of [slice.study, multiFrame.instance, `${slice.instance}/metadata`])
      expect((await other.ask(path)).status).toBe(404);
  });
});
