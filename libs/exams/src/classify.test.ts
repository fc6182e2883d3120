import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { classify } from './classify.js';
import { NO_WORDS } from './exam-words.js';
import { parseTerms, TERM_FILES, type TermFiles } from './terms.js';

const terms = parseTerms(
  Object.fromEntries(
    TERM_FILES.map((name) => [name, readFileSync(`libs/exams/terms/${name}`, 'utf8')]),
  ) as TermFiles,
);

test('a description says what nothing surer does', () => {
  expect(classify({ ...NO_WORDS, descriptions: ['CT Thorax'] }, terms)).toMatchObject({
    group: 'CT',
    regions: ['chest'],
    coarse: ['67734004'],
    evidence: 'description',
  });
});
