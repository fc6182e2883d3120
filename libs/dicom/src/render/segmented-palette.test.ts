import { expect, test } from 'vitest';
import { expandSegments } from './segmented-palette.js';

const expand = (words: readonly number[], bits: 8 | 16 = 16, max = 100) => {
  const entries = expandSegments(Uint16Array.from(words), bits, max);
  return entries && [...entries];
};

test('discrete entries stand as they are, linear ones lead to their last', () =>
  expect(expand([0, 2, 7, 10, 1, 5, 0])).toEqual([7, 10, 8, 6, 4, 2, 0]));
test('an indirect segment repeats earlier ones, its offset in words', () => {
  expect(expand([0, 1, 5, 0, 2, 8, 9, 2, 1, 3, 0])).toEqual([5, 8, 9, 8, 9]);
  expect(expand([0, 1, 5, 0, 2, 8, 9, 2, 2, 0, 0, 0, 0], 8)).toEqual([5, 8, 9, 5, 8, 9]);
});
test('a word of padding at the end is none', () => expect(expand([0, 1, 5, 0])).toEqual([5]));
test.each([
  ['a discrete segment that breaks off', [0, 3, 1]],
  ['a linear segment in front', [1, 3, 9]],
  ['an indirect segment to nowhere', [0, 1, 5, 2, 1, 1, 0]],
  ['an indirect segment that names itself', [0, 1, 5, 2, 2, 0, 0]],
  ['an unknown opcode', [9, 1, 5]],
])('%s is refused', (_, words) => expect(expand(words)).toBeUndefined());
test('more entries than are allowed are refused', () =>
  expect(expand([0, 1, 5, 1, 65535, 9], 16, 1000)).toBeUndefined());
