import { expect, test } from 'vitest';
import { boundedCache } from './bounded-cache.js';

test('the least recently used goes first when the weight is reached', () => {
  const cache = boundedCache<number>(10);
  cache.set('a', 1, 4);
  cache.set('b', 2, 4);
  cache.get('a');
  cache.set('c', 3, 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  expect(cache.weight()).toBe(8);
});

test('a value heavier than the cache is not kept, and its elder neither', () => {
  const cache = boundedCache<number>(10);
  cache.set('a', 1, 4);
  cache.set('a', 2, 11);
  expect(cache.get('a')).toBeUndefined();
  expect(cache.weight()).toBe(0);
});
