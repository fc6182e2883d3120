import { expect, test } from 'vitest';
import { classify } from './classify.js';
import { NO_WORDS } from './exam-words.js';
import { testTerms } from './terms.testing.js';

const terms = testTerms();

test('a description says what nothing surer does', () => {
  expect(classify({ ...NO_WORDS, descriptions: ['CT Thorax'] }, terms)).toMatchObject({
    group: 'CT',
    regions: ['chest'],
    coarse: ['67734004'],
    evidence: 'description',
  });
});
