import { expect, test } from 'vitest';
import { rangeAt } from './place.js';

const place = { offset: 1000, bytes: 50 };

test('a range of an instance is that range of its pack, shifted', () => {
  expect(rangeAt(place)).toEqual({ start: 1000, end: 1050 });
  expect(rangeAt(place, { start: 10, end: 50 })).toEqual({ start: 1010, end: 1050 });
});

test('a range that leaves the instance is none: a neighbour’s bytes are never read', () => {
  expect(rangeAt(place, { start: 0, end: 51 })).toBeUndefined();
  expect(rangeAt(place, { start: -1, end: 5 })).toBeUndefined();
  expect(rangeAt(place, { start: 6, end: 5 })).toBeUndefined();
  expect(rangeAt(place, { start: Number.NaN, end: 5 })).toBeUndefined();
});
