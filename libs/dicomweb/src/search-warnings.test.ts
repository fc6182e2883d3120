import { expect, test } from 'vitest';
import { searchWarnings } from './search-warnings.js';

test('a client hears what was not done', () => {
  expect(searchWarnings('http://a', { fuzzyMatching: false }, false)).toEqual([]);
  expect(searchWarnings('http://a', { fuzzyMatching: true }, true)).toEqual([
    '299 http://a: The fuzzymatching parameter is not supported. Only literal matching has been performed.',
    '299 http://a: There are additional results that can be requested',
  ]);
});
