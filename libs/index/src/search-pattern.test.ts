import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fitsPattern,
  likePattern,
  literalPrefix,
  successor,
  withoutDelimiters,
} from './search-pattern.js';

test('a pattern of LIKE escapes what LIKE would take for itself', () =>
  expect(likePattern('a%b_c\\d*e?')).toBe('a\\%b\\_c\\\\d%e_'));

test('the literal prefix ends before the first wildcard', () =>
  expect(['ab*c', 'a?b*', '*', 'abc'].map(literalPrefix)).toEqual(['ab', 'a', '', 'abc']));

test('trailing delimiters of a name mean nothing', () =>
  expect(['a^b^^ ', '^^', 'a'].map(withoutDelimiters)).toEqual(['a^b', '', 'a']));

const bytes = (text: string) => Buffer.from(text);

test('what begins with a prefix lies between it and its successor, in bytes; nothing else does', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (prefix, text) => {
      const end = successor(prefix);
      const isBetween =
        bytes(text).compare(bytes(prefix)) >= 0 &&
        (end === undefined || bytes(text).compare(bytes(end)) < 0);
      expect(isBetween).toBe(text.startsWith(prefix));
      const longer = prefix + text;
      expect(end === undefined || bytes(longer).compare(bytes(end)) < 0).toBe(true);
    }),
  ));

test('the last code points have a successor too, or none', () => {
  expect(successor('\ud7ff')).toBe('\ue000');
  expect(successor('a\u{10ffff}')).toBe('b');
  expect(successor('\u{10ffff}')).toBeUndefined();
});

test('a text fits a pattern as the regular expression of that pattern says', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 }),
      (text, pattern) => {
        const expression = pattern.replaceAll('*', '.*').replaceAll('?', '.');
        expect(fitsPattern(text, pattern)).toBe(new RegExp(`^${expression}$`).test(text));
      },
    ),
    { numRuns: 2000 },
  ));

test('a pattern of many wildcards is answered at once', () =>
  expect(fitsPattern('a'.repeat(5000), `${'*a'.repeat(500)}b`)).toBe(false));
