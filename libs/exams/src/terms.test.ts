import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classify } from './classify.js';
import { NO_WORDS } from './exam-words.js';
import { isWithin } from './regions.js';
import { parseTerms, TERM_FILES, type TermFiles } from './terms.js';
import { testTerms } from './terms.testing.js';

const terms = testTerms();
const files = Object.fromEntries(
  TERM_FILES.map((name) => [name, readFileSync(`libs/exams/terms/${name}`, 'utf8')]),
) as TermFiles;

test.each([
  ['words.tsv', 'any\tknie\tbig-toe\n', 'unknown words'],
  ['words.tsv', 'xx\tknie\tknee\n', 'unknown words'],
  ['words.tsv', 'any\tk*\tknee\n', 'is too short'],
  ['words.tsv', 'any\tgenou*\thip\n', 'means something else in another line'],
  ['codes.tsv', 'LN\t1-8\tCT toe-nail\tx\n', 'unknown words'],
  ['body-parts.tsv', 'KNEE\t\t\tknees\n', 'unknown words'],
  ['regions.tsv', 'nail\ttoe\t1\tpaired\t\t\tnail\n', 'unknown words'],
  ['codes.tsv', 'LN\t1\tCT\tx\ty\n', 'too many columns'],
] as const)('%s with a line that means nothing is refused by its number', (name, line, why) => {
  const broken = { ...files, [name]: `${files[name]}${line}` };
  const number = files[name].split('\n').length;
  expect(() => parseTerms(broken)).toThrow(new RegExp(`^${name}:${number}: .*${why}`));
});

test('a table without its head is refused', () => {
  expect(() => parseTerms({ ...files, 'words.tsv': 'knie\tknee\n' })).toThrow(
    'the columns must be',
  );
});

test('a region is within those that it is a part of, and within no other', () => {
  expect(isWithin(terms.regions, 'coronary-arteries', 'chest')).toBe(true);
  expect(isWithin(terms.regions, 'chest', 'coronary-arteries')).toBe(false);
  for (const { code } of terms.regions.values())
    expect(isWithin(terms.regions, code, code)).toBe(true);
});

test('whatever is written, a class has known words only', () => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('CT', 'thorax', 'genou', 'D', '(')));
  fc.assert(
    fc.property(words, (parts) => {
      const found = classify({ ...NO_WORDS, descriptions: [parts.join(' ')] }, terms);
      expect(found.regions.every((code) => terms.regions.has(code))).toBe(true);
      expect(found.regions).toEqual([...new Set(found.regions)].sort());
      expect(found.confidence).toBeGreaterThanOrEqual(0);
      expect(found.confidence).toBeLessThanOrEqual(1);
      expect(found.evidence === 'none').toBe(found.regions.length === 0);
    }),
  );
});
