import { beforeAll, describe, expect, test } from 'vitest';
import { type Check, jsonOf, judge } from './check.js';
import { type Face, faceOf, originOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS } from './objects.js';

const WADL = 'application/vnd.sun.wadl+xml';
const JSON_TYPE = 'application/json';
const asking = (path: string, accept: string) => ({ path, method: 'OPTIONS', accept });

const CHECKS: readonly Check[] = [
  ['8.9.4', 'WADL as XML', asking('/', WADL), { status: 200, type: WADL }],
  ['8.9.4', 'WADL as JSON', asking('/', JSON_TYPE), { status: 200, type: JSON_TYPE }],
  ['8.9.4', 'one of them for whoever takes all', asking('/', '*/*'), { status: 200 }],
  ['8.9.1.1', 'the root without its slash', asking('', WADL), { status: 200, type: WADL }],
  ['8.7.8.1', 'what cannot be had is 406', asking('/', 'image/png'), { status: 406 }],
  ['H', 'of a resource', asking(OBJECTS.slice.study, WADL), { status: 200, type: WADL }],
  ['H', 'of the search', asking('/studies', JSON_TYPE), { status: 200, type: JSON_TYPE }],
];
/* Table H-1, without the volume renderings, which are optional and not here. */
const RESOURCES = [
  'studies',
  'series',
  'instances',
  'metadata',
  'rendered',
  'thumbnail',
  'bulkdata',
  'pixeldata',
  'frames',
  'commitment-requests',
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('8.9 Retrieve Capabilities', () => {
  judge(() => face, CHECKS);

  test('H: one application with resources whose base is the root of the service', async () => {
    const text = (await face.ask(asking('/', WADL))).body.toString();
    expect(text.match(/<application[\s>]/g)).toHaveLength(1);
    const base = /<resources[^>]*\sbase="([^"]+)"/.exec(text)?.[1] ?? '';
    expect(base.replace(/\/$/, '')).toBe(`${originOf()}/dicom-web`);
  });
  test.each(RESOURCES)('H-1: the resource %s is described', async (name) => {
    const text = (await face.ask(asking('/', WADL))).body.toString();
    expect(text).toMatch(new RegExp(`path="/?([^"]*/)?${name}(/[^"]*)?"`));
  });
  test.each([
    'fuzzymatching',
    'emptyvaluematching',
    'multiplevaluematching',
    'includefield',
    'limit',
    'offset',
    'window',
    'viewport',
    'quality',
  ])('8.3: the parameter %s is described', async (name) =>
    expect((await face.ask(asking('/', WADL))).body.toString()).toContain(`name="${name}"`),
  );
  test('G: the JSON is that of WADL', async () => {
    const { application } = jsonOf<{ application: { resources: unknown } }>(
      await face.ask(asking('/', JSON_TYPE)),
    );
    expect(JSON.stringify(application.resources)).toContain(`"@base":"${originOf()}/dicom-web`);
  });
});
