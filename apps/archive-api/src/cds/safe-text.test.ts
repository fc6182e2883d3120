import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plain, safeMarkdown } from './safe-text.js';

test.each([
  ['CT  Thorax\n\tnativ ', 'CT Thorax nativ'],
  ['a\u202eb\u200bc\u0000d', 'a b c d'],
  ['', ''],
])('%j is one line', (text, line) => expect(plain(text, 64)).toBe(line));

test('whatever it is, it is one line, well formed and no longer than asked', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 80 }), (text, most) => {
      const line = plain(text, most);
      return line.length <= most && line.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(line);
    }),
  ));

test.each([
  ['[x](http://y.z)', '\\[x\\]\\(http&#58;//y\\.z\\)'],
  ['<img src=x>', '&lt;img src\\=x&gt;'],
  ['www.evil.example', 'www\\.evil\\.example'],
  ['a@b.example', 'a&#64;b\\.example'],
  ['| a | b', '\\| a \\| b'],
  ['&amp;', '&amp;amp;'],
])('%s makes no markup', (text, safe) => expect(safeMarkdown(text, 64)).toBe(safe));
