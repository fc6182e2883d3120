import { expect, test } from 'vitest';
import { keyCache } from './key-cache.js';

const destroyed = 'destroyed';

test('a key is held until its time is over, however often it is used', () => {
  let nowMs = 0;
  const cache = keyCache({ keysMax: 10, ttlMs: 100, nowMs: () => nowMs });
  cache.set('a', destroyed);
  nowMs = 60;
  expect(cache.get('a')).toBe(destroyed);
  nowMs = 100;
  expect(cache.get('a')).toBeUndefined();
});

test('past its bound the one read longest ago leaves first', () => {
  const cache = keyCache({ keysMax: 2, ttlMs: 100, nowMs: () => 0 });
  cache.set('a', destroyed);
  cache.set('b', destroyed);
  cache.set('a', destroyed);
  cache.set('c', destroyed);
  expect(['a', 'b', 'c'].map(cache.get)).toEqual([destroyed, undefined, destroyed]);
});

test('a key that is taken out is gone at once', () => {
  const cache = keyCache({ keysMax: 2, ttlMs: 100, nowMs: () => 0 });
  cache.set('a', destroyed);
  cache.delete('a');
  expect(cache.get('a')).toBeUndefined();
});
