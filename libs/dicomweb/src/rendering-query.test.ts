import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseRendering,
  parseThumbnail,
  parseUriRendering,
  VIEWPORT_SIDE_MAX,
} from './rendering-query.js';

const rendering = (query: Record<string, string>) => {
  const parsed = parseRendering(query);
  if (!parsed.ok) throw new Error(`${parsed.parameter}: ${parsed.reason}`);
  return parsed.rendering;
};
const wrong = (query: Record<string, string | string[]>) => {
  const parsed = parseRendering(query);
  return parsed.ok ? undefined : parsed.parameter;
};

test('nothing asked for is a usual picture', () =>
  expect(rendering({})).toEqual({ quality: 90, iccProfile: 'none', unsupported: [] }));

describe('window', () => {
  test('has a centre, a width and a function', () =>
    expect(rendering({ window: '-40.5,1e3,linear-exact' }).window).toEqual({
      center: -40.5,
      width: 1000,
      shape: 'linear-exact',
    }));
  test.each([
    '',
    '1',
    '1,2',
    '1,2,LINEAR',
    '1,2,linear,3',
    ',2,linear',
    '1,0.5,linear',
    '1,0,sigmoid',
    'NaN,1,linear',
    'Infinity,1,linear',
    '1,2,constructor',
  ])('%s is wrong', (window) => expect(wrong({ window })).toBe('window'));
});

describe('viewport', () => {
  test('may leave values out', () =>
    expect(rendering({ viewport: '512,256,,,100,50.5' }).viewport).toEqual({
      width: 512,
      height: 256,
      region: {
        left: 0,
        top: 0,
        width: 100,
        height: 50.5,
        isFlippedHorizontally: false,
        isFlippedVertically: false,
      },
    }));
  test('mirrors by the sign of its sides', () =>
    expect(rendering({ viewport: '1,1,-5,6,-7,-8' }).viewport?.region).toEqual({
      left: 5,
      top: 6,
      width: 7,
      height: 8,
      isFlippedHorizontally: true,
      isFlippedVertically: true,
    }));
  test.each([
    '',
    '1',
    '0,1',
    '1,0',
    '-1,1',
    '1.5,1',
    `${VIEWPORT_SIDE_MAX + 1},1`,
    '1,1,0,0,0',
    '1,1,a',
    '1,1,1,1,1,1,1',
  ])('%s is wrong', (viewport) => expect(wrong({ viewport })).toBe('viewport'));
  test('of a thumbnail has no region', () => {
    expect(parseThumbnail({ viewport: '9,9' })).toMatchObject({ ok: true });
    expect(parseThumbnail({ viewport: '9,9,1,1' })).toMatchObject({ ok: false });
  });
});

test.each([
  ['quality', '0'],
  ['quality', '101'],
  ['quality', '5.5'],
  ['annotation', ''],
  ['annotation', 'patient,face'],
  ['iccprofile', 'rommrgb'],
  ['iccprofile', 'toString'],
])('%s=%s is wrong', (name, value) => expect(wrong({ [name]: value })).toBe(name));
test('a parameter given twice is wrong', () =>
  expect(wrong({ quality: ['5', '6'] })).toBe('quality'));

describe('the URI Service', () => {
  test('has a region in shares of the image', () =>
    expect(parseUriRendering({ region: '0.1,0.2,0.5,1' })).toMatchObject({
      ok: true,
      rendering: { share: { left: 0.1, top: 0.2, right: 0.5, bottom: 1 } },
    }));
  test.each(['', '0,0,1', '0,0,1,1,1', '0.5,0,0.5,1', '-0.1,0,1,1', '0,0,1.1,1'])(
    'refuses the region %s',
    (region) => expect(parseUriRendering({ region })).toMatchObject({ parameter: 'region' }),
  );
});

test('whatever is asked for gives a rendering or the name of a parameter', () => {
  const names = ['window', 'viewport', 'quality', 'annotation', 'iccprofile', 'region', 'rows'];
  const value = fc.oneof(fc.string(), fc.stringMatching(/^[-0-9.,e]{0,30}$/));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (query) => {
      for (const parse of [parseRendering, parseThumbnail, parseUriRendering]) {
        const parsed = parse(query);
        expect(parsed.ok || names.includes(parsed.parameter)).toBe(true);
      }
    }),
  );
});
