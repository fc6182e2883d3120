import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMediaType, parseMediaType } from './media-type.js';

const parsed = (text: string) => {
  const result = parseMediaType(text);
  if (!result.ok) return [result.reason, result.offset];
  const { type, subtype, parameters } = result.mediaType;
  return [`${type}/${subtype}`, Object.fromEntries(parameters)];
};

describe('reads', () => {
  test.each([
    ['application/dicom', 'application/dicom', {}],
    ['  Application/DICOM ', 'application/dicom', {}],
    [
      'multipart/related; type="application/dicom"; boundary=b',
      'multipart/related',
      { type: 'application/dicom', boundary: 'b' },
    ],
    [
      'multipart/related;type=application/dicom;boundary="a b"',
      'multipart/related',
      { type: 'application/dicom', boundary: 'a b' },
    ],
    [
      'multipart/related; Boundary=----=_Part_1_2.3',
      'multipart/related',
      { boundary: '----=_Part_1_2.3' },
    ],
    ['a/b; x="q\\"\\\\z"; ;; y=1', 'a/b', { x: 'q"\\z', y: '1' }],
    ['text/html; X=""', 'text/html', { x: '' }],
    ['*/*', '*/*', {}],
    ['image/*; q=0.5', 'image/*', { q: '0.5' }],
  ])('%s', (text, name, parameters) => {
    expect(parsed(text)).toEqual([name, parameters]);
  });
});

describe('refuses, with the place', () => {
  test.each([
    ['', 'syntax', 0],
    ['application', 'syntax', 0],
    ['application/', 'syntax', 0],
    ['a/b c', 'syntax', 3],
    ['a/b; x', 'syntax', 5],
    ['a/b; x =1', 'syntax', 5],
    ['a/b; x="1', 'syntax', 5],
    ['a/b; x=1, c/d', 'syntax', 8],
    ['a/b\r\n', 'syntax', 3],
    ['a/b; x=1; X=2', 'repeated-parameter', 8],
    [
      `a/b${';x=1'.repeat(1)}${Array.from({ length: 20 }, (_, i) => `;y${i}=1`).join('')}`,
      'too-many-parameters',
      undefined,
    ],
    [`a/${'b'.repeat(2000)}`, 'too-long', 1024],
  ])('%s', (text, reason, offset) => {
    const [why, where] = parsed(text);
    expect(why).toBe(reason);
    if (offset !== undefined) expect(where).toBe(offset);
  });
});

test('what is written is read back', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...' !"#$;=,\\/abcXYZ0~é\t'), maxLength: 70 }),
      (value) => {
        expect(parsed(formatMediaType('a/b', { x: value }))).toEqual(['a/b', { x: value }]);
      },
    ),
  ));

test('any text is answered', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parseMediaType(`a/b;${text}`)).toHaveProperty('ok');
    }),
  ));
